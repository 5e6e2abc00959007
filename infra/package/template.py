"""The project's template, as something else than this folder can deploy it."""

import copy
import json
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from infra.local.build import ROOT

SOURCE = ROOT / "infra" / "template.yaml"


def from_a_bucket(release: str, architectures: list[str]) -> dict:
    """For those who put the release's folder into a bucket of their own, which they name when they make the stack.

    The name of the release is in the key of each zip: only so does a function change when its code does. Only
    processors that there are zips for can be chosen.
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
        0, {"Label": {"default": "Where the functions are"}, "Parameters": ["CodeBucket"]}
    )
    for function in functions(template):
        key = f"{release}/{Path(function['CodeUri']).name}-${{Architecture}}.zip"
        function["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Fn::Sub": key}}
    return template


def from_this_machine(architecture: str, folder: Path) -> dict:
    """For `sam deploy`, which uploads the zips in `folder` itself.

    The processor they are for is no parameter here: `sam deploy` would go on giving the one that was chosen first.
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
    """As JSON: that has no anchors, which not every tool of AWS takes."""
    file.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")


def load() -> dict:
    # Anchors make the parser hand out one object in several places.
    return json.loads(json.dumps(copy.deepcopy(yaml_parse(SOURCE.read_text(encoding="utf-8")))))


def functions(template: dict) -> list[dict]:
    resources = template["Resources"].values()
    return [one["Properties"] for one in resources if one["Type"] == "AWS::Serverless::Function"]
