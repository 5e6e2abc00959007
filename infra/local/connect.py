"""Invokes the `connect` action of the deployed setup function, as an operator would from the console."""

import json

from infra.local import rendering
from infra.local.azure_devops import AzureDevOps
from infra.local.deploy import SETUP, STACK
from infra.local.emulator import Emulator
from infra.local.errors import UserError
from infra.local.terminal import Terminal

INTEGRATION = "contoso"


def connect(terminal: Terminal, aws: Emulator, azure: AzureDevOps) -> None:
    """Connects the stand-in's project and prints what setup checked and did."""
    rendering.heading(terminal, "setup: connect")
    request = {
        "action": "connect",
        "integration": INTEGRATION,
        "organizationUrl": azure.organization_url,
        "pat": azure.token,
        "patExpiresOn": "2099-12-31",
        "projects": [azure.project],
    }
    answer = aws.client("lambda").invoke(FunctionName=f"{STACK}-{SETUP}", Payload=json.dumps(request))
    report = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "errorType" in report:
        raise UserError(f"setup could not connect: {report.get('errorType')}: {report.get('errorMessage')}")
    for name in ("checked", "done"):
        for line in report.get(name, []):
            rendering.step(terminal, name, rendering.printable(line))
    rendering.step(terminal, "summary", rendering.printable(report["summary"]))
