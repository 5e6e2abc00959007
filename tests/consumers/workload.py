"""Events that a consumer meets, and what it should print for each."""

import json
from collections.abc import Sequence
from pathlib import Path

from infra.local.build import ROOT

EVENTS = ROOT / "shared" / "events"
GOLDEN = sorted((EVENTS / "golden").glob("**/*.json"))
EXAMPLES = ROOT / "infra" / "consumers"
BRANCH = "refs/heads/release"


def golden(files: Sequence[Path] = GOLDEN) -> list[dict]:
    """Example events of the contract. Those of the server get groups of their own."""
    return [read(file) | group(f"{file.parent.name}:{read(file)['partitionkey']}") for file in files]


def read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def group(partitionkey: str) -> dict:
    return {"partitionkey": partitionkey}


def overtaken() -> list[dict]:
    """Push 3 of a branch and behind it push 2, as after a retry; then an event whose place Azure DevOps did not say."""
    late_and_newer = [pushes(3)[2], pushes(3)[1]]
    unnumbered = pushes(1)[0] | group("kettle:other") | {"id": "push-without-a-number", "subject": "refs/heads/other"}
    del unnumbered["sequence"]
    return [*late_and_newer, unnumbered]


def pushes(count: int) -> list[dict]:
    """Consecutive pushes of one branch."""
    push = read(EVENTS / "golden" / "push_branch.json") | group(f"kettle:{BRANCH}") | {"subject": BRANCH}
    return [push | {"id": f"push-{n}", "sequence": f"{n:020}"} for n in range(1, count + 1)]


def of_tomorrow() -> list[dict]:
    """Events of a later version: a new word in every enumeration, and new fields."""
    push, updated, commented = (
        read(EVENTS / "golden" / f"{name}.json") | group("tomorrow") | {"id": f"tomorrow-{name}", "newattribute": 7}
        for name in ("push_branch", "pull_request_voted", "comment_edited")
    )
    for event in (push, updated, commented):
        del event["sequence"]
        event["data"]["newField"] = {"of": ["any", "shape"]}
        event["data"]["repository"]["newField"] = True
    for holder, field in (
        (push["data"], "change"),
        (push["data"], "refKind"),
        (updated["data"], "action"),
        (updated["data"], "actionSource"),
        (commented["data"]["comment"], "change"),
    ):
        holder[field] = f"{field}_of_tomorrow"
    return [push, updated, commented]


def of_unknown_type() -> dict:
    unknown = read(EVENTS / "golden" / "push_branch.json") | group("tomorrow")
    return unknown | {"id": "unknown", "type": "com.azure.dev.git.repo.created", "data": {"name": "kettle"}}


def workload(files: Sequence[Path] = GOLDEN) -> list[dict]:
    """Everything above, and the first event a second time."""
    events = golden(files)
    return [events[0], *events, *overtaken(), of_unknown_type(), *of_tomorrow()]


def expected(events: list[dict]) -> list[dict]:
    """What a consumer prints for the events: one line for each happening."""
    lines = []
    handled = set()
    for event in events:
        key = completion(event) or event["id"]
        if key not in handled and event["id"] != "unknown":
            lines.append(line(event))
        handled.add(key)
    return lines


def completion(event: dict) -> tuple | None:
    """A completed pull request arrives as two events."""
    data = event["data"]
    is_completed = data.get("action") == "completed"
    return (event["source"], event["subject"], data["closedAt"]) if is_completed else None


def line(event: dict) -> dict:
    data = event["data"]
    action = data.get("action") or data.get("change") or data["comment"]["change"]
    shown = {name: event[name] for name in ("id", "type", "subject")}
    return shown | {"action": action, "late": event["id"] == "push-2"}


def by_group(lines: list[dict], events: list[dict]) -> dict[str, list[dict]]:
    """The lines in their order, by branch and pull request."""
    group_of = {event["id"]: event["partitionkey"] for event in events}
    groups: dict[str, list[dict]] = {}
    for each in lines:
        groups.setdefault(group_of[each["id"]], []).append(each)
    return groups
