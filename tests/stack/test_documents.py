"""The figures of the operator's guide are those of the template, and every page names files that exist."""

import json
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

import costs
import relay_costs
from alarms import all_alarms, datapoints, periods
from entra import SUBJECTS
from infra.local.build import ROOT
from infra.local.template import TEMPLATE, load
from infra.package.plain import plain_for_any_account
from infra.package.template import CODE_PARAMETERS, from_a_bucket
from queries import of_type
from queues import ABOUT_EVENTS
from releases import zips
from sam_transform import expanded

GUIDE = (ROOT / "infra" / "README.md").read_text(encoding="utf-8")
ENTRA = (ROOT / "infra" / "ENTRA.md").read_text(encoding="utf-8")
PAGES = ["*.md", ".github/**/*.md", "functions/**/*.md", "infra/**/*.md", "shared/**/*.md", "tests/**/*.md"]
# What a deployment leaves behind.
LOCAL_FILES = {"samconfig.toml"}
DAY_SECONDS = 24 * 60 * 60
BATCH = 10
# Lambda's limit for the name of a function.
FUNCTION_NAME_MAX = 64
# CloudFormation names the stacks of a StackSet `StackSet-{name}-{GUID}`.
STACK_OF_A_STACK_SET = len("StackSet--") + 36


class Links(unittest.TestCase):
    def test_every_file_that_a_page_names_exists(self):
        pages = [page for pattern in PAGES for page in ROOT.glob(pattern) if "node_modules" not in page.parts]
        self.assertGreater(len(pages), 20)
        missing = [
            f"{page.relative_to(ROOT)}: {name}"
            for page in pages
            for name, file in named(page)
            if not (file.exists() or file.name in LOCAL_FILES)
        ]
        self.assertEqual(missing, [])


def named(page: Path) -> Iterator[tuple[str, Path]]:
    """The files that a page links to, and those in backquotes, whose paths begin at the root."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        yield link, page.parent / link
    for path in re.findall(r"`((?:functions|infra|shared|tests)/[\w./-]+)`", text):
        yield path, ROOT / path


class Documents(unittest.TestCase):
    def setUp(self):
        self.template = expanded(load())

    def test_the_costs_are_those_of_the_template(self):
        section = GUIDE[GUIDE.index("\n## Cost") : GUIDE.index("\n## How large")]
        self.assertIn(f"List prices of {costs.LIST['region']} in {costs.LIST['date']},", section)
        computed = costs.table(self.template)
        for options in costs.options, relay_costs.options:
            computed += costs.options_table(options(self.template, costs.LOADS[0]))
        missing = [line for line in computed if line not in section.splitlines()]
        self.assertEqual(missing, [], "tests/stack/costs.py and relay_costs.py print the tables")

    def test_raw_deliveries_cost_nothing_without_being_asked_for(self):
        """The bill is that of a template that does not have them."""
        bill = costs.table(self.template)
        resources = self.template["Resources"]
        for name in [name for name in resources if name.startswith("Deliveries") and name not in ABOUT_EVENTS]:
            del resources[name]
        resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"][1]["DeliveriesGraph"]["Fn::If"][1] = ""
        self.assertEqual(costs.table(self.template), bill)

    def test_the_stack_costs_what_it_is_worth(self):
        for events, dollars in zip(costs.LOADS, (5, 10.5, 80, 240), strict=True):
            with self.subTest(events):
                self.assertLessEqual(costs.dollars(costs.total(self.template, events)), dollars)

    def test_who_follows_the_guide_pays_no_more(self):
        """The tables have two secrets for an integration and none for the token that an operator stores for connect."""
        token = json.loads((ROOT / "infra" / "events" / "connect.json").read_text(encoding="utf-8"))["patSecretId"]
        self.assertIn(f"aws secretsmanager delete-secret --secret-id {token} ", GUIDE)
        self.assertIn(f"delete `{token}` afterwards", (ROOT / "README.md").read_text(encoding="utf-8"))

    def test_the_guide_says_how_many_failed_events_move_in_a_day(self):
        queue = of_type(self.template, "AWS::SQS::Queue")["EventsQueue"]
        receives = DAY_SECONDS // queue["VisibilityTimeout"]
        moved = receives // queue["RedrivePolicy"]["maxReceiveCount"]
        self.assertIn(f"| single events: {moved} move | batches of ten: {moved * BATCH} move |", GUIDE)
        self.assertIn(f"{receives} a day, or {receives * BATCH:,} in batches of ten", GUIDE)

    def test_every_alarm_is_in_the_guide_with_the_time_until_it_is_raised(self):
        missing = []
        for logical_id, alarm in all_alarms(self.template).items():
            name = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
            row = f"| `{name}` | {delay(logical_id, alarm)} |"
            missing += [] if row in GUIDE else [row]
        self.assertEqual(missing, [])

    def test_the_guide_says_how_long_a_name_may_be(self):
        names = [each["FunctionName"]["Fn::Sub"] for each in of_type(self.template, "AWS::Lambda::Function").values()]
        longest = FUNCTION_NAME_MAX - max(len(name.removeprefix("${AWS::StackName}")) for name in names)
        self.assertIn(f"The stack's name may have {longest} characters.", GUIDE)
        self.assertIn(f"a StackSet's name may have {longest - STACK_OF_A_STACK_SET} characters.", GUIDE)
        (name,) = set(re.findall(r"--stack-set-name (\S+)", GUIDE))
        self.assertRegex(name, rf"^[a-z]{{1,{longest - STACK_OF_A_STACK_SET}}}$")

    def test_a_release_is_repeated_with_the_compiler_that_made_it(self):
        workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
        (toolchain,) = re.findall(r"^  RUSTUP_TOOLCHAIN: (\S+)$", workflow, re.MULTILINE)
        self.assertIn(f"RUSTUP_TOOLCHAIN={toolchain} make package", GUIDE)

    def test_every_parameter_is_in_the_guide(self):
        table = GUIDE[GUIDE.index("\n## Configure") : GUIDE.index("\n## Operate")]
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        names = [name for name in packaged["Parameters"] if name not in CODE_PARAMETERS]
        missing = [name for name in names if not re.search(rf"^\|.*`{name}`.*\|", table, re.MULTILINE)]
        self.assertEqual(missing, [])

    def test_the_way_without_a_token_is_that_of_the_template(self):
        for output in SUBJECTS.values():
            self.assertIn(f"`{output}`", ENTRA)
            self.assertIn(output, self.template["Outputs"])
        # The commands put the names of the outputs together.
        (ending,) = re.findall(r"OutputKey=='\$\{ROLE\}(\w+)'", ENTRA)
        (roles,) = re.findall(r"for ROLE in ([\w ]+);", ENTRA)
        self.assertEqual({role + ending for role in roles.split()}, set(SUBJECTS.values()))
        audience = self.template["Parameters"]["EntraAudience"]["Default"]
        shown = re.findall(
            r'audiences[^\[]*\[\\?"([^"\\]+)|\| `(api://[^`]+)` \| the parameter `EntraAudience` \|', ENTRA
        )
        self.assertEqual({found for pair in shown for found in pair if found}, {audience})
        self.assertEqual(len(shown), 3)

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


def delay(name: str, alarm: dict) -> str:
    """How long after the cause an alarm is raised, at most: its periods, two minutes until CloudWatch has the figures,
    and the interval of watch if it makes them.
    """
    if "AlarmRule" in alarm:
        return "as the first of the three below"
    minutes = 2 + (5 if name in OF_WATCH else 0)
    count = datapoints(alarm)
    if not isinstance(count, int):
        return "`SilenceHours`, and an hour"
    return f"{minutes + count * max(periods(alarm)) // 60} min{BEFORE.get(name, '')}"


# Alarms on figures of a pass, for which one may have to wait.
OF_WATCH = ("SubscriptionsAlarm", "MissedAlarm", "WatchFailingAlarm", "TokenAlarm")
# What an alarm waits for, beside its periods.
BEFORE = {
    "EventsWaitingAlarm": " after `BacklogMinutes`",
    "EventsExpireAlarm": " after seven days",
    "DeliveriesExpireAlarm": " after seven days",
    "WatchFailingAlarm": " after an hour",
}


if __name__ == "__main__":
    unittest.main()
