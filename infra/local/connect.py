"""Invokes the `connect` action of the deployed setup function, as an operator would from the console."""

import json

from infra.local import rendering
from infra.local.azure_devops import AzureDevOps
from infra.local.deploy import SETUP, STACK
from infra.local.emulator import Emulator
from infra.local.errors import UserError
from infra.local.terminal import Terminal

WITH_TOKEN = "contoso"
WITHOUT_TOKEN = "contoso-app"
INTEGRATIONS = {WITH_TOKEN: "with a token", WITHOUT_TOKEN: "without a token"}
"""Each integration, and how it is connected."""


def connect(terminal: Terminal, aws: Emulator, azure: AzureDevOps) -> None:
    """Connects a project of the stand-in with a token, and another without, by the app in Entra."""
    token = {"pat": azure.token, "patExpiresOn": "2099-12-31"}
    connect_project(terminal, aws, azure, {"integration": WITH_TOKEN, "projects": [azure.project], **token})
    app = {"entra": {"tenantId": azure.tenant_id, "clientId": azure.client_id}}
    connect_project(terminal, aws, azure, {"integration": WITHOUT_TOKEN, "projects": [azure.second_project], **app})


def connect_project(terminal: Terminal, aws: Emulator, azure: AzureDevOps, settings: dict) -> None:
    """Prints what setup checked and did."""
    integration = settings["integration"]
    rendering.heading(terminal, f"setup: connect {integration}, {INTEGRATIONS[integration]}")
    request = {"action": "connect", "organizationUrl": azure.organization_url, **settings}
    answer = aws.client("lambda").invoke(FunctionName=f"{STACK}-{SETUP}", Payload=json.dumps(request))
    report = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "errorType" in report:
        raise UserError(
            f"setup could not connect {integration}: {report.get('errorType')}: {report.get('errorMessage')}"
        )
    for name in ("checked", "done"):
        for line in report.get(name, []):
            rendering.step(terminal, name, rendering.printable(line))
    rendering.step(terminal, "summary", rendering.printable(report["summary"]))
