"""An emulated account with an events queue and a dead-letter queue, as the template creates them, and a table."""

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from infra.local.consume import create_table
from infra.local.emulator import Emulator, emulator


@dataclass(frozen=True)
class Account:
    emulator: Emulator
    queue: str
    queue_attributes: dict[str, str]
    dead_letter_queue: str

    @cached_property
    def sqs(self):
        return self.emulator.client("sqs")

    def delete_queue(self) -> None:
        self.sqs.delete_queue(QueueUrl=self.queue)

    def create_queue(self) -> None:
        self.sqs.create_queue(QueueName="events.fifo", Attributes=self.queue_attributes)

    def arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def send(self, events: list[dict]) -> None:
        for event in events:
            self.sqs.send_message(
                QueueUrl=self.queue,
                MessageBody=json.dumps(event),
                MessageGroupId=event["partitionkey"],
                MessageDeduplicationId=str(uuid.uuid4()),  # As if more than five minutes lay between two of one id.
            )

    def dead_letters(self) -> list[str]:
        response = self.sqs.receive_message(QueueUrl=self.dead_letter_queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in response.get("Messages", [])]

    def send_unreadable(self, group: str) -> None:
        """Sends a message that no consumer can read, to the head of a group."""
        self.sqs.send_message(
            QueueUrl=self.queue, MessageBody=UNREADABLE, MessageGroupId=group, MessageDeduplicationId="unreadable"
        )

    def remaining(self) -> int:
        """How many messages are on the events queue, including those that a consumer has received."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
        return sum(int(count) for count in counts.values())


@contextlib.contextmanager
def account(visibility_seconds: int = 180) -> Iterator[Account]:
    with emulator() as aws:
        sqs = aws.client("sqs")
        fifo = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
        dead_letter_queue = sqs.create_queue(QueueName="dead.fifo", Attributes=fifo)["QueueUrl"]
        dead_letter_arn = sqs.get_queue_attributes(QueueUrl=dead_letter_queue, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": 5})
        attributes = fifo | {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": redrive}
        queue = sqs.create_queue(QueueName="events.fifo", Attributes=attributes)["QueueUrl"]
        create_table(aws.endpoint)
        yield Account(aws, queue, attributes, dead_letter_queue)


UNREADABLE = "not JSON"
