"""The template as AWS deploys it: transformed by the same library that runs behind `Transform: AWS::Serverless`."""

import copy

from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE


def source() -> dict:
    """The template as it is written."""
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


def expanded(template: dict, **parameters: str) -> dict:
    """Plain CloudFormation. `parameters` are those that an operator gives; the others keep their defaults."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "some-bucket", "Key": resource["Properties"]["CodeUri"]}
    defaults = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}
    return transform(template, defaults | parameters, NoManagedPolicies())


class NoManagedPolicies(ManagedPolicyLoader):
    """The real one asks IAM. The template names none."""

    def __init__(self):
        super().__init__(iam_client=None)

    def load(self) -> dict[str, str]:
        return {}
