"""Looks at the queues without receiving from them, so that nobody else who reads them is disturbed."""

import json
from dataclasses import dataclass

from infra.local.problem import Problem
from infra.local.stack import Stack
from infra.local.wire import request


@dataclass(frozen=True)
class Message:
    message_id: str
    id: str
    type: str
    subject: str
    action: str | None
    reason: str | None
    """Why it is in quarantine, if it is."""


@dataclass(frozen=True)
class Queues:
    events: list[Message]
    dead_letters: list[Message]
    quarantine: list[Message]


def look(stack: Stack) -> Queues:
    """What is on the queues now, received and invisible messages included."""
    try:
        # The emulator's own page. SQS itself shows messages only by receiving them, which hides them from others and,
        # on a FIFO queue, blocks their group.
        answer = request("GET", f"{stack.endpoint}/_ministack/sqs/messages")
    except OSError as error:
        raise Problem("the AWS emulator does not answer any more.") from error
    by_queue: dict[str, list[dict]] = {}
    for regions in answer.json().get("messages", {}).values():
        for queues in regions.values():
            by_queue.update(queues)

    def messages(queue_url: str) -> list[Message]:
        return [message(raw) for raw in by_queue.get(queue_url, [])]

    return Queues(messages(stack.events_queue), messages(stack.dead_letter_queue), messages(stack.quarantine_queue))


def message(raw: dict) -> Message:
    """An event, a record of the quarantine, or whatever somebody else has put there."""
    try:
        body = json.loads(raw["Body"])
    except ValueError:
        body = {}
    action = raw["MessageAttributes"].get("action", {}).get("StringValue")
    return Message(
        message_id=raw["MessageId"],
        id=body.get("id", "?"),
        type=body.get("type") or body.get("eventType") or "?",
        subject=body.get("subject", ""),
        action=action,
        reason=body.get("reason"),
    )


class Arrivals:
    """Tells what is new on the events and quarantine queues since the last look."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def new(self, queues: Queues) -> list[Message]:
        new = [message for message in queues.events + queues.quarantine if message.message_id not in self._seen]
        self._seen.update(message.message_id for message in new)
        return new
