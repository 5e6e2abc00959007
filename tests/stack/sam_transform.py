"""Expands the template with the library that AWS runs for `Transform: AWS::Serverless`."""

import unittest.mock

from infra.package.plain import expand


def expanded(template: dict, at: int = 0, **parameters: str) -> dict:
    """Plain CloudFormation, with `parameters` of the operator and defaults for the others.

    `at` is the time in seconds. `AlwaysDeploy` makes it part of a resource's name, so with the real time two expansions
    of the same template could differ.
    """
    with unittest.mock.patch("time.time", return_value=at):
        return expand(template, **parameters)
