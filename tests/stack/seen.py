"""Rules about what an operator sees: alarms, the dashboard, and the form that the parameters are."""

import itertools
import json
import re
from collections.abc import Iterator

from infra.local.build import ROOT
from rules import Rule, listed, of_type


def alarms_watch_what_there_is(template: dict) -> list[str]:
    """An alarm on a metric that nobody makes is always green."""
    found = []
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        for namespace, metric, dimensions in metrics_of(alarm):
            found += [f"{name}: {problem}" for problem in unknown(template, namespace, metric, dimensions)]
        expected = ON_SILENCE.get(name, ("notBreaching", "Greater"))
        if alarm.get("TreatMissingData") != expected[0]:
            found.append(f"{name}: is wrong about missing data")
        if not alarm["ComparisonOperator"].startswith(expected[1]):
            found.append(f"{name}: goes off when all is well")
        if name in ABOUT and {"QueueName": f"({ABOUT[name]}.QueueName)"} not in [dimensions for *_, dimensions in metrics_of(alarm)]:
            found.append(f"{name}: looks at another queue than {ABOUT[name]}")
        found += [f"{name}: {problem}" for problem in sums_of_nothing(alarm)]
        if alarm.get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            found.append(f"{name}: tells nobody")
        if not re.search(r"\b(look|fix|run|roll back)\b", alarm["AlarmDescription"], re.IGNORECASE):
            found.append(f"{name}: does not say what to do")
    return found


def sums_of_nothing(alarm: dict) -> Iterator[str]:
    """Lambda has no figures for a minute without a call, and what is added to nothing is nothing."""
    parts = {one["Id"]: one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one}
    sources = {json.dumps([metric["Namespace"], metric.get("Dimensions", [])]) for metric in parts.values()}
    for one in alarm.get("Metrics", []):
        text = one.get("Expression", "")
        if isinstance(text, str) and re.search(r"[+]|SUM", text) and len(sources) > 1:
            yield from (f"{part} is not filled up" for part in parts if f"FILL({part}, 0)" not in text)


def dashboard_is_drawn(template: dict) -> list[str]:
    """The body is JSON, its widgets stand side by side, and show metrics that exist and every alarm there always is."""
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        try:
            widgets = widgets_of(dashboard)
        except ValueError as problem:
            return [f"{name}: is not JSON: {problem}"]
        for widget in widgets:
            title = widget["properties"]["title"]
            if widget["x"] + widget["width"] > 24:
                found.append(f"{name}: `{title}` is wider than the dashboard")
            for namespace, metric, dimensions in drawn(widget):
                found += [f"{name}: {problem}" for problem in unknown(template, namespace, metric, dimensions)]
        for one, other in itertools.combinations(widgets, 2):
            if overlap(one, other):
                found.append(f"{name}: {one['properties']['title']} covers {other['properties']['title']}")
        shown = {arn for widget in widgets for arn in widget["properties"].get("alarms", [])}
        resources = template["Resources"].items()
        always = {key for key, one in resources if one["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in one}
        found += [f"{name}: does not show {alarm}" for alarm in always if f"({alarm}.Arn)" not in shown]
    return found


def parameters_are_a_form(template: dict) -> list[str]:
    """Each is explained, checked with words that help, and in exactly one group of the console's form."""
    found = []
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    found += [f"{name}: is {grouped.count(name)} times in the form" for name in template["Parameters"] if grouped.count(name) != 1]
    for name, parameter in template["Parameters"].items():
        if not parameter.get("Description", "").endswith("."):
            found.append(f"{name}: is not described")
        if not {"AllowedPattern", "AllowedValues", "MaxValue"} & set(parameter):
            found.append(f"{name}: takes anything")
        if not parameter.get("ConstraintDescription"):
            found.append(f"{name}: a bad value is refused in AWS's words, not ours")
    return found


def metrics_of(alarm: dict) -> Iterator[tuple[str, str, dict]]:
    for metric in [alarm, *(one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one)]:
        if "MetricName" in metric:
            dimensions = {one["Name"]: plain(one["Value"]) for one in metric.get("Dimensions", [])}
            yield plain(metric["Namespace"]), metric["MetricName"], dimensions


def drawn(widget: dict) -> Iterator[tuple[str, str, dict]]:
    for line in widget["properties"].get("metrics", []):
        words = [word for word in line if isinstance(word, str)]
        namespace, metric, *dimensions = words
        yield namespace, metric, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def unknown(template: dict, namespace: str, metric: str, dimensions: dict) -> Iterator[str]:
    """What about a metric does not exist."""
    resources = template["Resources"]
    match namespace:
        case "Hookpost/(AWS::StackName)":
            if list(dimensions) not in own_metrics().get(metric, []):
                yield f"no function makes a metric {metric} with dimensions {list(dimensions)}"
            if dimensions.get("Endpoint") not in (None, "code-pushed", "pull-request"):
                yield f"{metric} is not made for {dimensions['Endpoint']}"
        case "AWS/ApiGateway":
            if metric not in ("Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"):
                yield f"API Gateway has no metric {metric}"
            if dimensions != {"ApiName": "(AWS::StackName)", "Stage": "hooks"}:
                yield f"{metric} is of another API: {dimensions}"
        case "AWS/Lambda":
            if metric not in ("Errors", "Throttles", "Invocations", "Duration", "ConcurrentExecutions"):
                yield f"Lambda has no metric {metric}"
            if resource(dimensions.get("FunctionName"), resources) != "AWS::Lambda::Function":
                yield f"{metric} is of no function of the stack: {dimensions}"
        case "AWS/SQS":
            if metric not in SQS_METRICS:
                yield f"SQS has no metric {metric}"
            if resource(dimensions.get("QueueName"), resources) != "AWS::SQS::Queue":
                yield f"{metric} is of no queue of the stack: {dimensions}"
        case _:
            yield f"nobody puts metrics into {namespace}"


def resource(value: str | None, resources: dict) -> str | None:
    """The type of the resource that a Ref or GetAtt names."""
    name = (value or "").strip("()").split(".")[0]
    return resources.get(name, {}).get("Type")


def own_metrics() -> dict[str, list[list[str]]]:
    """What the functions' source calls them, with the dimensions that each is made with."""
    by_function = {"metrics.rs": ["Endpoint"], "watch_metrics.rs": []}
    named = re.compile(r'\("([A-Z][A-Za-z]+)", (?:Measure|1|events|json!)')
    return {
        name: [dimensions, [*dimensions, "Integration"]]
        for file, dimensions in by_function.items()
        for name in named.findall((ROOT / "shared" / "lambda" / "src" / file).read_text())
    }


def widgets_of(dashboard: dict) -> list[dict]:
    return json.loads(plain(dashboard["DashboardBody"]))["widgets"]


def plain(value: object) -> str:
    """A text with every reference in it as `(Name)`."""
    match value:
        case {"Ref": name}:
            return f"({name})"
        case {"Fn::GetAtt": parts}:
            return f"({'.'.join(listed(parts))})"
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", r"(\1)", text)
    return str(value)


def overlap(one: dict, other: dict) -> bool:
    apart = (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )
    return not apart


# Alarms for which no figure is bad news, or a low one.
ON_SILENCE = {
    "SilenceAlarm": ("breaching", "Less"),
    "WatchStoppedAlarm": ({"Fn::If": ["Watches", "breaching", "notBreaching"]}, "Less"),
    "TokenAlarm": ("notBreaching", "Less"),
}
ABOUT = {
    "EventsWaitingAlarm": "EventsQueue",
    "EventsDeadAlarm": "EventsDeadLetterQueue",
    "QuarantineAlarm": "QuarantineQueue",
    "SilenceAlarm": "EventsQueue",
}
SQS_METRICS = (
    "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "NumberOfMessagesSent",
    "NumberOfMessagesReceived",
    "NumberOfMessagesDeleted",
)
RULES: tuple[Rule, ...] = (alarms_watch_what_there_is, dashboard_is_drawn, parameters_are_a_form)
