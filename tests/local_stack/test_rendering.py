"""The output on a terminal and in a file."""

import io
import unittest

from infra.local import rendering
from infra.local.demo_deliveries import ExpectedEvent, parse_delivery
from infra.local.queue_reader import Message
from infra.local.terminal import RED, Terminal

LINE = {
    "seq": 3,
    "what": "push to main",
    "url": "http://127.0.0.1:1/hooks/contoso/pull-request?change=vote",
    "status": 202,
    "ms": 12.6,
    "reply": {"status": "ignored", "reason": "not forwarded"},
    "expect": None,
}


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


class Color(unittest.TestCase):
    def test_a_terminal_gets_color(self):
        self.assertEqual(Terminal(Tty(), {}).paint("x", RED), "\x1b[31mx\x1b[0m")

    def test_no_color_switches_color_off(self):
        self.assertEqual(Terminal(Tty(), {"NO_COLOR": "1"}).paint("x", RED), "x")

    def test_a_file_gets_no_color(self):
        self.assertEqual(Terminal(io.StringIO(), {}).paint("x", RED), "x")


class StatusLine(unittest.TestCase):
    def test_the_status_line_stays_below_the_lines_of_a_terminal(self):
        stream = Tty()
        terminal = Terminal(stream, {"NO_COLOR": "1"})
        terminal.status("counts")
        terminal.line("event")
        terminal.status("")
        self.assertEqual(stream.getvalue(), "counts\r\x1b[2Kevent\ncounts\r\x1b[2K")

    def test_a_file_gets_no_status_line(self):
        stream = io.StringIO()
        terminal = Terminal(stream, {})
        terminal.status("counts")
        terminal.line("event")
        self.assertEqual(stream.getvalue(), "event\n")


class Lines(unittest.TestCase):
    def setUp(self):
        self.stream = io.StringIO()
        self.terminal = Terminal(self.stream, {})

    def shown(self) -> list[str]:
        """The lines, with single spaces between the columns."""
        return [" ".join(line.split()) for line in self.stream.getvalue().splitlines()]

    def test_a_delivery_without_events_shows_the_reason(self):
        rendering.delivery(self.terminal, parse_delivery(LINE))
        self.assertEqual(
            self.shown(),
            ["3 push to main pull-request?change=vote 202 ignored 13 ms", "└ not forwarded"],
        )

    def test_an_answer_that_is_not_a_receivers_is_shown(self):
        rendering.delivery(self.terminal, parse_delivery(LINE | {"status": 502, "reply": None}))
        self.assertEqual(self.shown(), ["3 push to main pull-request?change=vote 502 - 13 ms"])

    def test_a_missing_answer_is_shown_with_the_cause(self):
        rendering.delivery(
            self.terminal, parse_delivery(LINE | {"status": None, "reply": None, "error": "connection refused"})
        )
        self.assertEqual(
            self.shown(),
            ["3 push to main pull-request?change=vote 000 - 13 ms", "└ connection refused"],
        )

    def test_an_event_shows_type_action_subject_and_id(self):
        rendering.event(
            self.terminal,
            Message("m", "push-1", "contoso", "com.azure.dev.git.push", "refs/heads/main", "updated", None),
        )
        self.assertEqual(self.shown(), ["└ com.azure.dev.git.push updated refs/heads/main push-1"])

    def test_a_quarantined_delivery_shows_the_reason(self):
        rendering.event(self.terminal, Message("m", "q", "contoso", "git.push", "", None, "no resource"))
        self.assertEqual(self.shown(), ["└ quarantine git.push no resource"])

    def test_control_characters_do_not_reach_the_terminal(self):
        rendering.event(self.terminal, Message("m", "i", "contoso", "t\x1b[2J", "s\nx", "\x07", None))
        self.assertEqual(self.shown(), ["└ t\ufffd[2J \ufffd s\ufffdx i"])


class ExpectedEvents(unittest.TestCase):
    def test_a_delivery_expects_none_one_or_several_events(self):
        event = {"type": "t", "action": "a", "subject": "s"}
        counts = [len(parse_delivery(LINE | {"expect": expect}).expected) for expect in (None, event, [event, event])]
        self.assertEqual(counts, [0, 1, 2])

    def test_an_event_is_expected_at_the_integration_of_the_webhook_url(self):
        delivery = parse_delivery(LINE | {"expect": {"type": "t", "action": "a", "subject": "s"}})
        self.assertEqual(delivery.integration, "contoso")
        self.assertEqual(delivery.expected, [ExpectedEvent("contoso", "t", "a", "s")])


if __name__ == "__main__":
    unittest.main()
