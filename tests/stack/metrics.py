"""The metrics that exist: those of AWS that the template uses, and those that its metric filters make of log lines."""

import re
from collections.abc import Iterator

from infra.local.build import ROOT
from queries import of_type, plain

NAMESPACE = "Hookpost/(AWS::StackName)"
AWS = {
    "AWS/ApiGateway": ("Count", "4XXError", "5XXError", "IntegrationLatency"),
    "AWS/Lambda": ("ClaimedAccountConcurrency", "Duration", "Errors", "Throttles"),
    "AWS/Scheduler": ("TargetErrorCount",),
    "AWS/SQS": (
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "NumberOfMessagesSent",
        "NumberOfMessagesDeleted",
    ),
}
# Values of the dimensions of metrics by outcome.
OUTCOMES = ("queued", "test", "ignored", "quarantined", "refused", "unavailable")
BY_OUTCOME = ["Outcome"]
BY_INTEGRATION = ["Integration"]


def filters(template: dict, *, by_default: bool) -> dict[str, dict]:
    """The metric filters that exist by default, or those that `Metrics: full` adds."""
    found = of_type(template, "AWS::Logs::MetricFilter")
    conditions = {name: template["Resources"][name].get("Condition") for name in found}
    return {name: each for name, each in found.items() if (conditions[name] is None) == by_default}


def own(template: dict, *, by_default: bool = True) -> set[tuple[str, tuple[str, ...]]]:
    """Name and dimensions of each metric that the filters make. Two filters may make the same."""
    found = filters(template, by_default=by_default).values()
    parts = [part for each in found for part in each["MetricTransformations"]]
    return {(part["MetricName"], tuple(each["Key"] for each in part.get("Dimensions", []))) for part in parts}


def always_has_values(metric_filter: dict) -> bool:
    """Whether every pass of watch makes a value, or only one in which something is wrong."""
    return plain(metric_filter["FilterPattern"]) == '{ $.event = "pass_completed" }'


def unknown(template: dict, namespace: str, metric: str, dimensions: dict) -> Iterator[str]:
    """What does not exist: the namespace, the metric, or the resource that a dimension names."""
    if namespace == NAMESPACE:
        if (metric, tuple(dimensions)) not in own(template):
            yield f"by default nothing makes a metric {metric} with dimensions {list(dimensions)}"
        return
    if metric not in AWS.get(namespace, ()):
        yield f"{namespace} has no metric {metric}"
    match namespace:
        case "AWS/ApiGateway" if dimensions != {"ApiName": "(AWS::StackName)", "Stage": "hooks"}:
            yield f"{metric} is of another API: {dimensions}"
        # The only one of the whole account and Region.
        case "AWS/Lambda" if metric == "ClaimedAccountConcurrency":
            if dimensions:
                yield f"{metric} has no dimensions"
        case "AWS/Lambda" if type_of(dimensions.get("FunctionName"), template) != "AWS::Lambda::Function":
            yield f"{metric} is of no function of the stack: {dimensions}"
        case "AWS/Scheduler" if dimensions != {"ScheduleGroup": "default"}:
            yield f"{metric} is of another group of schedules: {dimensions}"
        case "AWS/SQS" if type_of(dimensions.get("QueueName"), template) != "AWS::SQS::Queue":
            yield f"{metric} is of no queue of the stack: {dimensions}"


def type_of(reference: str | None, template: dict) -> str | None:
    """The type of the resource that a Ref or GetAtt names."""
    name = (reference or "").strip("()").split(".")[0]
    return template["Resources"].get(name, {}).get("Type")


def metrics_are_logged(template: dict) -> list[str]:
    """The source of the functions has each member and each word that a filter looks for in their log lines."""
    folders = (ROOT / "shared" / "lambda" / "src", ROOT / "shared" / "core" / "src" / "receiver")
    source = "".join(file.read_text(encoding="utf-8") for folder in folders for file in folder.rglob("*.rs"))
    found = []
    for name, each in of_type(template, "AWS::Logs::MetricFilter").items():
        pattern = plain(each["FilterPattern"])
        found += [
            f"{name}: no line says {word}" for word in re.findall(r'"(\w+)"', pattern) if f'"{word}"' not in source
        ]
        for part in each["MetricTransformations"]:
            values = [part["MetricValue"], *(dimension["Value"] for dimension in part.get("Dimensions", []))]
            members = re.findall(r"\$\.(\w+)", " ".join([pattern, *values]))
            found += [f"{name}: no line has {member}" for member in members if not named(member, source)]
    return found


def named(member: str, source: str) -> bool:
    """Whether a line has the member: a field in snake case, or a name that is written out."""
    field = re.sub(r"(?<!^)(?=[A-Z])", "_", member).lower()
    return f'"{member}"' in source or re.search(rf"\b{field}: ", source) is not None
