"""The template as AWS deploys it: transformed by the same library that runs behind `Transform: AWS::Serverless`."""

import copy
import logging
import unittest.mock

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE


def source() -> dict:
    """The template as it is written."""
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


def expanded(template: dict, at: int = 0, **parameters: str) -> dict:
    """Plain CloudFormation. `parameters` are those that an operator gives; the others keep their defaults.

    `at` is the time in seconds, which `AlwaysDeploy` makes a part of a resource's name: with the real one, two
    templates that are compared would differ whenever a second ends between them.
    """
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function" and isinstance(resource["Properties"]["CodeUri"], str):
            resource["Properties"]["CodeUri"] = {"Bucket": "some-bucket", "Key": resource["Properties"]["CodeUri"]}
    defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items() if "Default" in one}
    # No managed policies to look up: the template names none.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1"))
    with unittest.mock.patch("time.time", return_value=at):
        return translator.translate(template, defaults | parameters)


# It warns of switches that only AWS has.
logging.getLogger("samtranslator").setLevel(logging.ERROR)
