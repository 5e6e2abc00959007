"""Rules about alarms and the dashboard."""

import itertools
import json
import re
from collections.abc import Iterator

from metrics import OWN, unknown
from queries import Rule, as_list, of_type


def alarms_can_fire(template: dict) -> list[str]:
    """Each alarm uses existing metrics, treats missing data correctly, notifies the topic and says what to do."""
    found = []
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        metrics = list(metrics_of(alarm))
        found += [f"{name}: {problem}" for metric in metrics for problem in unknown(template, *metric)]
        missing_data, comparison = BELOW_THRESHOLD.get(name, ("notBreaching", "Greater"))
        if alarm.get("TreatMissingData") != missing_data:
            found.append(f"{name}: treats missing data wrongly")
        if not alarm["ComparisonOperator"].startswith(comparison):
            found.append(f"{name}: compares in the wrong direction")
        queue = QUEUES.get(name)
        if queue and {"QueueName": f"({queue}.QueueName)"} not in [dimensions for *_, dimensions in metrics]:
            found.append(f"{name}: is about another queue than {queue}")
        found += [f"{name}: {part} needs FILL" for part in unfilled(alarm)]
        if alarm.get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            found.append(f"{name}: notifies nobody")
        if not re.search(r"\b(look|fix|run|roll back)\b", alarm["AlarmDescription"], re.IGNORECASE):
            found.append(f"{name}: does not say what to do")
    return found


def unfilled(alarm: dict) -> Iterator[str]:
    """Summands from several sources without FILL: a sum with missing data is missing."""
    parts = {each["Id"]: each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each}
    sources = {json.dumps([metric["Namespace"], metric.get("Dimensions", [])]) for metric in parts.values()}
    for metric in alarm.get("Metrics", []):
        expression = metric.get("Expression", "")
        if isinstance(expression, str) and re.search(r"[+]|SUM", expression) and len(sources) > 1:
            yield from (part for part in parts if f"FILL({part}, 0)" not in expression)


def expiry_is_announced(template: dict) -> list[str]:
    """At least half of the retention period before SQS deletes an event, whatever the operator chose."""
    retention = of_type(template, "AWS::SQS::Queue")["EventsQueue"]["MessageRetentionPeriod"]
    alarm = of_type(template, "AWS::CloudWatch::Alarm").get("EventsExpireAlarm", {})
    found = []
    if alarm.get("Threshold", retention) > retention / 2:
        found.append("EventsExpireAlarm: leaves less than half of the retention period")
    if float(template["Parameters"]["BacklogMinutes"]["MaxValue"]) * 60 > retention / 2:
        found.append("BacklogMinutes: EventsWaitingAlarm may come after events were lost")
    return found


def dashboard_is_valid(template: dict) -> list[str]:
    """The body is JSON. Its widgets do not overlap, use existing metrics, and include every unconditional alarm."""
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        try:
            widgets = json.loads(plain(dashboard["DashboardBody"]))["widgets"]
        except ValueError as error:
            return [f"{name}: is not JSON: {error}"]
        for widget in widgets:
            if widget["x"] + widget["width"] > 24:
                found.append(f"{name}: `{title(widget)}` is wider than the dashboard")
            for metric in metrics_of_widget(widget):
                found += [f"{name}: {problem}" for problem in unknown(template, *metric)]
        for first, second in itertools.combinations(widgets, 2):
            if overlap(first, second):
                found.append(f"{name}: `{title(first)}` covers `{title(second)}`")
        shown = {arn for widget in widgets for arn in widget["properties"].get("alarms", [])}
        found += [f"{name}: does not show {each}" for each in unconditional_alarms(template) if each not in shown]
    return found


def integrations_add_no_metrics(template: dict) -> list[str]:
    """CloudWatch charges for each value of a dimension, so metrics by integration exist only on request."""
    found = []
    if template["Parameters"]["MetricsByIntegration"]["Default"] != "false":
        found.append("MetricsByIntegration: each integration costs more by default")
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Logs::MetricFilter":
            continue
        if resource.get("Condition") != "MeasuresIntegrations":
            found.append(f"{name}: exists without having been asked for")
        for each in resource["Properties"]["MetricTransformations"]:
            if each["MetricName"] not in OWN or each["MetricValue"] != f"$.{each['MetricName']}":
                found.append(f"{name}: no log line has {each['MetricValue']}")
            if each.get("Dimensions") != [{"Key": "Integration", "Value": "$.integration"}]:
                found.append(f"{name}: is not by integration, and would count twice what the alarms count")
    return found


def unconditional_alarms(template: dict) -> list[str]:
    resources = template["Resources"].items()
    alarms = {name: resource for name, resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"}
    return [f"({name}.Arn)" for name, alarm in alarms.items() if "Condition" not in alarm]


def metrics_of(alarm: dict) -> Iterator[tuple[str, str, dict]]:
    """Namespace, name and dimensions of each metric."""
    parts = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    for metric in [alarm, *parts]:
        if "MetricName" in metric:
            dimensions = {each["Name"]: plain(each["Value"]) for each in metric.get("Dimensions", [])}
            yield plain(metric["Namespace"]), metric["MetricName"], dimensions


def metrics_of_widget(widget: dict) -> Iterator[tuple[str, str, dict]]:
    for line in widget["properties"].get("metrics", []):
        namespace, metric, *dimensions = (word for word in line if isinstance(word, str))
        yield namespace, metric, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def title(widget: dict) -> str:
    return widget["properties"]["title"]


def plain(value: object) -> str:
    """Text in which every reference is written as `(Name)`."""
    match value:
        case {"Ref": name}:
            return f"({name})"
        case {"Fn::GetAtt": parts}:
            return f"({'.'.join(as_list(parts))})"
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", r"(\1)", text)
    return str(value)


def overlap(first: dict, second: dict) -> bool:
    def before(a: dict, b: dict) -> bool:
        return a["x"] + a["width"] <= b["x"] or a["y"] + a["height"] <= b["y"]

    return not before(first, second) and not before(second, first)


# Alarms that fire on a low value: TreatMissingData, and the start of ComparisonOperator.
BELOW_THRESHOLD = {
    "SilenceAlarm": ("breaching", "Less"),
    "WatchStoppedAlarm": ({"Fn::If": ["WatchIsScheduled", "breaching", "notBreaching"]}, "Less"),
    "TokenAlarm": ("notBreaching", "Less"),
}
QUEUES = {
    "EventsWaitingAlarm": "EventsQueue",
    "EventsExpireAlarm": "EventsQueue",
    "EventsDeadAlarm": "EventsDeadLetterQueue",
    "QuarantineAlarm": "QuarantineQueue",
    "SilenceAlarm": "EventsQueue",
}
RULES: tuple[Rule, ...] = (
    alarms_can_fire,
    expiry_is_announced,
    integrations_add_no_metrics,
    dashboard_is_valid,
)
