"""The alarms of a relay's template: nothing that its log reports, and that waits or is given up, goes unnoticed."""

import re
import unittest

from alarms import metrics_of
from infra.local.build import ROOT
from queries import of_type
from relay_stack import source

LINES = (ROOT / "shared" / "lambda" / "src" / "relay" / "line.rs").read_text(encoding="utf-8")
WORDS = (ROOT / "shared" / "core" / "src" / "relay" / "report.rs").read_text(encoding="utf-8")
GUIDE = (ROOT / "infra" / "relay" / "README.md").read_text(encoding="utf-8")
# A delivery that a target has, and one whose target the operator took away.
HARMLESS = {"accepted", "no_target"}
# Between two tries of a delivery, from the first on, and then always the last one; as in shared/core/src/relay.rs.
PAUSES = (0.5, 1, 2, 4, 8, 16, 25)


class Alarms(unittest.TestCase):
    def setUp(self):
        template = source()
        self.filters = of_type(template, "AWS::Logs::MetricFilter")
        self.alarms = of_type(template, "AWS::CloudWatch::Alarm")

    def test_every_outcome_that_somebody_must_know_of_is_counted(self):
        word = dict(re.findall(r'Self::(\w+) => "(\w+)"', WORDS))
        arms = re.findall(r'((?:\|?\s*PostingOutcome::\w+\s*)+) => "(\w+)"', LINES)
        level = {word[name]: level for names, level in arms for name in re.findall(r"Outcome::(\w+)", names)}
        self.assertEqual(level.keys(), set(word.values()))
        counted = [
            found for each in self.filters.values() for found in re.findall(r'outcome = "(\w+)"', each["FilterPattern"])
        ]
        self.assertLessEqual({outcome for outcome in level if level[outcome] == "ERROR"}, set(counted))
        self.assertCountEqual(counted, level.keys() - HARMLESS)

    def test_every_count_raises_an_alarm_that_the_guide_explains(self):
        made = {part["MetricName"] for each in self.filters.values() for part in each["MetricTransformations"]}
        watched = {metric for alarm in self.alarms.values() for _, metric, _ in metrics_of(alarm)}
        self.assertEqual(watched - made, {"ApproximateAgeOfOldestMessage", "Errors"})
        self.assertLessEqual(made, watched)
        for alarm in self.alarms.values():
            name = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}")
            self.assertTrue(f"| `…{name}` |" in GUIDE, name)
            self.assertRegex(alarm["AlarmDescription"], r"Look for \w+")

    def test_a_tool_that_is_down_is_noticed_within_a_pause_of_the_minutes(self):
        """By its tries alone: SQS may leave a message that was received three times out of the age of the oldest."""
        (expression,) = (
            each["Expression"] for each in self.alarms["UnavailableAlarm"]["Metrics"] if "Expression" in each
        )
        factor, offset = map(int, re.fullmatch(r"(\d+) \* tries - (\d+)", expression).groups())
        for minutes in (1, 15, 60, 240, 10080):
            with self.subTest(minutes=minutes):
                receives = next(count for count in range(1, 1000) if factor * count - offset >= minutes)
                waited = sum(PAUSES[min(place, len(PAUSES) - 1)] for place in range(receives - 1))
                self.assertLessEqual(abs(waited - minutes), max(PAUSES))

    def test_an_alarm_on_tries_stays_raised_until_the_next_one(self):
        for name in ("UnavailableAlarm", "FailingAlarm", "CredentialsAlarm"):
            alarm = self.alarms[name]
            periods = [each["MetricStat"]["Period"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
            window = min(periods or [alarm["Period"]]) * alarm["EvaluationPeriods"]
            self.assertGreater(window, max(PAUSES) * 60, name)


if __name__ == "__main__":
    unittest.main()
