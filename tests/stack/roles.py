"""Decides, as IAM would, whether the role of a function allows an action on a resource."""

import fnmatch
from dataclasses import dataclass

from queries import as_list, of_type, statements

PSEUDO_PARAMETERS = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}
ROLES = {"code-pushed": "CodePushedRole", "pull-request": "PullRequestRole", "setup": "SetupRole", "watch": "WatchRole"}

# Its template is another one, and has what is of the stack as parameters.
RELAY = "relay"
OF_THE_STACK = {"DeliveriesQueueArn": "DeliveriesQueue"}


@dataclass(frozen=True)
class Grant:
    action: str
    resource: str
    """An ARN with wildcards, or the logical name of a resource of the stack."""

    def allows(self, action: str, resource: str) -> bool:
        return self.action == action and fnmatch.fnmatchcase(resource, self.resource)


def grants(template: dict, function: str, secret_prefix: str) -> set[Grant]:
    """All grants of a function's role, without those for the operator's key."""
    role = of_type(template, "AWS::IAM::Role")[ROLES[function]]
    policies = [policy for policy in role["Policies"] if "Fn::If" not in policy]
    return {
        Grant(action, resolve(resource, secret_prefix))
        for statement in statements(policies)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def relay_grants(template: dict) -> set[Grant]:
    """All grants of the relay's role, without those for the operator's key, and for Lambda to attach it to a VPC."""
    role = of_type(template, "AWS::IAM::Role")["RelayRole"]
    policy = next(policy for policy in role["Policies"] if policy["PolicyName"] == "relay")
    conditional = (each.get("Fn::If", [None, each]) for each in policy["PolicyDocument"]["Statement"])
    return {
        Grant(action, resolve(resource, secret_prefix=""))
        for condition, statement, *_ in conditional
        if condition != "HasKey"
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def resolve(resource: object, secret_prefix: str) -> str:
    match resource:
        case str():
            return resource
        case {"Fn::If": [_, value, {"Ref": "AWS::NoValue"}]}:
            return resolve(value, secret_prefix)
        case {"Fn::GetAtt": [name, "Arn"]}:
            return name
        case {"Ref": name}:
            return OF_THE_STACK.get(name, name)
        case {"Fn::Sub": [text, dict()]} | {"Fn::Sub": text}:
            for name, value in (PSEUDO_PARAMETERS | {"Prefix": secret_prefix}).items():
                text = text.replace(f"${{{name}}}", value)
            return text
    raise AssertionError(f"cannot resolve {resource}")


def secret_arn(name: str, suffix: str) -> str:
    return f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}{suffix}"
