"""The deployed stack on the emulators, with the real functions, and the stacks that declare integrations in it."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from deployed import SETUP_FUNCTION, Deployed, deployed
from infra.local.deploy import STACK

INTEGRATIONS = "integrations"
TOKEN_SECRET = f"{STACK}-pat-fabrikam"
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Account(Deployed):
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

    @property
    def cloudformation(self):
        return self.aws.client("cloudformation")


@contextlib.contextmanager
def account() -> Iterator[Account]:
    with deployed() as stack:
        # `setup` sends answers to the emulator. On AWS it sends them to CloudFormation's bucket only.
        stack.set_variables(SETUP_FUNCTION, HOOKPOST_CLOUDFORMATION_URL=stack.aws.endpoint)
        stack.store_secret(TOKEN_SECRET, stack.azure.token)
        yield Account(stack.aws, stack.secrets_endpoint, stack.azure)
