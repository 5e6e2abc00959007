"""The deployed stack on the emulators, with the real functions, and the stacks that declare integrations in it."""

import base64
import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from infra.local.azure_devops import AzureDevOps, azure_devops
from infra.local.build import DEFAULT_PROFILE, build
from infra.local.deploy import SETUP, STACK, deploy
from infra.local.emulator import Emulator, client, emulator
from infra.local.loopback import request
from infra.local.secrets_manager import secrets_manager
from infra.local.template import ServiceEndpoints

INTEGRATIONS = "integrations"
TOKEN_SECRET = f"{STACK}-pat-fabrikam"
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Account:
    aws: Emulator
    azure: AzureDevOps
    secrets_endpoint: str

    def change(self, call: str, template: dict) -> dict:
        """Creates or updates the stack of the integrations, and gives it as it is in the end."""
        body = json.dumps(template)
        getattr(self.cloudformation, call)(StackName=INTEGRATIONS, TemplateBody=body)
        return self.settled()

    def delete(self) -> None:
        self.cloudformation.delete_stack(StackName=INTEGRATIONS)
        with contextlib.suppress(self.cloudformation.exceptions.ClientError):
            self.settled()

    def settled(self) -> dict:
        while (stack := self.describe())["StackStatus"].endswith("_IN_PROGRESS"):
            time.sleep(POLL_SECONDS)
        return stack

    def describe(self) -> dict:
        return self.cloudformation.describe_stacks(StackName=INTEGRATIONS)["Stacks"][0]

    def failures(self) -> str:
        events = self.cloudformation.describe_stack_events(StackName=INTEGRATIONS)["StackEvents"]
        reasons = [event.get("ResourceStatusReason", "") for event in events]
        return "\n".join(reason for reason in reasons if reason)

    def physical_ids(self) -> dict[str, str]:
        resources = self.cloudformation.describe_stack_resources(StackName=INTEGRATIONS)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}

    def invoke(self, event: dict) -> dict:
        """Invokes `setup` itself."""
        answer = self.aws.client("lambda").invoke(FunctionName=f"{STACK}-{SETUP}", Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def subscriptions(self) -> list[str]:
        """The integration of each subscription in Azure DevOps."""
        credentials = base64.b64encode(f":{self.azure.token}".encode()).decode()
        url = f"{self.azure.address}{path(self.azure.organization_url)}/_apis/hooks/subscriptions?api-version=7.1"
        listed = request("GET", url, headers={"Authorization": f"Basic {credentials}"})
        urls = [each["consumerInputs"]["url"] for each in json.loads(listed.body)["value"]]
        return sorted(url.rsplit("/", 2)[1] for url in urls)

    @property
    def cloudformation(self):
        return self.aws.client("cloudformation")


def path(url: str) -> str:
    return "/" + url.rstrip("/").rsplit("/", 1)[1]


@contextlib.contextmanager
def account() -> Iterator[Account]:
    binaries = build(DEFAULT_PROFILE)
    with secrets_manager() as secrets, emulator() as aws, azure_devops(binaries.stand_in) as azure:
        endpoints = ServiceEndpoints(secrets, azure.address, azure.sts_address, azure.entra_address)
        deploy(aws, binaries.functions, endpoints)
        answer_the_emulator(aws)
        client("secretsmanager", secrets).create_secret(Name=TOKEN_SECRET, SecretString=azure.token)
        yield Account(aws, azure, secrets)


def answer_the_emulator(aws: Emulator) -> None:
    """Lets `setup` send answers to the emulator. On AWS it sends them to CloudFormation's bucket only."""
    functions = aws.client("lambda")
    name = f"{STACK}-{SETUP}"
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    variables |= {"HOOKPOST_CLOUDFORMATION_URL": aws.endpoint}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
