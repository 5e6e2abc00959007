"""Rules about alarms."""

import json
import re
from collections.abc import Iterator

from metrics import unknown
from queries import Rule, as_list, of_type, plain

# An alarm with a longer period acts hours late: CloudWatch evaluates old figures again until new ones have come.
PERIOD_SECONDS_MAX = 300
# The longest interval between passes of watch, with the parameter WatchMinutes.
WATCH_MINUTES_MAX = 15
# The longest warm-up that CloudWatch allows.
WARM_UP_MINUTES_MAX = 2880


def all_alarms(template: dict) -> dict[str, dict]:
    """The properties of every alarm, composite or not."""
    return of_type(template, "AWS::CloudWatch::Alarm") | of_type(template, "AWS::CloudWatch::CompositeAlarm")


def alarms_can_fire(template: dict) -> list[str]:
    """Each alarm uses existing metrics, treats missing data correctly and says what to do."""
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
        found += [f"{name}: is missing when {part} is: use SUM([…])" for part in summands(alarm)]
    for name, alarm in all_alarms(template).items():
        if not re.search(r"\b(look|fix|run|roll back)\b", alarm["AlarmDescription"], re.IGNORECASE):
            found.append(f"{name}: does not say what to do")
    return found


def summands(alarm: dict) -> Iterator[str]:
    """Summands from several sources. With `+`, a sum with missing data is missing; SUM takes missing data for 0."""
    parts = {each["Id"]: each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each}
    sources = {json.dumps([metric["Namespace"], metric.get("Dimensions", [])]) for metric in parts.values()}
    if len(sources) > 1 and any("+" in expression for expression in expressions(alarm)):
        yield from parts


def alarms_are_prompt(template: dict) -> list[str]:
    """Periods are short. A value that FILL made is never the only one to decide: CloudWatch publishes the figures of a
    period late, so the last one would always be filled.
    """
    found = []
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        if "FILL" in " ".join(expressions(alarm)) and datapoints(alarm) == 1:
            found.append(f"{name}: a filled period decides, so the alarm may never change")
        # An alarm on many hours needs long periods: CloudWatch allows a day of short ones.
        if max(periods(alarm)) > PERIOD_SECONDS_MAX and not refers_to_parameter(alarm["EvaluationPeriods"]):
            found.append(f"{name}: a period of {max(periods(alarm))} s is evaluated late")
        # So that a late figure counts, too.
        if alarm["EvaluationPeriods"] == 1:
            found.append(f"{name}: one period decides: use one of several")
        window = alarm["EvaluationPeriods"] if isinstance(alarm["EvaluationPeriods"], int) else 0
        is_of_watch = any(metric in WATCH_METRICS for _, metric, _ in metrics_of(alarm))
        if is_of_watch and window * max(periods(alarm)) <= WATCH_MINUTES_MAX * 60:
            found.append(f"{name}: may have no pass of watch in its periods")
    return found


def a_new_stack_is_quiet(template: dict) -> list[str]:
    """An alarm on missing data is not evaluated before there can be data."""
    found = []
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        fills = "FILL" in " ".join(expressions(alarm))
        if not fills and "breaching" not in as_list(alarm["TreatMissingData"]):
            continue
        window = alarm["EvaluationPeriods"]
        minutes = WARM_UP_MINUTES_MAX
        if isinstance(window, int):
            minutes = window * max(periods(alarm)) // 60 + WATCH_MINUTES_MAX
        warm_up = alarm.get("WarmUpConfiguration", {})
        if warm_up.get("WarmUpPeriodDurationInMinutes", 0) < minutes:
            found.append(f"{name}: is raised when the stack is created: it needs {minutes} minutes to warm up")
        if fills and not warm_up.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds"):
            found.append(f"{name}: the filled periods end its warm-up")
    return found


def an_outage_is_one_mail(template: dict) -> list[str]:
    """Every alarm notifies the topic, but for those of which a composite alarm is made, which does it for them. The end
    of what happens at a moment is no news.
    """
    composites = of_type(template, "AWS::CloudWatch::CompositeAlarm")
    found = []
    parts = {part for each in composites.values() for part in re.findall(r"\((\w+)\)", plain(each["AlarmRule"]))}
    found += [f"{name}: is in no composite alarm" for name in AT_RISK if name not in parts]
    for name, alarm in all_alarms(template).items():
        notified = [alarm.get("AlarmActions"), alarm.get("OKActions")]
        expected = [TOPIC, None if name in AT_ONE_MOMENT else TOPIC]
        if name in parts and notified != [None, None]:
            found.append(f"{name}: notifies, and so does the composite alarm")
        if name not in parts and notified != expected:
            found.append(f"{name}: notifies nobody, or when nothing is to be done")
    return found


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


def dead_letters_are_announced(template: dict) -> list[str]:
    """Nobody reads a dead-letter queue, so each has an alarm, also one that is there on a condition."""
    queues = of_type(template, "AWS::SQS::Queue").values()
    targets = {
        each["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for each in queues if "RedrivePolicy" in each
    }
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimensions["QueueName"].strip("()").split(".")[0]
        for alarm in alarms
        for _, metric, dimensions in metrics_of(alarm)
        if metric == "ApproximateNumberOfMessagesVisible"
    }
    return [f"{name}: fills up without an alarm" for name in sorted(targets - watched)]


def metrics_of(alarm: dict) -> Iterator[tuple[str, str, dict]]:
    """Namespace, name and dimensions of each metric."""
    parts = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    for metric in [alarm, *parts]:
        if "MetricName" in metric:
            dimensions = {each["Name"]: plain(each["Value"]) for each in metric.get("Dimensions", [])}
            yield plain(metric["Namespace"]), metric["MetricName"], dimensions


def expressions(alarm: dict) -> list[str]:
    return [plain(each["Expression"]) for each in alarm.get("Metrics", []) if "Expression" in each]


def periods(alarm: dict) -> list[int]:
    """The period of each metric, in seconds."""
    parts = [each["MetricStat"]["Period"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    return [alarm["Period"]] if "Period" in alarm else parts


def datapoints(alarm: dict) -> int | dict:
    """How many periods must breach the threshold."""
    return alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])


def refers_to_parameter(value: object) -> bool:
    return isinstance(value, dict)


TOPIC = [{"Ref": "AlarmTopic"}]
AT_RISK = ("ServerErrorsAlarm", "ReceiversFailingAlarm", "ReceiversThrottledAlarm")
AT_ONE_MOMENT = ("RefusedAlarm", "MissedAlarm", "RotationFailedAlarm")
WATCH_METRICS = ("SubscriptionsNotDelivering", "PassesWithRecovery", "WatchFailureAge", "TokenDaysLeft")
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
    "DeliveriesExpireAlarm": "DeliveriesQueue",
    "DeliveriesDeadAlarm": "DeliveriesDeadLetterQueue",
    "SilenceAlarm": "EventsQueue",
}
RULES: tuple[Rule, ...] = (
    alarms_can_fire,
    alarms_are_prompt,
    a_new_stack_is_quiet,
    an_outage_is_one_mail,
    expiry_is_announced,
    dead_letters_are_announced,
)
