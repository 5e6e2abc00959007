"""Starts the stand-in Azure DevOps: one organization, with a token that setup connects with."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import UserError
from infra.local.processes import child

ORGANIZATION = "contoso"


@dataclass(frozen=True)
class AzureDevOps:
    binary: Path
    address: str
    organization_url: str
    token: str
    project: str


@contextlib.contextmanager
def azure_devops(binary: Path) -> Iterator[AzureDevOps]:
    """Runs the stand-in. It exits at the end of its standard input, so also when this process is killed."""
    command = [binary, "serve", "--organization", ORGANIZATION]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        if not line:
            raise UserError("The stand-in Azure DevOps did not start. Its messages are above.")
        started = json.loads(line)
        yield AzureDevOps(binary, started["address"], started["organizationUrl"], started["pat"], started["project"])
        process.stdin.close()
