"""Expands the template with the library that AWS runs for `Transform: AWS::Serverless`."""

import copy
import logging
import unittest.mock

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE


def source() -> dict:
    """The template as written."""
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


def expanded(template: dict, at: int = 0, **parameters: str) -> dict:
    """Plain CloudFormation, with `parameters` of the operator and defaults for the others.

    `at` is the time in seconds. `AlwaysDeploy` makes it part of a resource's name, so with the real time two expansions
    of the same template could differ.
    """
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function" and isinstance(resource["Properties"]["CodeUri"], str):
            resource["Properties"]["CodeUri"] = {"Bucket": "some-bucket", "Key": resource["Properties"]["CodeUri"]}
    declared = template["Parameters"].items()
    defaults = {name: str(parameter["Default"]) for name, parameter in declared if "Default" in parameter}
    # Without managed policies to look up: SAM policy templates are not used.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1"))
    with unittest.mock.patch("time.time", return_value=at):
        return translator.translate(template, defaults | parameters)


# The library warns about feature toggles that only AWS has.
logging.getLogger("samtranslator").setLevel(logging.ERROR)
