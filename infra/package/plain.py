"""Plain CloudFormation: what AWS makes of the SAM template, for what takes no transform, such as StackSets."""

import copy
import logging

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.package.template import functions

# Parameters in the definition of the API.
NEED_DEPLOYMENT = ("AllowedCidrs", "DisableDefaultEndpoint")


def expand(template: dict, **parameters: str) -> dict:
    """Runs the library that AWS runs for `Transform: AWS::Serverless`, with defaults for the other parameters.

    A path of code on this machine becomes a key in a bucket that does not exist.
    """
    template = copy.deepcopy(template)
    for function in functions(template).values():
        if isinstance(function["CodeUri"], str):
            function["CodeUri"] = {"Bucket": "no-bucket", "Key": function["CodeUri"]}
    declared = template["Parameters"].items()
    defaults = {name: str(parameter["Default"]) for name, parameter in declared if "Default" in parameter}
    # Without managed policies to look up: SAM policy templates are not used. The Region only tells the partition.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1"))
    return translator.translate(template, defaults | parameters)


def plain(template: dict) -> dict:
    """The expansion for any values of the parameters, with the time in the name of the API's deployment."""
    expanded = expand(template, GradualDeployment="true")
    expanded["Metadata"].pop("AWS::ServerlessRepo::Application", None)
    for name, function in functions(template).items():
        # SAM puts the defaults of parameters into the code's key.
        expanded["Resources"][name]["Properties"]["Code"] = code(function["CodeUri"])
    deploy_gradually_on_condition(expanded)
    protect_versions(expanded)
    return expanded


def code(uri: str | dict) -> str | dict:
    return uri if isinstance(uri, str) else {"S3Bucket": uri["Bucket"], "S3Key": uri["Key"]}


def plain_for_any_account(template: dict) -> dict:
    """The expansion that is the same whenever it is made, and that any update deploys again unchanged."""
    template = copy.deepcopy(template)
    template["Resources"]["WebhookApi"]["Properties"]["AlwaysDeploy"] = False
    expanded = plain(template)
    let_operators_deploy_the_api(expanded)
    let_a_release_be_named(expanded)
    return expanded


def deploy_gradually_on_condition(template: dict) -> None:
    """SAM leaves the resources of CodeDeploy out or makes them; here a condition decides that."""
    for resource in template["Resources"].values():
        if resource["Type"].startswith("AWS::CodeDeploy::"):
            resource["Condition"] = "DeploysGradually"
        if "CodeDeployLambdaAliasUpdate" in resource.get("UpdatePolicy", {}):
            update = resource["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
            on_condition = {"Fn::If": ["DeploysGradually", update, {"Ref": "AWS::NoValue"}]}
            resource["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"] = on_condition


def protect_versions(template: dict) -> None:
    """Versions stay, to go back to, except those of a failed update.

    Lambda publishes no version that equals the last one: if that of a failed update stayed, a retry would fail. SAM
    cannot say this of a version alone, and it protects the function and the alias as well.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Version":
            resource["DeletionPolicy"] = "RetainExceptOnCreate"
        elif resource["Type"].startswith("AWS::Lambda::"):
            resource.pop("UpdateReplacePolicy", None)


def let_operators_deploy_the_api(template: dict) -> None:
    """Two deployments of the API, between which the parameter ApiDeployment chooses.

    A stage serves its latest deployment, and nothing but another resource makes a new one. For another release SAM has
    named it after the API's definition; for another value of a parameter the operator has to ask.
    """
    resources = template["Resources"]
    (name,) = (name for name, each in resources.items() if each["Type"] == "AWS::ApiGateway::Deployment")
    second = f"{name}Second"
    template["Conditions"]["ServesSecondDeployment"] = {"Fn::Equals": [{"Ref": "ApiDeployment"}, "second"]}
    template["Conditions"]["ServesFirstDeployment"] = {"Fn::Not": [{"Condition": "ServesSecondDeployment"}]}
    resources[second] = copy.deepcopy(resources[name]) | {"Condition": "ServesSecondDeployment"}
    resources[name]["Condition"] = "ServesFirstDeployment"
    (stage,) = (each for each in resources.values() if each["Type"] == "AWS::ApiGateway::Stage")
    stage["Properties"]["DeploymentId"] = {"Fn::If": ["ServesSecondDeployment", {"Ref": second}, {"Ref": name}]}
    template["Parameters"]["ApiDeployment"] = {
        "Type": "String",
        "Default": "first",
        "AllowedValues": ["first", "second"],
        "ConstraintDescription": "first or second",
        "Description": f"Choose the other one whenever you change {' or '.join(NEED_DEPLOYMENT)}: until then "
        "the old value applies.",
    }
    for name in NEED_DEPLOYMENT:
        template["Parameters"][name]["Description"] += " A change takes effect with the other value of ApiDeployment."
    hardening = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    (group,) = (group for group in hardening if "AllowedCidrs" in group["Parameters"])
    group["Parameters"].insert(group["Parameters"].index("AllowedCidrs") + 1, "ApiDeployment")


def let_a_release_be_named(template: dict) -> None:
    """A parameter by which a stack tells which release it has.

    Terraform reads parameters from the stack, but not the URL of the template. Without another value, it would not
    repeat an update that was rolled back. The value stands in a resource's metadata, because CloudFormation makes no
    update when a parameter changes on which no resource depends.
    """
    template["Resources"]["AlarmTopic"].setdefault("Metadata", {})["Release"] = {"Ref": "Release"}
    template["Parameters"]["Release"] = {
        "Type": "String",
        "Default": "",
        "AllowedPattern": r"^[A-Za-z0-9._-]{0,64}$",
        "ConstraintDescription": "at most 64 letters, digits, dots, underscores and hyphens, or nothing",
        "Description": "Name of this release, which has no effect on the stack. The Terraform module sets it, so that "
        "it repeats an update that failed.",
    }
    code = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"][0]
    code["Parameters"].append("Release")


# The library warns about feature toggles that only AWS has.
logging.getLogger("samtranslator").setLevel(logging.ERROR)
