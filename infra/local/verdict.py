"""Whether what arrived is what was to arrive: every event exactly once, and nothing else."""

from collections import Counter

from infra.local.queues import Queues
from infra.local.tour import Delivery, Expected


def problems(deliveries: list[Delivery], queues: Queues) -> list[str]:
    """One line for each thing that is not as it should be."""
    times = Counter(event.id for event in queues.events)
    return [
        *([] if deliveries else ["nothing was delivered"]),
        *(f"not accepted: {one.number} {one.what}, status {one.status}" for one in deliveries if not one.is_accepted),
        *missing_and_surplus(deliveries, queues),
        *(f"more than once on the queue: {id}" for id in times if times[id] > 1),
        *(f"dead letter: {letter.type} {letter.id}" for letter in queues.dead_letters),
        *(f"in quarantine: {record.type} {record.id}, {record.reason}" for record in queues.quarantine),
    ]


def missing_and_surplus(deliveries: list[Delivery], queues: Queues) -> list[str]:
    """Compares by what an event says: its id is for the receivers to choose."""
    expected = Counter(one for delivery in deliveries for one in delivery.expected)
    arrived = Counter(Expected(event.type, event.action, event.subject) for event in queues.events)
    return [
        *(f"missing: {described(one)}" for one in (expected - arrived).elements()),
        *(f"not expected: {described(one)}" for one in (arrived - expected).elements()),
    ]


def described(event: Expected) -> str:
    return f"{event.type} {event.action or '-'} {event.subject}"
