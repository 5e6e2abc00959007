"""An emulated account with an events queue and its dead letters, as the template makes them."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import ROOT
from infra.local.emulator import Emulator, emulator

GOLDEN = ROOT / "shared" / "events" / "golden"
SNIPPETS = ROOT / "infra" / "consumers"


@dataclass(frozen=True)
class Account:
    local: Emulator
    queue: str
    dead: str

    @property
    def sqs(self):
        return self.local.client("sqs")

    def arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def send(self, events: list[dict]) -> None:
        for event in events:
            self.sqs.send_message(
                QueueUrl=self.queue,
                MessageBody=json.dumps(event),
                MessageGroupId=event["partitionkey"],
                MessageDeduplicationId=event["id"],
            )

    def dead_letters(self) -> list[str]:
        answer = self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    def poison(self, group: str) -> None:
        """A message that no consumer can read, at the head of a group."""
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=POISON, MessageGroupId=group, MessageDeduplicationId="p")

    def left(self) -> int:
        """Messages on the events queue, seen by somebody or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
        return sum(int(count) for count in counts.values())


@contextlib.contextmanager
def account(visibility_seconds: int = 180) -> Iterator[Account]:
    with emulator() as local:
        sqs = local.client("sqs")
        fifo = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
        dead = sqs.create_queue(QueueName="dead.fifo", Attributes=fifo)["QueueUrl"]
        dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5})
        visibility = {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": redrive}
        queue = sqs.create_queue(QueueName="events.fifo", Attributes=fifo | visibility)["QueueUrl"]
        yield Account(local, queue, dead)


def golden() -> list[dict]:
    """Our own example events, of several branches and pull requests."""
    return [json.loads(Path(file).read_text(encoding="utf-8")) for file in sorted(GOLDEN.glob("*.json"))]


POISON = "not JSON"
