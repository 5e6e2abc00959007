"""Rules about metrics and the dashboard."""

import itertools
import json
from collections.abc import Iterator

from alarms import all_alarms
from infra.dashboard.widgets import text
from metrics import BY_INTEGRATION, BY_OUTCOME, NAMESPACE, filters, metrics_are_logged, own, unknown
from queries import Rule, of_type, plain, references

# The number of metrics up to which the first three dashboards of an account are free.
DASHBOARD_METRICS_MAX = 50


def dashboard_is_valid(template: dict) -> list[str]:
    """The body is JSON. Its widgets do not overlap, use existing metrics, and include every unconditional alarm."""
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        try:
            without, widgets = (
                widgets_of(dashboard, keeps_deliveries=keeps_deliveries) for keeps_deliveries in (False, True)
            )
        except ValueError as error:
            return [f"{name}: is not JSON: {error}"]
        if widgets[: len(without)] != without:
            found.append(f"{name}: RawDeliveries changes what is there without it")
        for widget in widgets:
            if widget["x"] + widget["width"] > 24:
                found.append(f"{name}: `{title(widget)}` is wider than the dashboard")
            for metric in metrics_of_widget(widget):
                found += [f"{name}: {problem}" for problem in unknown(template, *metric)]
        for first, second in itertools.combinations(widgets, 2):
            if overlap(first, second):
                found.append(f"{name}: `{title(first)}` covers `{title(second)}`")
        shown = {arn for widget in widgets for arn in widget["properties"].get("alarms", [])}
        unconditional = [alarm for alarm in all_alarms(template) if "Condition" not in template["Resources"][alarm]]
        found += [f"{name}: does not show {each}" for each in unconditional if f"({each}.Arn)" not in shown]
        if sum(len(list(metrics_of_widget(widget))) for widget in widgets) > DASHBOARD_METRICS_MAX:
            found.append(f"{name}: costs $3, since it has more than {DASHBOARD_METRICS_MAX} metrics")
    return found


def dashboard_shows_raw_deliveries_on_request(template: dict) -> list[str]:
    """Nothing of them without RawDeliveries, else both queues."""
    queues = [name for name in of_type(template, "AWS::SQS::Queue") if name.startswith("Deliveries")]
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        for keeps_deliveries in (False, True):
            shown = references({"Fn::Sub": text(dashboard, keeps_deliveries=keeps_deliveries)})
            wrong = [queue for queue in queues if (queue in shown) != keeps_deliveries]
            found += [f"{name}: {queue} with RawDeliveries {keeps_deliveries}" for queue in wrong]
    return found


def dashboard_is_of_one_region(template: dict) -> list[str]:
    """An account has one list of dashboards for all Regions. Stacks of one name in two would overwrite each other's."""
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        own = plain(dashboard["DashboardName"])
        if "(AWS::Region)" not in own:
            found.append(f"{name}: is that of the same stack in another Region, too")
        if not plain(template["Outputs"]["DashboardUrl"]["Value"]).endswith(f"/dashboard/{own}"):
            found.append("DashboardUrl: leads to another dashboard")
    return found


def dashboard_begins_with_the_page(template: dict) -> list[str]:
    """The widget that `setup` answers is at the top, and asks for no right but to invoke `setup`."""
    found = []
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard").items():
        first = min(widgets_of(dashboard), key=lambda widget: widget["y"])
        if first["type"] != "custom" or first["properties"].get("endpoint") != "(SetupFunction.Arn)":
            found.append(f"{name}: begins with `{title(first)}`")
    return found


def metrics_are_counted_once(template: dict) -> list[str]:
    """CloudWatch charges for each value of a dimension, so by default a metric has none. Those that `Metrics: full`
    adds have names or dimensions of their own, or they would count twice what the alarms count.
    """
    found = []
    if template["Parameters"]["Metrics"]["Default"] != "basic":
        found.append("Metrics: each integration costs more by default")
    for name, dimensions in own(template):
        if dimensions:
            found.append(f"{name}: each value of {list(dimensions)} costs more by default")
    for name in filters(template, by_default=False):
        if template["Resources"][name].get("Condition") != "HasFullMetrics":
            found.append(f"{name}: exists without having been asked for")
    for name, dimensions in own(template, by_default=False):
        if list(dimensions) not in ([], BY_OUTCOME, BY_INTEGRATION):
            found.append(f"{name}: {list(dimensions)} has no known number of values")
        if (name, dimensions) in own(template):
            found.append(f"{name}: would be counted twice with Metrics: full")
    for name, each in of_type(template, "AWS::Logs::MetricFilter").items():
        found += [
            f"{name}: is in another namespace"
            for part in each["MetricTransformations"]
            if plain(part["MetricNamespace"]) != NAMESPACE
        ]
    return found


def refusals_are_of_known_integrations(template: dict) -> list[str]:
    """Strangers call every public host, and nobody can do anything about it."""
    return [
        f"{name}: counts unauthenticated requests"
        for name, each in filters(template, by_default=True).items()
        if "refused" in plain(each["FilterPattern"]) and "$.known IS TRUE" not in plain(each["FilterPattern"])
    ]


def logs_can_be_counted(template: dict) -> list[str]:
    """CloudWatch makes no metrics of the log class Infrequent Access."""
    groups = of_type(template, "AWS::Logs::LogGroup").items()
    return [
        f"{name}: makes no metrics" for name, group in groups if group.get("LogGroupClass", "STANDARD") != "STANDARD"
    ]


def widgets_of(dashboard: dict, *, keeps_deliveries: bool = False) -> list[dict]:
    return json.loads(plain({"Fn::Sub": text(dashboard, keeps_deliveries=keeps_deliveries)}))["widgets"]


def metrics_of_widget(widget: dict) -> Iterator[tuple[str, str, dict]]:
    for line in widget["properties"].get("metrics", []):
        namespace, metric, *dimensions = (word for word in line if isinstance(word, str))
        yield namespace, metric, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def title(widget: dict) -> str:
    return widget["properties"]["title"]


def overlap(first: dict, second: dict) -> bool:
    def before(a: dict, b: dict) -> bool:
        return a["x"] + a["width"] <= b["x"] or a["y"] + a["height"] <= b["y"]

    return not before(first, second) and not before(second, first)


RULES: tuple[Rule, ...] = (
    dashboard_is_valid,
    dashboard_shows_raw_deliveries_on_request,
    dashboard_is_of_one_region,
    dashboard_begins_with_the_page,
    metrics_are_counted_once,
    metrics_are_logged,
    refusals_are_of_known_integrations,
    logs_can_be_counted,
)
