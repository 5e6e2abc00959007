"""Adapts the project's template to the ways in which it is deployed: as SAM templates, with the functions' zips."""

import copy
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from infra.package.zips import Zip

# Properties of a function that are no configuration of a version, so that Lambda publishes none when they change. The
# code is not among the others either: its digest stands for it, wherever the zip is.
UNCOUNTED = frozenset(
    {
        "AutoPublishAlias",
        "CodeUri",
        "DeploymentPreference",
        "EventInvokeConfig",
        "FunctionName",
        "ReservedConcurrentExecutions",
        "Tags",
    }
)
# Of the 64 digits of the digest. SAM puts ten into the version's name and all into the function's description.
DIGEST_LENGTH = 16


def from_a_bucket(template: dict, zips: list[Zip]) -> dict:
    """Gives the template its zips in the bucket CodeBucket, below CodePrefix.

    A zip is named after its content, so all releases share a prefix and an unchanged function is not updated.
    Only the architectures that have zips can be chosen.
    """
    architectures = list(dict.fromkeys(zip.architecture for zip in zips))
    template["Parameters"]["Architecture"] |= {"Default": architectures[0], "AllowedValues": architectures}
    template["Parameters"] = copy.deepcopy(CODE_PARAMETERS) | template["Parameters"]
    template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].insert(
        0, {"Label": {"default": "Code of the functions"}, "Parameters": list(CODE_PARAMETERS)}
    )
    if len(architectures) > 1:
        template["Conditions"]["IsArm64"] = {"Fn::Equals": [{"Ref": "Architecture"}, "arm64"]}
    for function in functions(template).values():
        own = {zip.architecture: zip.file for zip in zips_of(function, zips)}
        name = {"Fn::If": ["IsArm64", own["arm64"], own["x86_64"]]} if len(own) > 1 else next(iter(own.values()))
        key = {"Fn::Sub": ["${CodePrefix}${Zip}", {"Zip": name}]}
        publish_when_changed(template, function, zips)
        function["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": key}
    return template


def from_a_folder(template: dict, zips: list[Zip], folder: Path) -> dict:
    """Gives the template its zips in `folder`, all of one architecture, which the SAM CLI uploads.

    It has no parameter Architecture: `sam deploy` would keep the value of the first deployment.
    """
    (architecture,) = {zip.architecture for zip in zips}
    del template["Parameters"]["Architecture"]
    for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        group["Parameters"] = [name for name in group["Parameters"] if name != "Architecture"]
    template["Globals"]["Function"]["Architectures"] = [architecture]
    for function in functions(template).values():
        if "VersionDescription" in function:
            text = function["VersionDescription"]["Fn::Sub"]
            function["VersionDescription"]["Fn::Sub"] = text.replace("${Architecture}", architecture)
        publish_when_changed(template, function, zips)
        (own,) = zips_of(function, zips)
        function["CodeUri"] = str(folder / own.file)
    return template


def publish_when_changed(template: dict, function: dict, zips: list[Zip]) -> None:
    """Names a receiver's version after its own zips and after what Lambda counts as the configuration of a version.

    SAM appends the digest to the function's description, too, so what names a new version also changes the function.
    Otherwise Lambda would publish none, and CloudFormation would fail.
    """
    if "AutoPublishAlias" in function:
        settings = [counted(template["Globals"]["Function"]), counted(function)]
        own = sorted((zip.architecture, zip.digest) for zip in zips_of(function, zips))
        text = json.dumps([settings, own], sort_keys=True)
        function["AutoPublishCodeSha256"] = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def counted(properties: dict) -> dict:
    return {name: value for name, value in properties.items() if name not in UNCOUNTED}


def describe_application(template: dict, version: str) -> None:
    """Completes the metadata for the Serverless Application Repository. The paths are those in a release."""
    application = template["Metadata"]["AWS::ServerlessRepo::Application"]
    application |= {"SemanticVersion": version, "LicenseUrl": "LICENSE", "ReadmeUrl": "infra/README.md"}


def write(template: dict, file: Path) -> None:
    """Writes JSON, which has no anchors: not every AWS tool reads those."""
    file.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")


def functions(template: dict) -> dict[str, dict]:
    """The properties of the functions of a SAM template, by logical name."""
    resources = template["Resources"].items()
    return {name: each["Properties"] for name, each in resources if each["Type"] == "AWS::Serverless::Function"}


def zips_of(function: dict, zips: Iterable[Zip]) -> list[Zip]:
    """Before CodeUri is replaced, the name of its folder is that of the function."""
    return [zip for zip in zips if zip.function == Path(function["CodeUri"]).name]


CODE_PARAMETERS = {
    "CodeBucket": {
        "Type": "String",
        "AllowedPattern": r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "ConstraintDescription": "the name of an S3 bucket, without s3://",
        "Description": "S3 bucket in this Region that has the zips of this release.",
    },
    "CodePrefix": {
        "Type": "String",
        "Default": "hookpost/",
        "AllowedPattern": r"^$|^([A-Za-z0-9._-]+/)+$",
        "ConstraintDescription": "a folder in the bucket with a slash at its end, or nothing",
        "Description": "Folder of the zips in the bucket. All releases may share it: a zip is named after its content.",
    },
}
