"""The stack with the real functions, deployed on the emulators beside the stand-in Azure DevOps."""

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from infra.local.build import DEFAULT_PROFILE, build
from infra.local.deploy import SETUP, STACK, deploy
from infra.local.entra import trust_roles
from infra.local.loopback import request
from infra.local.services import Services, services

SETUP_FUNCTION = f"{STACK}-{SETUP}"


@dataclass(frozen=True)
class Deployed(Services):
    def invoke(self, event: dict, function: str = SETUP_FUNCTION) -> dict:
        """Invokes `setup`, or another function."""
        answer = self.aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def subscriptions(self) -> list[str]:
        """The integration of each subscription in Azure DevOps."""
        urls = [each["consumerInputs"]["url"] for each in self.azure_devops("GET", "hooks/subscriptions")["value"]]
        return sorted(url.rsplit("/", 2)[1] for url in urls)

    def azure_devops(self, method: str, resource: str, body: object = None) -> dict:
        """Calls the stand-in's REST API as somebody else who uses the organization."""
        credentials = base64.b64encode(f":{self.azure.token}".encode()).decode()
        path = urlsplit(self.azure.organization_url).path.rstrip("/")
        url = f"{self.azure.address}{path}/_apis/{resource}?api-version=7.1"
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        answer = request(method, url, None if body is None else json.dumps(body).encode(), headers)
        if answer.status >= 300:
            raise AssertionError(f"{method} {resource}: {answer.status} {answer.body.decode()}")
        return answer.json()

    def set_variables(self, function: str, **variables: str) -> None:
        """Sets environment variables of a function."""
        functions = self.aws.client("lambda")
        present = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": present | variables})


@contextlib.contextmanager
def deployed() -> Iterator[Deployed]:
    """Deploys until the block is left. No integration is connected; the app in Entra trusts the roles."""
    binaries = build(DEFAULT_PROFILE)
    with services(binaries.stand_in) as running:
        deployment = deploy(running.aws, binaries.functions, running.endpoints)
        trust_roles(running.azure, deployment.roles)
        yield Deployed(running.aws, running.secrets_endpoint, running.azure)
