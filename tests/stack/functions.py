"""Rules about the functions: timeouts, versions, logs, variables, and the schedule of watch."""

import json
import re

import botocore.session

from queries import Rule, integrations, of_type, receivers, references, role_name, statements


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
        used = references([settings, role_name(template, function)])
        parameters = used & set(template["Parameters"]) - {"ReservedConcurrency"}
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


def only_setup_and_watch_join_a_vpc(template: dict) -> list[str]:
    """They call Azure DevOps, which may be in a private network. A delivery must not depend on the routes of a VPC."""
    found = []
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        may = name in CALL_AZURE_DEVOPS
        conditions = {"VpcConfig": "HasVpc", "Layers": "HasCaBundle"}
        for property, condition in conditions.items():
            given = function.get(property, {}).get("Fn::If", [None])[0] == condition
            if given != may or (not may and property in function):
                found.append(f"{name}: {property} is {function.get(property)}")
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


def endpoints_can_be_fips_or_dual_stack(template: dict) -> list[str]:
    """The variables are those that every SDK of AWS reads. FIPS endpoints do not exist in every Region."""
    found = []
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        for variable, parameter in ENDPOINT_VARIABLES.items():
            if variables.get(variable) != {"Ref": parameter}:
                found.append(f"{name}: ignores {parameter}")
    rule = template.get("Rules", {}).get("FipsRegions", {})
    allowed = rule["Assertions"][0]["Assert"]["Fn::Contains"][0] if rule else []
    for region in sorted(set(allowed) ^ fips_regions()):
        found.append(f"FipsEndpoints: {region} should {'not be' if region in allowed else 'be'} allowed")
    return found


def fips_regions() -> set[str]:
    """The Regions with a FIPS endpoint of both services that the functions call."""
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    regions = [
        {
            region
            for partition in partitions
            for region, endpoint in partition["services"].get(service, {"endpoints": {}})["endpoints"].items()
            if any(variant["tags"] == ["fips"] for variant in endpoint.get("variants", []))
        }
        for service in ("sqs", "secretsmanager")
    ]
    return set.intersection(*regions)


def nothing_is_of_one_partition(template: dict) -> list[str]:
    """China, GovCloud and the European Sovereign Cloud have other ARNs, host names and consoles."""
    found = []
    for kind in ("Resources", "Outputs"):
        for name, part in template[kind].items():
            texts = re.findall(r'"Fn::Sub": \[?"((?:[^"\\]|\\.)*)"', json.dumps(part))
            found += [
                f"{name}: {text}" for text in texts if re.search(r"arn:aws:|amazonaws\.com|aws\.amazon\.com", text)
            ]
    return found


def deployment_configurations_exist(template: dict) -> list[str]:
    """CodeDeploy knows a fixed set of names; SAM passes any name on."""
    groups = of_type(template, "AWS::CodeDeploy::DeploymentGroup").values()
    names = [json.dumps(group["DeploymentConfigName"]) for group in groups]
    known = [f'"{name}"' for name in DEPLOYMENT_CONFIGURATIONS]
    return [
        f"{name}: CodeDeploy has no such configuration" for name in names if not any(each in name for each in known)
    ]


CALL_AZURE_DEVOPS = {"SetupFunction", "WatchFunction"}
ENDPOINT_VARIABLES = {
    "AWS_USE_FIPS_ENDPOINT": "FipsEndpoints",
    "AWS_USE_DUALSTACK_ENDPOINT": "DualStackEndpoints",
}
DEPLOYMENT_CONFIGURATIONS = (
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Linear10PercentEvery1Minute",
    "AllAtOnce",
)

RULES: tuple[Rule, ...] = (
    timeouts_nest,
    only_setup_and_watch_join_a_vpc,
    endpoints_can_be_fips_or_dual_stack,
    nothing_is_of_one_partition,
    versions_follow_parameters,
    defaults_fit_any_account,
    logs_expire,
    template_contains_no_secrets,
    watch_is_scheduled,
    deployment_configurations_exist,
)
