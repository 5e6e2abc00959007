"""What `RawDeliveries` costs in a month, and a relay by its own template.

`PYTHONPATH=. .venv/bin/python tests/stack/relay_costs.py` prints the lines of infra/README.md.
"""

from collections.abc import Iterator

from samtranslator.yaml_helper import yaml_parse

import costs
from alarms import metrics_of
from costs import Load, Usage, dashboard, pollers
from infra.local.build import ROOT
from infra.local.template import load
from queries import of_type
from sam_transform import expanded

RELAY = ROOT / "infra" / "relay" / "template.yaml"
# Until a tool has answered. Nobody has measured one.
TOOL_SECONDS = 0.5
# A `delivery_posted` line.
LINE_BYTES = 400


def options(template: dict, load: Load) -> Iterator[tuple[str, Usage]]:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    added = [name for name in alarms if template["Resources"][name].get("Condition") == "KeepsDeliveries"]
    shown = dashboard(template, keeps_deliveries=True)[0] - dashboard(template)[0]
    yield (
        f"`RawDeliveries`: send, receive and delete each delivery of up to 64 KB, {len(added)} alarms, {shown} metrics "
        "on the dashboard",
        {
            "sqs_fifo_request": 3 * load.events,
            "alarm_metric": len(added),
            "metric_request": costs.DASHBOARD_VIEWS * shown,
        },
    )
    yield relay(load)
    yield (
        "each tool, where a relay has several: a message of its own for each delivery, its post, a secret",
        {"sqs_fifo_request": 3 * load.events} | tool(load.events),
    )
    hours = costs.DAYS * 24
    yield (
        "the way to AWS of a relay in a VPC without one: endpoints of SQS and Secrets Manager in one Availability Zone",
        {"endpoint_hour": 2 * hours},
    )
    yield "a NAT gateway instead, without what it charges for data", {"nat_gateway_hour": hours}


def relay(load: Load) -> tuple[str, Usage]:
    template = yaml_parse(RELAY.read_text(encoding="utf-8"))
    events = load.events
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    filters = len(of_type(template, "AWS::Logs::MetricFilter"))
    return (
        f"a relay on Lambda, for a tool that answers within {TOOL_SECONDS} s: {pollers(RELAY)} pollers that wait, "
        f"{len(alarms)} alarms, {filters} metrics a tenth of the hours, a secret, logs",
        {
            "sqs_fifo_request": pollers(RELAY) * 3 * costs.MINUTES,
            "alarm_metric": sum(len(list(metrics_of(alarm))) for alarm in alarms),
            "metric": costs.TROUBLE * filters,
        }
        | tool(events),
    )


def tool(events: int) -> Usage:
    """To post the events to one tool."""
    function = of_type(yaml_parse(RELAY.read_text(encoding="utf-8")), "AWS::Serverless::Function")["RelayFunction"]
    logged = events * (LINE_BYTES + costs.LINE_OVERHEAD_BYTES + costs.overhead_bytes()) / costs.GIGABYTE
    return {
        "lambda_request": events,
        "lambda_gb_second": events * TOOL_SECONDS * function["MemorySize"] / 1024,
        "secret": 1,
        "secret_call": costs.password_calls(1, events),
        "log_gb": logged,
        "log_gb_month": logged,
    }


if __name__ == "__main__":
    print("\n".join(costs.options_table(options(expanded(load()), costs.LOADS[0]))))
