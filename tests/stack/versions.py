"""Rules about the receivers' versions, between which an update and an operator move the alias."""

import json
import re

from queries import Rule, of_type, references, role_name


def versions_are_kept(template: dict) -> list[str]:
    """Neither a release nor a changed parameter deletes the version before, which is the one to go back to."""
    found = []
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Version":
            if resource.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
                found.append(f"{name}: the next release deletes it")
            if resource.get("UpdateReplacePolicy") != "Retain":
                found.append(f"{name}: a changed parameter deletes it")
    return found


def versions_follow_nothing_else(template: dict) -> list[str]:
    """A parameter in a version's description changes the function as well.

    Otherwise CloudFormation would publish a version of an unchanged function, which fails.
    """
    functions = of_type(template, "AWS::Lambda::Function")
    found = []
    for name, version in of_type(template, "AWS::Lambda::Version").items():
        described = references(version["Description"]) & set(template["Parameters"])
        function = functions[version["FunctionName"]["Ref"]]
        without_effect = described - influences(template, [function, role_name(template, function)])
        found += [f"{name}: {parameter} does not change the function" for parameter in sorted(without_effect)]
    return found


def influences(template: dict, value: object) -> set[str]:
    """Every parameter that changes `value`, by a reference or by a condition."""
    conditions = set(re.findall(r'"Fn::If": \["(\w+)"', json.dumps(value)))
    return references([value, *(template["Conditions"][name] for name in conditions)])


RULES: tuple[Rule, ...] = (versions_are_kept, versions_follow_nothing_else)
