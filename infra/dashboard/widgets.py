"""The widgets of the dashboard, with the references of the template resolved."""

import json
import re

from infra.local.template import load

STACK = "hookpost"


def widgets() -> list[dict]:
    template = load()
    body = text(template["Resources"]["Dashboard"]["Properties"])
    values = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}
    values["AWS::StackName"] = STACK

    def resolve(reference: re.Match) -> str:
        name = reference[1]
        if name.endswith("Alarm.Arn"):
            alarm = template["Resources"][name.removesuffix(".Arn")]["Properties"]["AlarmName"]
            return alarm["Fn::Sub"].replace("${AWS::StackName}-", "")
        return values.get(name, name)

    return json.loads(re.sub(r"\$\{([^}]+)\}", resolve, body))["widgets"]


def text(dashboard: dict, *, keeps_deliveries: bool = False) -> str:
    """The body with its references, with or without what the parameter RawDeliveries adds."""
    body, added = dashboard["DashboardBody"]["Fn::Sub"]
    for name, choice in added.items():
        _, on, off = choice["Fn::If"]
        body = body.replace(f"${{{name}}}", on["Fn::Sub"] if keeps_deliveries else off)
    return body


def lines(properties: dict) -> list[dict]:
    """The lines of a graph, or the totals: the options of each metric, or the columns of a query."""
    if "query" in properties:
        return [{"label": label} for label in re.findall(r" as (\w+)", properties["query"])]
    return [metric[-1] for metric in properties.get("metrics", [])]


def texts() -> list[str]:
    """Every title, label and alarm name that the dashboard shows."""
    properties = [widget["properties"] for widget in widgets()]
    labels = [line["label"] for each in properties if each.get("view") != "table" for line in lines(each)]
    alarms = [alarm for each in properties for alarm in each.get("alarms", [])]
    return [each["title"] for each in properties] + labels + alarms
