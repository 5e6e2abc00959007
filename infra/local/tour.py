"""The stand-in Azure DevOps, delivering at a local stack."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from infra.local.azure_devops import ORGANIZATION, AzureDevOps
from infra.local.problem import Problem
from infra.local.processes import child


@dataclass(frozen=True)
class Expected:
    type: str
    action: str | None
    subject: str


@dataclass(frozen=True)
class Delivery:
    number: int
    what: str
    path: str
    """The end of the webhook's URL: the receiver and its query."""
    status: int
    """0 when there was no answer at all, and then the reply says why."""
    milliseconds: float
    reply: dict
    expected: list[Expected]

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def event_ids(self) -> list[str]:
        return [event["id"] for event in self.reply.get("events") or []]


def tour(azure: AzureDevOps) -> Iterator[Delivery]:
    """Each delivery of the subscriptions that setup made, as soon as it has been answered."""
    command = [azure.binary, "tour", "--against", azure.address, "--organization", ORGANIZATION]
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    all_accepted = True
    with child(command, **options) as process:
        for line in process.stdout:
            one = delivery(json.loads(line))
            all_accepted &= one.is_accepted
            yield one
    # It also fails when a delivery was not accepted, which the delivery has told already.
    if process.returncode and all_accepted:
        raise Problem(f"the stand-in Azure DevOps ended with status {process.returncode}: its messages are above.")


def delivery(line: dict) -> Delivery:
    """What a line of the stand-in's says."""
    url = urlsplit(line["url"])
    receiver = url.path.rsplit("/", 1)[-1]
    # Every one says which password it was given, the same one.
    query = "&".join(part for part in url.query.split("&") if not part.startswith("version="))
    reply = line.get("reply") or {"message": line.get("error")}
    expected = line.get("expect") or []
    return Delivery(
        number=line["seq"],
        what=line["what"],
        path=f"{receiver}?{query}" if query else receiver,
        status=line["status"] or 0,
        milliseconds=line["ms"],
        reply=reply if isinstance(reply, dict) else {},
        expected=[
            Expected(one["type"], one.get("action"), one["subject"])
            for one in (expected if isinstance(expected, list) else [expected])
        ],
    )
