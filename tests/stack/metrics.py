"""The metrics that exist: AWS's own that we use, and those that the functions write."""

from collections.abc import Iterator

from infra.local.build import ROOT

NAMESPACE = "Hookpost/(AWS::StackName)"
PER_ENDPOINT = ["Endpoint"]
PER_STACK: list[str] = []
# Metrics of the functions, each with its dimensions. None is by integration: CloudWatch charges for each value.
OWN = {
    "Queued": PER_ENDPOINT,
    "Quarantined": PER_ENDPOINT,
    "Refused": PER_ENDPOINT,
    "Unavailable": PER_ENDPOINT,
    "Duration": PER_ENDPOINT,
    "SubscriptionsNotDelivering": PER_STACK,
    "SubscriptionsHealed": PER_STACK,
    "DeliveriesMissed": PER_STACK,
    "DeliveriesReplayed": PER_STACK,
    "EventsReconstructed": PER_STACK,
    "PassesCompleted": PER_STACK,
    "WatchFailureAge": PER_STACK,
    "TokenDaysLeft": PER_STACK,
}
ENDPOINTS = ("code-pushed", "pull-request")
AWS = {
    "AWS/ApiGateway": ("Count", "4XXError", "5XXError"),
    "AWS/Lambda": ("Errors", "Throttles"),
    "AWS/SQS": (
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "NumberOfMessagesSent",
        "NumberOfMessagesDeleted",
    ),
}


def unknown(template: dict, namespace: str, metric: str, dimensions: dict) -> Iterator[str]:
    """What does not exist: the namespace, the metric, or the resource that a dimension names."""
    if namespace == NAMESPACE:
        if list(dimensions) != OWN.get(metric):
            yield f"no function writes a metric {metric} with dimensions {list(dimensions)}"
        if dimensions.get("Endpoint") not in (None, *ENDPOINTS):
            yield f"no function writes {metric} for {dimensions['Endpoint']}"
        return
    if metric not in AWS.get(namespace, ()):
        yield f"{namespace} has no metric {metric}"
    match namespace:
        case "AWS/ApiGateway" if dimensions != {"ApiName": "(AWS::StackName)", "Stage": "hooks"}:
            yield f"{metric} is of another API: {dimensions}"
        case "AWS/Lambda" if type_of(dimensions.get("FunctionName"), template) != "AWS::Lambda::Function":
            yield f"{metric} is of no function of the stack: {dimensions}"
        case "AWS/SQS" if type_of(dimensions.get("QueueName"), template) != "AWS::SQS::Queue":
            yield f"{metric} is of no queue of the stack: {dimensions}"


def type_of(reference: str | None, template: dict) -> str | None:
    """The type of the resource that a Ref or GetAtt names."""
    name = (reference or "").strip("()").split(".")[0]
    return template["Resources"].get(name, {}).get("Type")


def number_of_own() -> int:
    """How many metrics CloudWatch charges for, whatever the number of integrations."""
    return sum(len(ENDPOINTS) if dimensions == PER_ENDPOINT else 1 for dimensions in OWN.values())


def missing_in_source() -> list[str]:
    """Metrics of `OWN` that the source of the functions does not name."""
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "shared" / "lambda" / "src").rglob("*.rs"))
    return [name for name in OWN if f'"{name}"' not in source]
