"""The project's template as the emulator can take it: each departure from `infra/template.yaml`, and why."""

import platform
from dataclasses import dataclass
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from infra.local.problem import Problem

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


@dataclass(frozen=True)
class Elsewhere:
    """What stands in for services that are not in the emulator."""

    secrets_manager: str
    azure_devops: str


def local_template(code: dict[str, dict[str, str]], elsewhere: Elsewhere) -> dict:
    """The template, with the code of each function taken from the bucket and key that `code` names."""
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    uploaded_code(template, code)
    spelled_out_methods(template)
    alarms_without_arithmetic(template)
    services_elsewhere(template, elsewhere)
    return template


def services_elsewhere(template: dict, elsewhere: Elsewhere) -> None:
    """The emulator's Secrets Manager does not keep to version ids, so another one is used; and there is no Azure DevOps
    on this machine but the stand-in. `deploy.tell_where` adds where the webhooks are, which is not known before.
    """
    everywhere = template["Globals"]["Function"]["Environment"]["Variables"]
    everywhere["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = elsewhere.secrets_manager
    for name in ("SetupFunction", "WatchFunction"):
        function = template["Resources"][name]["Properties"]["Environment"]["Variables"]
        function["HOOKPOST_AZURE_DEVOPS_URL"] = elsewhere.azure_devops


def uploaded_code(template: dict, code: dict[str, dict[str, str]]) -> None:
    """`sam package` does the same: a folder on this machine becomes an object in S3."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            receiver = Path(resource["Properties"]["CodeUri"]).name
            resource["Properties"]["CodeUri"] = code[receiver]


def spelled_out_methods(template: dict) -> None:
    """The emulator imports no `x-amazon-apigateway-any-method`, so each method gets a copy.

    It does not import `x-amazon-apigateway-gateway-responses` either, but leaves them alone: here a function that
    fails is answered 502, on AWS 503.
    """
    for path in template["Resources"]["WebhookApi"]["Properties"]["DefinitionBody"]["paths"].values():
        operation = path.pop("x-amazon-apigateway-any-method")
        path.update((method, operation) for method in METHODS)


def alarms_without_arithmetic(template: dict) -> None:
    """The emulator knows alarms on one metric only, so each of the others gets the first of its own: it is there for
    the dashboard to name. Nothing on this machine makes the figures that would set one off.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            metrics = resource["Properties"].pop("Metrics")
            first = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
            resource["Properties"] |= first["Metric"] | {"Period": first["Period"], "Statistic": "Sum"}


def architecture() -> str:
    """This machine's, as Lambda calls it: the functions run here as they are."""
    names = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
    machine = platform.machine().lower()
    if machine not in names:
        raise Problem(f"Lambda has no `{machine}` processors, so the functions cannot run on this machine.")
    return names[machine]


METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
