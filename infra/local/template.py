"""Adapts `infra/template.yaml` to the emulator. Each function says what it changes and why."""

import functools
import json
import platform
import re
from dataclasses import dataclass
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from infra.local.errors import UserError

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


@dataclass(frozen=True)
class ServiceEndpoints:
    """Where the functions reach the services that the emulator does not have."""

    secrets_manager: str
    azure_devops: str
    sts: str
    entra: str


def load() -> dict:
    """The template as written, which the caller may change."""
    return json.loads(as_json())


@functools.cache
def as_json() -> str:
    """Reading YAML is slow. The reader returns the same object for each alias of an anchor; JSON separates them."""
    return json.dumps(yaml_parse(TEMPLATE.read_text(encoding="utf-8")))


def local_template(code: dict[str, dict[str, str]], endpoints: ServiceEndpoints) -> dict:
    """The template for the emulator. `code` has the bucket and key of each function's code."""
    template = load()
    set_code(template, code)
    spell_out_methods(template)
    simplify_alarms(template)
    set_endpoints(template, endpoints)
    return template


def set_endpoints(template: dict, endpoints: ServiceEndpoints) -> None:
    """Secrets Manager is a second emulator; Azure DevOps, STS and Entra are stand-ins. `deploy.set_webhook_base_url`
    sets the URL of the webhooks later: it is not known before the deployment.

    The emulator gives every function the same access key id, so the path of STS's endpoint says who calls.
    """
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = endpoints.secrets_manager
    for name, caller in CALLERS.items():
        function = template["Resources"][name]["Properties"]["Environment"]["Variables"]
        function["HOOKPOST_AZURE_DEVOPS_URL"] = endpoints.azure_devops
        function["AWS_ENDPOINT_URL_STS"] = f"{endpoints.sts}/as/{caller}"
        function["HOOKPOST_ENTRA_URL"] = endpoints.entra


def set_code(template: dict, code: dict[str, dict[str, str]]) -> None:
    """Replaces each local folder with an object in S3, as `sam package` does."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            function = Path(resource["Properties"]["CodeUri"]).name
            resource["Properties"]["CodeUri"] = code[function]


def spell_out_methods(template: dict) -> None:
    """Gives each HTTP method its own entry: the emulator does not import `x-amazon-apigateway-any-method`.

    It does not import `x-amazon-apigateway-gateway-responses` either, but accepts them: a function that fails is
    answered 502 here, and 503 on AWS.
    """
    for path in template["Resources"]["WebhookApi"]["Properties"]["DefinitionBody"]["paths"].values():
        operation = path.pop("x-amazon-apigateway-any-method")
        path.update((method, operation) for method in METHODS)


def simplify_alarms(template: dict) -> None:
    """Keeps only the first metric of each alarm, and of a composite alarm the first part. The emulator has no metric
    math, and its CloudFormation no composite alarms. The dashboard needs the alarms to exist, and no metric on this
    machine would raise one.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::CompositeAlarm":
            properties = resource["Properties"]
            part = re.search(r"\$\{(\w+)\}", properties.pop("AlarmRule")["Fn::Sub"])[1]
            resource["Type"] = "AWS::CloudWatch::Alarm"
            resource["Properties"] = template["Resources"][part]["Properties"] | properties
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            metrics = resource["Properties"].pop("Metrics")
            first = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
            resource["Properties"] |= first["Metric"] | {"Period": first["Period"], "Statistic": "Sum"}


def architecture() -> str:
    """Lambda's name of this machine's architecture: the emulator executes the functions on this machine."""
    names = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
    machine = platform.machine().lower()
    if machine not in names:
        raise UserError(f"Lambda has no `{machine}` architecture, so the functions cannot run on this machine.")
    return names[machine]


CALLERS = {"SetupFunction": "setup", "WatchFunction": "watch"}
METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
