"""Expands the template with the library that AWS runs for `Transform: AWS::Serverless`."""

import functools
import json
import unittest.mock

from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE
from infra.package.plain import expand


def source() -> dict:
    """The template as written, which the caller may change."""
    return json.loads(as_json())


@functools.cache
def as_json() -> str:
    """Reading the YAML takes an eighth of a second."""
    return json.dumps(yaml_parse(TEMPLATE.read_text(encoding="utf-8")))


def expanded(template: dict, at: int = 0, **parameters: str) -> dict:
    """Plain CloudFormation, with `parameters` of the operator and defaults for the others.

    `at` is the time in seconds. `AlwaysDeploy` makes it part of a resource's name, so with the real time two expansions
    of the same template could differ.
    """
    with unittest.mock.patch("time.time", return_value=at):
        return expand(template, **parameters)
