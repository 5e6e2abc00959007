"""Reads an expanded template."""

import json
import re
from collections.abc import Callable, Iterator

# A rule takes an expanded template, and returns one line for each violation.
Rule = Callable[[dict], list[str]]


def of_type(template: dict, type: str) -> dict[str, dict]:
    """The properties of the resources of a type, by logical name."""
    resources = template["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in resources if resource["Type"] == type}


def receivers(template: dict) -> dict[str, dict]:
    functions = of_type(template, "AWS::Lambda::Function")
    return {name: functions[name] for name in ("CodePushedFunction", "PullRequestFunction")}


def integrations(template: dict) -> Iterator[tuple[str, dict]]:
    """Each path of the API with its integration."""
    for api in of_type(template, "AWS::ApiGateway::RestApi").values():
        for path, methods in api["Body"]["paths"].items():
            for method in methods.values():
                yield path, method["x-amazon-apigateway-integration"]


def references(value: object) -> set[str]:
    """Every name that `value` refers to by Ref or Sub."""
    text = json.dumps(value)
    return set(re.findall(r'"Ref": "([^"]+)"', text)) | set(re.findall(r"\$\{([A-Za-z0-9:]+)", text))


def role_name(template: dict, function: dict) -> dict:
    """The properties of a function's role that another value makes a new role of, with another ARN."""
    role = template["Resources"][function["Role"]["Fn::GetAtt"][0]]["Properties"]
    return {name: role[name] for name in ("Path", "RoleName") if name in role}


def refers_to(value: object, names: dict) -> bool:
    return bool(references(value) & set(names))


def statements(policies: list[dict]) -> Iterator[dict]:
    for policy in policies:
        policy = policy["Fn::If"][1] if "Fn::If" in policy else policy
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def plain(value: object) -> str:
    """Text in which every reference is written as `(Name)`."""
    match value:
        case {"Ref": name}:
            return f"({name})"
        case {"Fn::GetAtt": parts}:
            return f"({'.'.join(as_list(parts))})"
        case {"Fn::Sub": [text, _] | text}:
            return re.sub(r"\$\{([^}]+)\}", r"(\1)", text)
    return str(value)


def as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]
