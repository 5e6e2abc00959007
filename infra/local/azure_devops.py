"""Starts the stand-in Azure DevOps: one organization, with a token and an app that setup connects with. An STS and an
Entra, which the app needs, come with it.
"""

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
    second_project: str
    sts_address: str
    issuer: str
    """Of the STS: what the app in Entra has to trust, beside a role."""
    entra_address: str
    tenant_id: str
    client_id: str


@contextlib.contextmanager
def azure_devops(binary: Path) -> Iterator[AzureDevOps]:
    """Runs the stand-in. It exits at the end of its standard input, so also when this process is killed."""
    command = [binary, "serve", "--organization", ORGANIZATION]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        if not line:
            raise UserError("The stand-in Azure DevOps did not start. Its messages are above.")
        started = json.loads(line)
        yield AzureDevOps(
            binary=binary,
            address=started["address"],
            organization_url=started["organizationUrl"],
            token=started["pat"],
            project=started["project"],
            second_project=started["secondProject"],
            sts_address=started["stsAddress"],
            issuer=started["issuer"],
            entra_address=started["entraAddress"],
            tenant_id=started["tenantId"],
            client_id=started["clientId"],
        )
        process.stdin.close()
