"""Adapts the project's template to the two ways in which it is deployed."""

import json
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE


def from_a_bucket(release: str, architectures: list[str]) -> dict:
    """The template of a release, whose parameter CodeBucket names the bucket with the zips.

    The key of each zip contains the release, because CloudFormation updates a function only when its key changes.
    Only the architectures that have zips can be chosen.
    """
    template = load()
    template["Parameters"]["Architecture"] |= {"Default": architectures[0], "AllowedValues": architectures}
    template["Parameters"]["CodeBucket"] = {
        "Type": "String",
        "AllowedPattern": r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "ConstraintDescription": "the name of an S3 bucket, without s3://",
        "Description": f"S3 bucket in this Region that has the folder {release}/ of this release.",
    }
    template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].insert(
        0, {"Label": {"default": "Code of the functions"}, "Parameters": ["CodeBucket"]}
    )
    for function in functions(template):
        key = f"{release}/{Path(function['CodeUri']).name}-${{Architecture}}.zip"
        function["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Fn::Sub": key}}
    return template


def from_this_machine(architecture: str, folder: Path) -> dict:
    """The template for `sam deploy`, which uploads the zips in `folder`.

    It has no parameter Architecture: `sam deploy` would keep the value of the first deployment.
    """
    template = load()
    del template["Parameters"]["Architecture"]
    for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        group["Parameters"] = [name for name in group["Parameters"] if name != "Architecture"]
    template["Globals"]["Function"]["Architectures"] = [architecture]
    for function in functions(template):
        function["CodeUri"] = str(folder / f"{Path(function['CodeUri']).name}-{architecture}.zip")
        if "VersionDescription" in function:
            text = function["VersionDescription"]["Fn::Sub"]
            function["VersionDescription"]["Fn::Sub"] = text.replace("${Architecture}", architecture)
    return template


def write(template: dict, file: Path) -> None:
    """Writes JSON, which has no anchors: not every AWS tool reads those."""
    file.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")


def load() -> dict:
    # The parser returns the same object for each alias of an anchor; a round trip through JSON separates them.
    return json.loads(json.dumps(yaml_parse(TEMPLATE.read_text(encoding="utf-8"))))


def functions(template: dict) -> list[dict]:
    resources = template["Resources"].values()
    return [resource["Properties"] for resource in resources if resource["Type"] == "AWS::Serverless::Function"]
