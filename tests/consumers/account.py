"""An emulated account with an events queue and a dead-letter queue, as the template creates them."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import ROOT
from infra.local.emulator import Emulator, emulator

GOLDEN = ROOT / "shared" / "events" / "golden"
EXAMPLES = ROOT / "infra" / "consumers"


@dataclass(frozen=True)
class Account:
    emulator: Emulator
    queue: str
    dead_letter_queue: str

    @property
    def sqs(self):
        return self.emulator.client("sqs")

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
        response = self.sqs.receive_message(QueueUrl=self.dead_letter_queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in response.get("Messages", [])]

    def send_unreadable(self, group: str) -> None:
        """Sends a message that no consumer can read, to the head of a group."""
        self.sqs.send_message(
            QueueUrl=self.queue, MessageBody=UNREADABLE, MessageGroupId=group, MessageDeduplicationId="p"
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
        visibility = {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": redrive}
        queue = sqs.create_queue(QueueName="events.fifo", Attributes=fifo | visibility)["QueueUrl"]
        yield Account(aws, queue, dead_letter_queue)


def golden() -> list[dict]:
    """The example events of the contract, of several branches and pull requests."""
    return [json.loads(Path(file).read_text(encoding="utf-8")) for file in sorted(GOLDEN.glob("*.json"))]


def overtaken() -> list[dict]:
    """Push 3 of a branch and behind it push 2, as after a retry; then an event whose place Azure DevOps did not say."""
    push = json.loads((GOLDEN / "push_branch.json").read_text(encoding="utf-8"))
    group = {"subject": BRANCH, "partitionkey": f"kettle:{BRANCH}"}
    pushes = [push | group | {"id": f"push-{number}", "sequence": f"{number:020}"} for number in (3, 2)]
    unnumbered = push | {"id": "push-without-a-number", "subject": "refs/heads/other", "partitionkey": "kettle:other"}
    del unnumbered["sequence"]
    return [*pushes, unnumbered]


def pushes(count: int) -> list[dict]:
    """Consecutive pushes of one branch."""
    push = json.loads((GOLDEN / "push_branch.json").read_text(encoding="utf-8"))
    group = {"subject": BRANCH, "partitionkey": f"kettle:{BRANCH}"}
    return [push | group | {"id": f"push-{n}", "sequence": f"{n:020}"} for n in range(1, count + 1)]


def deployed(lines: list[dict]) -> dict[str, str]:
    """The id of the event that each branch and pull request ends at, when late ones are skipped."""
    return {line["subject"]: line["id"] for line in lines if not line["late"]}


BRANCH = "refs/heads/release"

UNREADABLE = "not JSON"
