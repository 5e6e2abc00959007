"""Decides whether a demo passed: every expected event arrived exactly once at each integration, and no other event."""

from collections import Counter
from collections.abc import Iterable

from infra.local.demo_deliveries import Delivery, ExpectedEvent
from infra.local.queue_reader import Queues


def failures(integrations: Iterable[str], deliveries: list[Delivery], queues: Queues) -> list[str]:
    """One line for each failure. Each of `integrations` must have got a delivery."""
    reached = {delivery.integration for delivery in deliveries}
    times = Counter(event.id for event in queues.events)
    rejected = (delivery for delivery in deliveries if not delivery.is_accepted)
    return [
        *(f"nothing was delivered to {each}" for each in integrations if each not in reached),
        *(f"not accepted: {each.number} {each.description}, status {each.status}" for each in rejected),
        *missing_and_unexpected(deliveries, queues),
        *(f"more than once on the queue: {id}" for id in times if times[id] > 1),
        *(f"dead letter: {letter.type} {letter.id}" for letter in queues.dead_letters),
        *(f"in quarantine: {record.type} {record.id}, {record.reason}" for record in queues.quarantine),
    ]


def missing_and_unexpected(deliveries: list[Delivery], queues: Queues) -> list[str]:
    """Compares all but the ids, which the receivers compute and the stand-in does not know."""
    expected = Counter(event for delivery in deliveries for event in delivery.expected)
    arrived = Counter(
        ExpectedEvent(event.integration, event.type, event.action, event.subject) for event in queues.events
    )
    return [
        *(f"missing: {describe(event)}" for event in (expected - arrived).elements()),
        *(f"not expected: {describe(event)}" for event in (arrived - expected).elements()),
    ]


def describe(event: ExpectedEvent) -> str:
    return f"{event.integration} {event.type} {event.action or '-'} {event.subject}"
