"""What must be true of the expanded template, and no linter looks at. A rule returns what it finds wrong."""

import json
import re
from collections.abc import Callable, Iterator

Rule = Callable[[dict], list[str]]


def of_type(template: dict, type: str) -> dict[str, dict]:
    """Properties by logical name."""
    resources = template["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in resources if one["Type"] == type}


def limits_leave_time_to_answer(template: dict) -> list[str]:
    """The deadline inside a receiver, then Lambda's, then the gateway's: the innermost answers."""
    found = []
    deadline = float(template["Parameters"]["DeadlineMilliseconds"]["MaxValue"])
    receivers = receivers_of(template)
    for name, function in receivers.items():
        if deadline >= function["Timeout"] * 1000:
            found.append(f"{name}: ends after {function['Timeout']} s, before its deadline of {deadline} ms")
    longest = max(function["Timeout"] for function in receivers.values()) * 1000
    for path, call in integrations(template):
        if call["timeoutInMillis"] <= longest:
            found.append(f"{path}: the gateway waits {call['timeoutInMillis']} ms, a receiver may take {longest}")
    return found


def versions_follow_parameters(template: dict) -> list[str]:
    """A parameter that a receiver is made of reaches the alias only if a new version is made when it changes."""
    found = []
    versions = of_type(template, "AWS::Lambda::Version")
    for name, function in receivers_of(template).items():
        parameters = references(function) & set(template["Parameters"]) - {"ReservedConcurrency"}
        version = next((one for one in versions.values() if one["FunctionName"] == {"Ref": name}), {})
        missing = parameters - references(version.get("Description", ""))
        found += [f"{name}: a change of {parameter} makes no new version" for parameter in sorted(missing)]
    return found


def queues_are_kept(template: dict) -> list[str]:
    """Nobody loses events with a stack."""
    found = []
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::SQS::Queue":
            continue
        queue = resource["Properties"]
        # A stack that could not be made takes its empty queues with it.
        kept = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) == ("RetainExceptOnCreate", "Retain")
        if not kept and name not in WITHOUT_EVENTS:
            found.append(f"{name}: goes with the stack")
        if queue.get("MessageRetentionPeriod") != 14 * 24 * 60 * 60:
            found.append(f"{name}: keeps messages for less than 14 days")
        if not queue.get("SqsManagedSseEnabled"):
            found.append(f"{name}: is not encrypted")
        found += fifo_problems(name, queue, template)
    return found


def fifo_problems(name: str, queue: dict, template: dict) -> list[str]:
    found = []
    fifo = queue.get("FifoQueue", False)
    queue_name = queue.get("QueueName")
    if isinstance(queue_name, str) and queue_name.endswith(".fifo") != fifo:
        found.append(f"{name}: only FIFO queues are, and must be, called .fifo")
    throughput = (queue.get("FifoThroughputLimit"), queue.get("DeduplicationScope"))
    if fifo and name not in WITHOUT_EVENTS and throughput != ("perMessageGroupId", "messageGroup"):
        found.append(f"{name}: is not in high-throughput mode")
    if name == "EventsQueue" and "RedrivePolicy" not in queue:
        found.append(f"{name}: what a consumer cannot take stands in its group's way for ever")
    if "RedrivePolicy" in queue:
        dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        if template["Resources"][dead]["Properties"].get("FifoQueue", False) != fifo:
            found.append(f"{name}: its dead-letter queue is of the other kind")
        if queue.get("VisibilityTimeout", 30) < 6 * CONSUMER_SECONDS:
            found.append(f"{name}: a message shows again before a consumer had six times {CONSUMER_SECONDS} s")
    return found


def defaults_fit_any_account(template: dict) -> list[str]:
    """A new account has ten concurrent executions, and cannot set any aside."""
    default = str(template["Parameters"]["ReservedConcurrency"]["Default"])
    found = [] if default == "0" else [f"ReservedConcurrency: a new account cannot set {default} aside"]
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        if function["Architectures"] != [{"Ref": "Architecture"}]:
            found.append(f"{name}: runs on {function['Architectures']} whatever is chosen")
    return found


def logs_end(template: dict) -> list[str]:
    """Every function writes to a log group of the stack's, which forgets."""
    groups = of_type(template, "AWS::Logs::LogGroup")
    found = [f"{name}: is kept for ever" for name, group in groups.items() if "RetentionInDays" not in group]
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        if function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") not in groups:
            found.append(f"{name}: Lambda makes a log group for it that is kept for ever")
    return found


def no_secret_is_written_down(template: dict) -> list[str]:
    """Secrets are in Secrets Manager. What looks like one anywhere else has no business there."""
    found = []
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            if isinstance(value, str) and looks_secret(variable, value):
                found.append(f"{name}: {variable} looks like a secret")
    for name, parameter in template["Parameters"].items():
        if parameter["Type"] != "Number" and re.search(r"password|token|secret(?!prefix)", name, re.IGNORECASE):
            found.append(f"{name}: secrets are not given as parameters, which anybody can read")
    return found


def looks_secret(name: str, value: str) -> bool:
    dense = re.fullmatch(r"[A-Za-z0-9+/_=-]{20,}", value) and re.search(r"\d", value) and re.search(r"[a-z]", value)
    return bool(dense) or re.search(r"PASSWORD$|TOKEN$|SECRET$|KEY$", name) is not None


def watch_is_called(template: dict) -> list[str]:
    """By a rate that EventBridge understands, which may call this function and nothing else."""
    found = []
    for name, schedule in of_type(template, "AWS::Scheduler::Schedule").items():
        for rate in rates(schedule["ScheduleExpression"]):
            if not re.fullmatch(r"rate\((1 minute|(?!1 )\d+ minutes|\(WatchMinutes\) minutes)\)", rate):
                found.append(f"{name}: {rate} is no rate")
        if schedule.get("State") not in (None, "ENABLED", {"Fn::If": ["Watches", "ENABLED", "DISABLED"]}):
            found.append(f"{name}: is switched off")
        target = schedule["Target"]
        roles = of_type(template, "AWS::IAM::Role")
        role = roles.get(target["RoleArn"]["Fn::GetAtt"][0], {})
        allowed = [statement["Resource"] for statement in statements(role.get("Policies", []))]
        if allowed != [target["Arn"]]:
            found.append(f"{name}: its role may call {allowed}")
    functions = of_type(template, "AWS::Lambda::Function")
    hidden = of_type(template, "AWS::SQS::Queue")["CheckpointQueue"]["VisibilityTimeout"]
    if functions["WatchFunction"]["Timeout"] >= hidden:
        found.append(f"WatchFunction: another pass may begin after {hidden} s, before this one is ended")
    if not any(one["FunctionName"] == {"Ref": "WatchFunction"} for one in of_type(template, "AWS::Lambda::EventInvokeConfig").values()):
        found.append("WatchFunction: Lambda repeats a failed call, and keeps it for six hours")
    return found or ([] if of_type(template, "AWS::Scheduler::Schedule") else ["nobody calls `watch`"])


def rates(expression: object) -> list[str]:
    """Whatever a parameter says."""
    match expression:
        case {"Fn::If": [_, *ways]}:
            return [rate for way in ways for rate in rates(way)]
        case {"Fn::Sub": text}:
            return [re.sub(r"\$\{([^}]+)\}", r"(\1)", text)]
    return [str(expression)]


def canaries_exist(template: dict) -> list[str]:
    """CodeDeploy knows ways to shift traffic by name; SAM hands on any."""
    names = [one["DeploymentConfigName"] for one in of_type(template, "AWS::CodeDeploy::DeploymentGroup").values()]
    texts = [json.dumps(name) for name in names]
    return [f"{text} is no way to deploy" for text in texts if not any(f'"{way}"' in text for way in CANARIES)]


def receivers_of(template: dict) -> dict[str, dict]:
    functions = of_type(template, "AWS::Lambda::Function")
    return {name: functions[name] for name in ("CodePushedFunction", "PullRequestFunction")}


def integrations(template: dict) -> Iterator[tuple[str, dict]]:
    for api in of_type(template, "AWS::ApiGateway::RestApi").values():
        for path, methods in api["Body"]["paths"].items():
            for method in methods.values():
                yield path, method["x-amazon-apigateway-integration"]


def references(value: object) -> set[str]:
    """Every name that is referred to by Ref or inside Sub."""
    text = json.dumps(value)
    return set(re.findall(r'"Ref": "([^"]+)"', text)) | set(re.findall(r"\$\{([A-Za-z0-9:]+)", text))


def mentions(value: object, names: dict) -> bool:
    return bool(references(value) & set(names))


def statements(policies: list[dict]) -> Iterator[dict]:
    for policy in policies:
        policy = policy["Fn::If"][1] if "Fn::If" in policy else policy
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


CANARIES = ("Canary10Percent5Minutes", "Canary10Percent10Minutes", "Linear10PercentEvery1Minute", "AllAtOnce")
# What it remembers is about this stack.
WITHOUT_EVENTS = {"CheckpointQueue"}
CONSUMER_SECONDS = 30

RULES: tuple[Rule, ...] = (
    limits_leave_time_to_answer,
    versions_follow_parameters,
    queues_are_kept,
    logs_end,
    defaults_fit_any_account,
    no_secret_is_written_down,
    canaries_exist,
    watch_is_called,
)
