"""Lists the messages on the queues without receiving them, so that no consumer is disturbed."""

import json
from dataclasses import dataclass

from infra.local.errors import UserError
from infra.local.loopback import request
from infra.local.stack import Stack


@dataclass(frozen=True)
class Message:
    message_id: str
    id: str
    integration: str
    type: str
    subject: str
    action: str | None
    reason: str | None
    """Why the delivery is in quarantine. None for an event."""


@dataclass(frozen=True)
class Queues:
    events: list[Message]
    dead_letters: list[Message]
    quarantine: list[Message]


def read_queues(stack: Stack) -> Queues:
    """All messages, also those that a consumer has received and not deleted."""
    try:
        # A page of the emulator. Receiving from SQS would hide the messages from consumers and, on a FIFO queue, block
        # their message group.
        response = request("GET", f"{stack.endpoint}/_ministack/sqs/messages")
    except OSError as error:
        raise UserError("The AWS emulator no longer answers.") from error
    by_queue: dict[str, list[dict]] = {}
    for regions in response.json().get("messages", {}).values():
        for queues in regions.values():
            by_queue.update(queues)

    def messages(queue_url: str) -> list[Message]:
        return [message(raw) for raw in by_queue.get(queue_url, [])]

    return Queues(messages(stack.events_queue), messages(stack.dead_letter_queue), messages(stack.quarantine_queue))


def message(raw: dict) -> Message:
    """Reads an event or a quarantine record. Any other message has `?` for its id and type."""
    try:
        body = json.loads(raw["Body"])
    except ValueError:
        body = {}
    action = raw["MessageAttributes"].get("action", {}).get("StringValue")
    return Message(
        message_id=raw["MessageId"],
        id=body.get("id", "?"),
        integration=body.get("integration", "?"),
        type=body.get("type") or body.get("eventType") or "?",
        subject=body.get("subject", ""),
        action=action,
        reason=body.get("reason"),
    )


class NewMessages:
    """Remembers which messages it has returned, and returns only the others."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def of(self, queues: Queues) -> list[Message]:
        new = [message for message in queues.events + queues.quarantine if message.message_id not in self._seen]
        self._seen.update(message.message_id for message in new)
        return new
