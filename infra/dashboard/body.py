"""The widgets, as CloudWatch would be told of them."""

import json
import re

from samtranslator.yaml_helper import yaml_parse

from infra.local.template import TEMPLATE


def widgets() -> list[dict]:
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    values = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}
    values["AWS::StackName"] = "hookpost"

    def value(found: re.Match) -> str:
        name = found[1]
        if name.endswith("Alarm.Arn"):
            resource = template["Resources"][name.removesuffix(".Arn")]
            return resource["Properties"]["AlarmName"]["Fn::Sub"].replace("${AWS::StackName}", "hookpost")
        return values.get(name, name)

    return json.loads(re.sub(r"\$\{([^}]+)\}", value, body))["widgets"]
