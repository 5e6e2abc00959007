"""Lets the stand-in Azure DevOps raise events, and reads from it how the receivers answered."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from infra.local.azure_devops import ORGANIZATION, AzureDevOps
from infra.local.errors import UserError
from infra.local.processes import child

STAND_IN_COMMAND = "demo"


@dataclass(frozen=True)
class ExpectedEvent:
    integration: str
    type: str
    action: str | None
    subject: str


@dataclass(frozen=True)
class Delivery:
    number: int
    description: str
    integration: str
    path: str
    """The last segment of the webhook URL and its query."""
    status: int
    """0 when there was no response. The reply then contains the cause."""
    milliseconds: float
    reply: dict
    expected: list[ExpectedEvent]

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def event_ids(self) -> list[str]:
        return [event["id"] for event in self.reply.get("events") or []]


def demo_deliveries(azure: AzureDevOps) -> Iterator[Delivery]:
    """Yields each delivery of the subscriptions that setup created, as soon as it is answered."""
    command = [azure.binary, STAND_IN_COMMAND, "--against", azure.address, "--organization", ORGANIZATION]
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    all_accepted = True
    with child(command, **options) as process:
        for line in process.stdout:
            delivery = parse_delivery(json.loads(line))
            all_accepted &= delivery.is_accepted
            yield delivery
    # The stand-in also fails when a delivery was not accepted, which that delivery already shows.
    if process.returncode and all_accepted:
        raise UserError(f"The stand-in Azure DevOps ended with status {process.returncode}. Its messages are above.")


def parse_delivery(line: dict) -> Delivery:
    """Reads one line of the stand-in's output."""
    url = urlsplit(line["url"])
    integration, receiver = url.path.rsplit("/", 2)[-2:]
    # Every URL has the same `version` of the password, so it is left out.
    query = "&".join(part for part in url.query.split("&") if not part.startswith("version="))
    reply = line.get("reply") or {"message": line.get("error")}
    expected = line.get("expect") or []
    return Delivery(
        number=line["seq"],
        description=line["what"],
        integration=integration,
        path=f"{receiver}?{query}" if query else receiver,
        status=line["status"] or 0,
        milliseconds=line["ms"],
        reply=reply if isinstance(reply, dict) else {},
        expected=[
            ExpectedEvent(integration, event["type"], event.get("action"), event["subject"])
            for event in (expected if isinstance(expected, list) else [expected])
        ],
    )
