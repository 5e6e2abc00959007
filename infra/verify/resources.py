"""The stack's functions, queues, secrets, metrics and alarms."""

import json
from datetime import datetime, timedelta, timezone

from infra.verify.report import Facts, NotAsked
from infra.verify.stack import DeployedStack
from infra.verify.webhook import RECEIVERS


def status(stack: DeployedStack) -> tuple[Facts, Facts]:
    is_complete = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {"status": stack.status}, {"status": stack.status if is_complete else "CREATE_COMPLETE or UPDATE_COMPLETE"}


def receivers(stack: DeployedStack) -> tuple[Facts, Facts]:
    functions = stack.client("lambda")
    saw, should_be = {}, {}
    for receiver in RECEIVERS:
        name = f"{stack.name}-{receiver}"
        live = functions.get_function_configuration(FunctionName=name, Qualifier="live")
        latest = functions.get_function_configuration(FunctionName=name)
        is_latest = all(live.get(part) == latest.get(part) for part in VERSIONED)
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
        versions = [each["Version"] for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]
        can_go_back = live["Version"] != min(versions, key=int, default=None)
        saw |= {
            f"{receiver} live": f"version {live['Version']} of {', '.join(versions)}",
            f"{receiver} code and settings": "the latest" if is_latest else "older than the latest",
            f"{receiver} memory": live["MemorySize"],
            f"{receiver} version before": "kept" if can_go_back else "none",
        }
        should_be |= {
            f"{receiver} code and settings": "the latest",
            f"{receiver} memory": int(stack.parameters["MemoryMegabytes"]),
            f"{receiver} version before": "none" if live["Version"] == "1" else "kept",
        }
    return saw, should_be


def queues(stack: DeployedStack) -> tuple[Facts, Facts]:
    key = stack.parameters["KmsKeyArn"]
    keeps_deliveries = stack.parameters["RawDeliveries"] == "true"
    saw, should_be = {}, {}
    for name, receives in (QUEUES | OF_DELIVERIES if keeps_deliveries else QUEUES).items():
        queue = {"QueueUrl": stack.id(name), "AttributeNames": ["All"]}
        attributes = stack.client("sqs").get_queue_attributes(**queue)["Attributes"]
        saw[f"{name} encrypted by"] = encryption(attributes, key)
        should_be[f"{name} encrypted by"] = "KmsKeyArn" if key else "SQS"
        if receives:
            redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
            saw[f"{name} receives"] = int(redrive.get("maxReceiveCount", 0))
            should_be[f"{name} receives"] = receives
    return saw, should_be


def encryption(attributes: dict[str, str], key: str) -> str:
    if attributes.get("KmsMasterKeyId"):
        return "KmsKeyArn" if attributes["KmsMasterKeyId"] == key else "another key"
    return "SQS" if attributes.get("SqsManagedSseEnabled") == "true" else "nothing"


def secrets(stack: DeployedStack) -> tuple[Facts, Facts]:
    prefix = stack.parameters["SecretPrefix"] or stack.name
    pager = stack.client("secretsmanager").get_paginator("list_secrets")
    pages = pager.paginate(Filters=[{"Key": "name", "Values": [f"{prefix}/"]}])
    found = [secret for page in pages for secret in page["SecretList"]]
    owners = [{tag["Key"]: tag["Value"] for tag in secret.get("Tags", [])}.get("hookpost:stack") for secret in found]
    stages = [stages for secret in found for stages in secret.get("SecretVersionsToStages", {}).values()]
    saw = {
        "secrets": len(found),
        "not of this stack": sum(owner != stack.name for owner in owners),
        "incomplete rotations": sum("AWSPENDING" in each and "AWSCURRENT" not in each for each in stages),
    }
    return saw, {"not of this stack": 0, "incomplete rotations": 0}


def passes(stack: DeployedStack) -> tuple[Facts, Facts]:
    """Compares the log of watch with the schedule, and the metric that CloudWatch makes of the log with it, in an hour.
    A stack that was changed within that hour may have had another schedule, or none.
    """
    minutes = int(stack.parameters["WatchMinutes"])
    if minutes == 0:
        raise NotAsked("WatchMinutes is 0")
    end = datetime.now(timezone.utc) - UNTIL_COUNTED
    start = end - timedelta(hours=1)
    between = {"startTime": milliseconds(start), "endTime": milliseconds(end)}
    log = {"logGroupName": f"/aws/lambda/{stack.name}-watch"} | between
    pager = stack.client("logs").get_paginator("filter_log_events")
    lines = sum(len(page["events"]) for page in pager.paginate(filterPattern='"pass_completed"', **log))
    metric = {"Namespace": f"Hookpost/{stack.name}", "MetricName": "WatchFailureAge", "Statistics": ["SampleCount"]}
    period = {"StartTime": start, "EndTime": end, "Period": 3600}
    points = stack.client("cloudwatch").get_metric_statistics(**metric, **period)["Datapoints"]
    values = int(sum(point["SampleCount"] for point in points))
    passes = 60 // max(minutes, LONGEST_PASS_MINUTES) - 2 if stack.changed < start else 1
    # CloudWatch rounds the hour to minutes, so that a value at its edge may be missing.
    return {"completed passes in the log": lines, "values of the metric": values}, {
        "completed passes in the log": at_least(passes, lines),
        "values of the metric": at_least(max(lines - 1, 1), values),
    }


def at_least(least: int, count: int) -> str | int:
    return count if count >= least else f"at least {least}"


def milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def alarms(stack: DeployedStack) -> tuple[Facts, Facts]:
    types = {"AWS::CloudWatch::Alarm": "MetricAlarm", "AWS::CloudWatch::CompositeAlarm": "CompositeAlarm"}
    names = stack.ids(*types)
    answer = stack.client("cloudwatch").describe_alarms(AlarmNames=names, AlarmTypes=[*types.values()])
    found = [alarm for type in types.values() for alarm in answer.get(f"{type}s", [])]
    raised = [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]
    silenced = [alarm["AlarmName"] for alarm in found if not alarm["ActionsEnabled"]]
    saw = {
        "alarms": len(found),
        "raised": ", ".join(raised) or "none",
        "switched off": ", ".join(silenced) or "none",
    }
    return saw, {"alarms": len(names), "raised": "none", "switched off": "none"}


# Each queue, and how often SQS hands out one of its messages before it becomes a dead letter, if it does.
QUEUES = {
    "EventsQueue": 5,
    "EventsDeadLetterQueue": None,
    "QuarantineQueue": None,
    "CheckpointQueue": None,
    "OverviewQueue": None,
}
# With the parameter RawDeliveries.
OF_DELIVERIES = {"DeliveriesQueue": 1000, "DeliveriesDeadLetterQueue": None}
# CloudWatch takes up to two minutes to make a metric of a log line.
UNTIL_COUNTED = timedelta(minutes=3)
# A pass that is invoked while another one runs leaves the work to it. watch may take its time limit, 300 s.
LONGEST_PASS_MINUTES = 5
# What Lambda keeps with a version, of what an update changes.
VERSIONED = ("CodeSha256", "Environment", "MemorySize", "Timeout", "Role", "Layers")
