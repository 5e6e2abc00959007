"""What the roles of the template allow, asked as IAM would be: may this function do that to this resource?"""

import fnmatch
from dataclasses import dataclass

from rules import listed, of_type, statements

ACCOUNT = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}
ROLES = {"code-pushed": "CodePushedRole", "pull-request": "PullRequestRole", "setup": "SetupRole", "watch": "WatchRole"}


@dataclass(frozen=True)
class Grant:
    action: str
    resource: str
    """An ARN with wildcards, or the logical name of a resource of the stack."""

    def covers(self, action: str, resource: str) -> bool:
        return self.action == action and fnmatch.fnmatchcase(resource, self.resource)


def grants(template: dict, function: str, secret_prefix: str) -> set[Grant]:
    """All that a function may do, without a key of the operator's."""
    role = of_type(template, "AWS::IAM::Role")[ROLES[function]]
    policies = [policy for policy in role["Policies"] if "Fn::If" not in policy]
    return {
        Grant(action, readable(resource, secret_prefix))
        for statement in statements(policies)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def readable(resource: object, secret_prefix: str) -> str:
    match resource:
        case str():
            return resource
        case {"Fn::GetAtt": [name, "Arn"]}:
            return name
        case {"Fn::Sub": text}:
            for name, value in (ACCOUNT | {"SecretPrefix": secret_prefix}).items():
                text = text.replace(f"${{{name}}}", value)
            return text
    raise AssertionError(f"unreadable resource {resource}")


def secret_arn(name: str, suffix: str) -> str:
    return f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}{suffix}"
