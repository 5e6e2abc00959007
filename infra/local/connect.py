"""Runs `connect` of the deployed setup function, as an operator would from the console."""

import json

from infra.local import show
from infra.local.azure_devops import AzureDevOps
from infra.local.deploy import SETUP, STACK
from infra.local.emulator import Emulator
from infra.local.problem import Problem
from infra.local.screen import Screen

INTEGRATION = "contoso"


def connect(screen: Screen, local: Emulator, azure: AzureDevOps) -> None:
    """Shows what setup checked and did."""
    show.heading(screen, "setup: connect")
    request = {
        "action": "connect",
        "integration": INTEGRATION,
        "organizationUrl": azure.organization_url,
        "pat": azure.token,
        "patExpiresOn": "2099-12-31",
        "projects": [azure.project],
    }
    answer = local.client("lambda").invoke(FunctionName=f"{STACK}-{SETUP}", Payload=json.dumps(request))
    report = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "errorType" in report:
        raise Problem(f"setup refused to connect: {report.get('errorType')}: {report.get('errorMessage')}")
    for name in ("checked", "done"):
        for line in report.get(name, []):
            show.step(screen, name, show.clean(line))
    show.step(screen, "summary", show.clean(report["summary"]))
