"""Runs schedules of faults by the thousand and writes their figures down: `make faults`. Standard library only."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REPORT = HERE / "REPORT.md"
PROFILE = ["--profile", "faults", "--locked"]
PARTS = (
    ("schedules", "Schedules in one process"),
    ("real", "Schedules against the real binaries"),
    ("broken", "The same with a promise broken on purpose"),
    ("outages", "Outages"),
)
ABOUT = {
    "schedules": (
        "Two hundred happenings and more in three hours, some hundred deliveries, and the fault of the row for 20 to 170 seconds in "
        "every 20 minutes, or for up to an hour in every two where the row says so. `watch` passes every 5 to 60 minutes. Then as "
        "much time as it takes until nothing is left to do. The pipeline, `watch` and the client for Azure DevOps are the real "
        "ones; SQS, Secrets Manager, Lambda and the clock are simulated."
    ),
    "real": (
        "The same happenings in four hours of Azure DevOps's time, which end now; the receivers, `setup` and `watch` are the real "
        "processes, behind HTTP, before an SQS and a Secrets Manager that fail on command. `watch` looks when the four hours are over."
    ),
    "broken": "What the harness reports when the code is made to break a promise. It has to report something.",
    "outages": (
        "One outage from the second hour on, with happenings before, during and after it, and a pass of `watch` every five minutes. "
        "Recovered is when the last event has arrived that happened before its end."
    ),
}
NOTES = """\
- *probations*: subscriptions that an answer of ours put on probation. A fault of ours that lasts less than the 183 s for which Azure
  DevOps tries again causes none. A longer one does, by Azure DevOps's rules, whatever a receiver answers.
- *held back as duplicates*: messages that SQS knew by their deduplication id. Not counted against the real binaries.
- *replayed*: deliveries that `watch` brought in from Azure DevOps's log. *reconstructed*: events it made from lists. Two of each real
  schedule are pushes of the very second in which the subscriptions were made.
- *repeated*: messages with the id of an event that was on the queue for more than five minutes, so that SQS takes them. Consumers
  know them by the id.
- *not told, no trace*: happened while a subscription was on probation or disabled, so that Azure DevOps told nobody, and of a kind
  that no list shows afterwards: votes, reviewers, comments, new commits of a pull request, merge attempts, and a closing that was
  undone. They count as raised. No receiver can know of them.
- *lost*: everything else that should be on the queue and is not.

## What this cannot see

One integration with one project and two repositories; nothing away for longer than six days; Azure DevOps as Microsoft describes
it, and where that leaves room, as it is worse for us. Only one test, of a catch-up that takes many passes, has a clock that goes on
while `watch` works.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--schedules", type=int, default=2100, help="in one process (default: 2100)")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if cargo("build", "--workspace", "--bins", *PROFILE):
            return 1
        began = time.monotonic()
        settings = {"HOOKPOST_FAULTS_REPORT": folder, "HOOKPOST_FAULTS_SCHEDULES": str(asked.schedules)}
        test = ["test", "--package", "hookpost-simulation", "--test", "faults", *PROFILE, "--", "--nocapture", "--test-threads", "1"]
        failed = cargo(*test, **settings)
        minutes = (time.monotonic() - began) / 60
        REPORT.write_text(report(Path(folder), minutes), encoding="utf-8")
    print(f"written to {REPORT.relative_to(ROOT)}")
    return failed


def cargo(*arguments: str, **settings: str) -> int:
    return subprocess.run(["cargo", *arguments], cwd=ROOT, env=os.environ | settings, check=False).returncode


def report(folder: Path, minutes: float) -> str:
    lines = ["# Faults", "", f"Made by `make faults` on {date.today()} in {minutes:.0f} minutes, on {machine()}.", ""]
    lines += ["Each schedule has a seed: `HOOKPOST_FAULTS_SEED=38 cargo test --package hookpost-simulation --test faults` runs one alone.", ""]
    for part, title in PARTS:
        file = folder / f"{part}.md"
        table = file.read_text(encoding="utf-8") if file.exists() else "It did not come to an end.\n"
        lines += [f"## {title}", "", ABOUT[part], "", table]
    return "\n".join([*lines, "## Columns", "", NOTES])


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"


if __name__ == "__main__":
    sys.exit(main())
