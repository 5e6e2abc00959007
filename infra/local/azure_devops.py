"""The stand-in Azure DevOps as a server: an organization with a token, which setup is given."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.problem import Problem
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
    """It ends with its standard input, so also when we are killed."""
    command = [binary, "serve", "--organization", ORGANIZATION]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        if not line:
            raise Problem("the stand-in Azure DevOps did not start: its messages are above.")
        told = json.loads(line)
        yield AzureDevOps(binary, told["address"], told["organizationUrl"], told["pat"], told["project"])
        process.stdin.close()
