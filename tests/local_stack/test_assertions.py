"""What makes a demo pass or fail."""

import unittest
from dataclasses import replace

from infra.local import assertions
from infra.local.demo_deliveries import Delivery, ExpectedEvent
from infra.local.queue_reader import Message, Queues

PUSH = ExpectedEvent("contoso", "com.azure.dev.git.push", "updated", "refs/heads/main")
VOTE = ExpectedEvent("contoso", "com.azure.dev.git.pullrequest.updated", "voted", "pullrequest/1")


def delivered(*expected: ExpectedEvent, status: int = 202) -> Delivery:
    return Delivery(1, "a push", "contoso", "code-pushed", status, 1.0, {}, list(expected))


def message(id: str, event: ExpectedEvent = PUSH, reason: str | None = None) -> Message:
    return Message(f"message-{id}", id, event.integration, event.type, event.subject, event.action, reason)


def queues(*events: Message, dead_letters: tuple = (), quarantine: tuple = ()) -> Queues:
    return Queues(list(events), list(dead_letters), list(quarantine))


def failures(deliveries: list[Delivery], queues: Queues) -> list[str]:
    return assertions.failures(["contoso"], deliveries, queues)


class Failures(unittest.TestCase):
    def test_every_expected_event_once_passes(self):
        found = failures([delivered(PUSH, VOTE), delivered()], queues(message("a"), message("b", VOTE)))
        self.assertEqual(found, [])

    def test_two_equal_deliveries_are_two_events(self):
        self.assertEqual(failures([delivered(PUSH), delivered(PUSH)], queues(message("a"), message("b"))), [])

    def test_a_missing_event_is_named(self):
        self.assertEqual(
            failures([delivered(PUSH), delivered(PUSH)], queues(message("a"))),
            ["missing: contoso com.azure.dev.git.push updated refs/heads/main"],
        )

    def test_an_unexpected_event_is_named(self):
        self.assertEqual(
            failures([delivered(PUSH)], queues(message("a"), message("b", VOTE))),
            ["not expected: contoso com.azure.dev.git.pullrequest.updated voted pullrequest/1"],
        )

    def test_one_id_twice_fails_even_if_the_count_is_right(self):
        self.assertEqual(
            failures([delivered(PUSH), delivered(PUSH)], queues(message("a"), message("a"))),
            ["more than once on the queue: a"],
        )

    def test_a_rejected_delivery_is_named(self):
        self.assertEqual(failures([delivered(status=503)], queues()), ["not accepted: 1 a push, status 503"])

    def test_dead_letters_and_quarantine_must_be_empty(self):
        left = queues(dead_letters=(message("a"),), quarantine=(message("b", reason="odd"),))
        self.assertEqual(
            failures([delivered()], left),
            ["dead letter: com.azure.dev.git.push a", "in quarantine: com.azure.dev.git.push b, odd"],
        )

    def test_an_event_of_another_integration_does_not_count(self):
        self.assertEqual(
            failures([delivered(PUSH)], queues(message("a", replace(PUSH, integration="contoso-app")))),
            [
                "missing: contoso com.azure.dev.git.push updated refs/heads/main",
                "not expected: contoso-app com.azure.dev.git.push updated refs/heads/main",
            ],
        )

    def test_an_integration_without_deliveries_is_named(self):
        found = assertions.failures(["contoso", "contoso-app"], [delivered(PUSH)], queues(message("a")))
        self.assertEqual(found, ["nothing was delivered to contoso-app"])


if __name__ == "__main__":
    unittest.main()
