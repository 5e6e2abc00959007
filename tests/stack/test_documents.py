"""The figures of the operator's guide are those of the template."""

import re
import unittest

from infra.local.build import ROOT
from infra.local.template import TEMPLATE
from metrics import number_of_own
from observability import metrics_of
from queries import of_type
from sam_transform import expanded, source

GUIDE = (ROOT / "infra" / "README.md").read_text(encoding="utf-8")
DAY_SECONDS = 24 * 60 * 60
BATCH = 10


class Documents(unittest.TestCase):
    def setUp(self):
        self.template = expanded(source())

    def test_the_guide_says_how_many_metrics_and_alarms_cost_money(self):
        alarms = of_type(self.template, "AWS::CloudWatch::Alarm")
        by_default = [alarm for name, alarm in alarms.items() if "Condition" not in self.template["Resources"][name]]
        metrics = sum(len(list(metrics_of(alarm))) for alarm in by_default)
        self.assertIn(f"own metrics: {number_of_own()},", GUIDE)
        self.assertIn(f"alarms: {len(by_default)} on {metrics} metrics,", GUIDE)

    def test_the_costs_add_up(self):
        section = GUIDE[GUIDE.index("\n## Cost") : GUIDE.index("\n## How large")]
        rows = [line.strip("| ").split(" | ")[-4:] for line in section.splitlines() if line.startswith("| ")]
        *parts, total = [row for row in rows if "$" in row[0]]
        for column, said in enumerate(total):
            cents = sum(amount(row[column]) for row in parts)
            self.assertLessEqual(abs(cents - amount(said)), 0.51, f"{said}: {cents}")
        # The bounds for 50 and 200 integrations.
        self.assertLessEqual(amount(total[2]), 80)
        self.assertLessEqual(amount(total[3]), 240)

    def test_the_guide_says_how_many_failed_events_move_in_a_day(self):
        queue = of_type(self.template, "AWS::SQS::Queue")["EventsQueue"]
        receives = DAY_SECONDS // queue["VisibilityTimeout"]
        moved = receives // queue["RedrivePolicy"]["maxReceiveCount"]
        self.assertIn(f"a function moves {moved * BATCH} | a worker moves {moved} |", GUIDE)
        self.assertIn(f"{receives * BATCH:,} a day, or {receives} with single events", GUIDE)

    def test_every_alarm_is_in_the_guide(self):
        names = [alarm["AlarmName"] for alarm in of_type(self.template, "AWS::CloudWatch::Alarm").values()]
        names = [name["Fn::Sub"].removeprefix("${AWS::StackName}-") for name in names]
        self.assertEqual([name for name in names if f"| `{name}` |" not in GUIDE], [])

    def test_every_parameter_is_in_the_guide(self):
        table = GUIDE[GUIDE.index("\n## Configure") : GUIDE.index("\n## Operate")]
        missing = [name for name in source()["Parameters"] if not re.search(rf"^\|.*`{name}`.*\|", table, re.MULTILINE)]
        self.assertEqual(missing, [])

    def test_the_cli_is_never_shown_without_its_timeout(self):
        """It waits 60 seconds for an answer, and then sends the request again."""
        files = [TEMPLATE, *ROOT.glob("*.md"), *(ROOT / "functions").rglob("*.md"), *(ROOT / "infra").rglob("*.md")]
        shown = [
            line
            for file in files
            for line in file.read_text(encoding="utf-8").splitlines()
            if re.search(r"lambda invoke(?! --cli-read-timeout 0)", line)
        ]
        self.assertEqual(shown, [])


def amount(cell: str) -> float:
    return float(re.search(r"\$([\d.]+)", cell)[1])


if __name__ == "__main__":
    unittest.main()
