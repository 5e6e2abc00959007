"""A deployed stack, as CloudFormation describes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.errors import UserError
from infra.verify.webhook import Send


@dataclass(frozen=True)
class DeployedStack:
    name: str
    status: str
    changed: datetime
    """When it was created or last updated."""
    parameters: dict[str, str]
    outputs: dict[str, str]
    resources: dict[str, tuple[str, str]]
    """Type and physical id of each resource, by its name in the template."""
    client: Callable[[str], Any]
    """Makes a client for the service of this name."""
    send: Send

    def id(self, resource: str) -> str:
        return self.resources[resource][1]

    def ids(self, *types: str) -> list[str]:
        return [id for type, id in self.resources.values() if type in types]


def find(name: str, client: Callable[[str], Any], send: Send) -> DeployedStack:
    try:
        cloudformation = client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        pages = list(cloudformation.get_paginator("list_stack_resources").paginate(StackName=name))
    except (BotoCoreError, ClientError) as error:
        raise UserError(f"Cannot read the stack {name}. Check STACK, REGION and your credentials: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if "WebhookBaseUrl" not in outputs:
        raise UserError(
            f"The stack {name} is {stack['StackStatus']} and has no output WebhookBaseUrl. Is it Hookpost's?"
        )
    summaries = [each for page in pages for each in page["StackResourceSummaries"]]
    return DeployedStack(
        name=name,
        status=stack["StackStatus"],
        changed=stack.get("LastUpdatedTime", stack["CreationTime"]),
        parameters={each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]},
        outputs=outputs,
        resources={
            each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
            for each in summaries
            if "PhysicalResourceId" in each  # A resource that is not created yet has none.
        },
        client=client,
        send=send,
    )
