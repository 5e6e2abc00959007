"""Makes the app in the stand-in Entra trust the roles of the stack, as `infra/ENTRA.md` says for the real one."""

import json

from infra.local.azure_devops import AzureDevOps
from infra.local.errors import UserError
from infra.local.loopback import request


def trust_roles(azure: AzureDevOps, roles: dict[str, str]) -> None:
    """Gives the app a federated credential for each role. `roles` has the ARN for each caller in the path of STS."""
    for caller, role in roles.items():
        post(f"{azure.sts_address}/_stand-in/roles", accessKeyId=caller, roleArn=role)
        credential = {"clientId": azure.client_id, "issuer": azure.issuer, "subject": role}
        post(f"{azure.entra_address}/_stand-in/federated-credentials", **credential)


def post(url: str, **body: str) -> None:
    response = request("POST", url, json.dumps(body).encode())
    if response.status != 200:
        raise UserError(f"{url} answered {response.status}.")
