"""What stands on the terminal, and what stands in a file."""

import io
import unittest

from infra.local import show
from infra.local.queues import Message
from infra.local.screen import RED, Screen
from infra.local.tour import delivery

LINE = {
    "seq": 3,
    "what": "push to main",
    "url": "http://127.0.0.1:1/hooks/contoso/pull-request?change=vote",
    "status": 202,
    "ms": 12.6,
    "reply": {"status": "ignored", "reason": "not forwarded"},
    "expect": None,
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Colour(unittest.TestCase):
    def test_a_terminal_gets_it(self):
        self.assertEqual(Screen(Terminal(), {}).paint("x", RED), "\x1b[31mx\x1b[0m")

    def test_whoever_said_no_does_not(self):
        self.assertEqual(Screen(Terminal(), {"NO_COLOR": "1"}).paint("x", RED), "x")

    def test_a_file_does_not(self):
        self.assertEqual(Screen(io.StringIO(), {}).paint("x", RED), "x")


class Status(unittest.TestCase):
    def test_it_stays_below_the_lines_of_a_terminal(self):
        stream = Terminal()
        screen = Screen(stream, {"NO_COLOR": "1"})
        screen.status("counts")
        screen.line("event")
        screen.status("")
        self.assertEqual(stream.getvalue(), "counts\r\x1b[2Kevent\ncounts\r\x1b[2K")

    def test_a_file_never_sees_it(self):
        stream = io.StringIO()
        screen = Screen(stream, {})
        screen.status("counts")
        screen.line("event")
        self.assertEqual(stream.getvalue(), "event\n")


class Lines(unittest.TestCase):
    def setUp(self):
        self.stream = io.StringIO()
        self.screen = Screen(self.stream, {})

    def shown(self) -> list[str]:
        """The lines without their columns."""
        return [" ".join(line.split()) for line in self.stream.getvalue().splitlines()]

    def test_a_delivery_that_queued_nothing_says_why(self):
        show.delivery(self.screen, delivery(LINE))
        self.assertEqual(
            self.shown(),
            ["3 push to main pull-request?change=vote 202 ignored 13 ms", "└ not forwarded"],
        )

    def test_an_answer_that_is_not_ours_is_shown_too(self):
        show.delivery(self.screen, delivery(LINE | {"status": 502, "reply": None}))
        self.assertEqual(self.shown(), ["3 push to main pull-request?change=vote 502 - 13 ms"])

    def test_no_answer_at_all_is_shown_with_the_cause(self):
        show.delivery(self.screen, delivery(LINE | {"status": None, "reply": None, "error": "connection refused"}))
        self.assertEqual(
            self.shown(),
            ["3 push to main pull-request?change=vote 000 - 13 ms", "└ connection refused"],
        )

    def test_an_event_shows_what_happened_to_what(self):
        show.event(self.screen, Message("m", "push-1", "com.azure.dev.git.push", "refs/heads/main", "updated", None))
        self.assertEqual(self.shown(), ["└ com.azure.dev.git.push updated refs/heads/main push-1"])

    def test_a_quarantined_body_shows_the_reason(self):
        show.event(self.screen, Message("m", "q", "git.push", "", None, "no resource"))
        self.assertEqual(self.shown(), ["└ quarantine git.push no resource"])

    def test_nothing_from_outside_steers_the_terminal(self):
        show.event(self.screen, Message("m", "i", "t\x1b[2J", "s\nx", "\x07", None))
        self.assertEqual(self.shown(), ["└ t\ufffd[2J \ufffd s\ufffdx i"])


class Expectation(unittest.TestCase):
    def test_it_is_none_one_or_several(self):
        one = {"type": "t", "action": "a", "subject": "s"}
        counts = [len(delivery(LINE | {"expect": expect}).expected) for expect in (None, one, [one, one])]
        self.assertEqual(counts, [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
