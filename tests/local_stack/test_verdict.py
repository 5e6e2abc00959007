"""What makes a demo pass."""

import unittest

from infra.local.queues import Message, Queues
from infra.local.tour import Delivery, Expected
from infra.local.verdict import problems

PUSH = Expected("com.azure.dev.git.push", "updated", "refs/heads/main")
VOTE = Expected("com.azure.dev.git.pullrequest.updated", "voted", "pullrequest/1")


def delivered(*expected: Expected, status: int = 202) -> Delivery:
    return Delivery(1, "a push", "code-pushed", status, 1.0, {}, list(expected))


def message(id: str, event: Expected = PUSH, reason: str | None = None) -> Message:
    return Message(f"message-{id}", id, event.type, event.subject, event.action, reason)


def queues(*events: Message, dead_letters: tuple = (), quarantine: tuple = ()) -> Queues:
    return Queues(list(events), list(dead_letters), list(quarantine))


class Problems(unittest.TestCase):
    def test_every_expected_event_once_is_no_problem(self):
        found = problems([delivered(PUSH, VOTE), delivered()], queues(message("a"), message("b", VOTE)))
        self.assertEqual(found, [])

    def test_two_happenings_alike_are_two_events(self):
        self.assertEqual(problems([delivered(PUSH), delivered(PUSH)], queues(message("a"), message("b"))), [])

    def test_a_missing_event_is_named(self):
        self.assertEqual(
            problems([delivered(PUSH), delivered(PUSH)], queues(message("a"))),
            ["missing: com.azure.dev.git.push updated refs/heads/main"],
        )

    def test_a_surplus_event_is_named(self):
        self.assertEqual(
            problems([delivered(PUSH)], queues(message("a"), message("b", VOTE))),
            ["not expected: com.azure.dev.git.pullrequest.updated voted pullrequest/1"],
        )

    def test_one_id_twice_is_a_problem_even_when_the_count_is_right(self):
        self.assertEqual(
            problems([delivered(PUSH), delivered(PUSH)], queues(message("a"), message("a"))),
            ["more than once on the queue: a"],
        )

    def test_a_refused_delivery_is_named(self):
        self.assertEqual(problems([delivered(status=503)], queues()), ["not accepted: 1 a push, status 503"])

    def test_dead_letters_and_quarantine_have_to_be_empty(self):
        left = queues(dead_letters=(message("a"),), quarantine=(message("b", reason="odd"),))
        self.assertEqual(
            problems([delivered()], left),
            ["dead letter: com.azure.dev.git.push a", "in quarantine: com.azure.dev.git.push b, odd"],
        )

    def test_nothing_delivered_is_no_success(self):
        self.assertEqual(problems([], queues()), ["nothing was delivered"])


if __name__ == "__main__":
    unittest.main()
