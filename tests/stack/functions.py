"""Rules about the functions: timeouts, versions, logs, variables, and the schedule of watch."""

import json
import re

from queries import Rule, integrations, of_type, receivers, references, statements


def timeouts_nest(template: dict) -> list[str]:
    """The receiver's deadline ends before Lambda's timeout, and that before the timeout of API Gateway."""
    found = []
    deadline = float(template["Parameters"]["DeadlineMilliseconds"]["MaxValue"])
    timeouts = {name: function["Timeout"] * 1000 for name, function in receivers(template).items()}
    for name, timeout in timeouts.items():
        if deadline >= timeout:
            found.append(f"{name}: Lambda's timeout of {timeout} ms ends before the deadline of {deadline} ms")
    longest = max(timeouts.values())
    for path, integration in integrations(template):
        if integration["timeoutInMillis"] <= longest:
            found.append(f"{path}: API Gateway waits {integration['timeoutInMillis']} ms, a receiver {longest}")
    return found


def versions_follow_parameters(template: dict) -> list[str]:
    """The description of its version has every parameter that a receiver depends on, so a change reaches the alias."""
    found = []
    versions = of_type(template, "AWS::Lambda::Version").values()
    for name, function in receivers(template).items():
        # The code's digest stands for the code, wherever the zip is.
        settings = {key: value for key, value in function.items() if key != "Code"}
        parameters = references(settings) & set(template["Parameters"]) - {"ReservedConcurrency"}
        version = next((version for version in versions if version["FunctionName"] == {"Ref": name}), {})
        missing = parameters - references(version.get("Description", ""))
        found += [f"{name}: a change of {parameter} publishes no version" for parameter in sorted(missing)]
    return found


def defaults_fit_any_account(template: dict) -> list[str]:
    """A new account has a concurrency limit of ten and cannot reserve any."""
    default = str(template["Parameters"]["ReservedConcurrency"]["Default"])
    found = [] if default == "0" else [f"ReservedConcurrency: a new account cannot reserve {default}"]
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        if function["Architectures"] != [{"Ref": "Architecture"}]:
            found.append(f"{name}: ignores the parameter Architecture")
    return found


def logs_expire(template: dict) -> list[str]:
    """Every function writes to a log group of the stack, which has a retention period."""
    groups = of_type(template, "AWS::Logs::LogGroup")
    found = [f"{name}: has no retention period" for name, group in groups.items() if "RetentionInDays" not in group]
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        if function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") not in groups:
            found.append(f"{name}: Lambda creates its log group, without a retention period")
    return found


def template_contains_no_secrets(template: dict) -> list[str]:
    """No variable looks like a secret, and no parameter is one. Secrets are in Secrets Manager."""
    found = []
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            if isinstance(value, str) and looks_secret(variable, value):
                found.append(f"{name}: {variable} looks like a secret")
    for name, parameter in template["Parameters"].items():
        if parameter["Type"] != "Number" and re.search(r"password|token|secret(?!prefix)", name, re.IGNORECASE):
            found.append(f"{name}: everyone with access to the stack can read its parameters")
    return found


def looks_secret(name: str, value: str) -> bool:
    dense = re.fullmatch(r"[A-Za-z0-9+/_=-]{20,}", value) and re.search(r"\d", value) and re.search(r"[a-z]", value)
    return bool(dense) or re.search(r"PASSWORD$|TOKEN$|SECRET$|KEY$", name) is not None


def watch_is_scheduled(template: dict) -> list[str]:
    """A valid rate invokes watch and nothing else, and no two passes overlap."""
    schedules = of_type(template, "AWS::Scheduler::Schedule")
    found = [] if schedules else ["no schedule invokes watch"]
    for name, schedule in schedules.items():
        for rate in rates(schedule["ScheduleExpression"]):
            if not re.fullmatch(r"rate\((1 minute|(?!1 )\d+ minutes|\(WatchMinutes\) minutes)\)", rate):
                found.append(f"{name}: {rate} is not a valid rate")
        if schedule.get("State") not in (None, "ENABLED", {"Fn::If": ["WatchIsScheduled", "ENABLED", "DISABLED"]}):
            found.append(f"{name}: is disabled")
        target = schedule["Target"]
        role = of_type(template, "AWS::IAM::Role").get(target["RoleArn"]["Fn::GetAtt"][0], {})
        allowed = [statement["Resource"] for statement in statements(role.get("Policies", []))]
        if allowed != [target["Arn"]]:
            found.append(f"{name}: its role may invoke {allowed}")
    lease = of_type(template, "AWS::SQS::Queue")["CheckpointQueue"]["VisibilityTimeout"]
    if of_type(template, "AWS::Lambda::Function")["WatchFunction"]["Timeout"] >= lease:
        found.append(f"WatchFunction: its timeout exceeds the lease of {lease} s, so two passes may overlap")
    invoke_configs = of_type(template, "AWS::Lambda::EventInvokeConfig").values()
    if not any(config["FunctionName"] == {"Ref": "WatchFunction"} for config in invoke_configs):
        found.append("WatchFunction: Lambda retries a failed invocation for up to six hours")
    return found


def rates(expression: object) -> list[str]:
    """Every rate that the expression may become."""
    match expression:
        case {"Fn::If": [_, *branches]}:
            return [rate for branch in branches for rate in rates(branch)]
        case {"Fn::Sub": text}:
            return [re.sub(r"\$\{([^}]+)\}", r"(\1)", text)]
    return [str(expression)]


def deployment_configurations_exist(template: dict) -> list[str]:
    """CodeDeploy knows a fixed set of names; SAM passes any name on."""
    groups = of_type(template, "AWS::CodeDeploy::DeploymentGroup").values()
    names = [json.dumps(group["DeploymentConfigName"]) for group in groups]
    known = [f'"{name}"' for name in DEPLOYMENT_CONFIGURATIONS]
    return [
        f"{name}: CodeDeploy has no such configuration" for name in names if not any(each in name for each in known)
    ]


DEPLOYMENT_CONFIGURATIONS = (
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Linear10PercentEvery1Minute",
    "AllAtOnce",
)

RULES: tuple[Rule, ...] = (
    timeouts_nest,
    versions_follow_parameters,
    defaults_fit_any_account,
    logs_expire,
    template_contains_no_secrets,
    watch_is_scheduled,
    deployment_configurations_exist,
)
