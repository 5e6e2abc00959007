"""Decides whether a demo passed: every expected event arrived exactly once, and no other event."""

from collections import Counter

from infra.local.demo_deliveries import Delivery, ExpectedEvent
from infra.local.queue_reader import Queues


def failures(deliveries: list[Delivery], queues: Queues) -> list[str]:
    """One line for each failure."""
    times = Counter(event.id for event in queues.events)
    rejected = (delivery for delivery in deliveries if not delivery.is_accepted)
    return [
        *([] if deliveries else ["nothing was delivered"]),
        *(f"not accepted: {each.number} {each.description}, status {each.status}" for each in rejected),
        *missing_and_unexpected(deliveries, queues),
        *(f"more than once on the queue: {id}" for id in times if times[id] > 1),
        *(f"dead letter: {letter.type} {letter.id}" for letter in queues.dead_letters),
        *(f"in quarantine: {record.type} {record.id}, {record.reason}" for record in queues.quarantine),
    ]


def missing_and_unexpected(deliveries: list[Delivery], queues: Queues) -> list[str]:
    """Compares type, action and subject: the stand-in does not know the ids, which the receivers compute."""
    expected = Counter(event for delivery in deliveries for event in delivery.expected)
    arrived = Counter(ExpectedEvent(event.type, event.action, event.subject) for event in queues.events)
    return [
        *(f"missing: {describe(event)}" for event in (expected - arrived).elements()),
        *(f"not expected: {describe(event)}" for event in (arrived - expected).elements()),
    ]


def describe(event: ExpectedEvent) -> str:
    return f"{event.type} {event.action or '-'} {event.subject}"
