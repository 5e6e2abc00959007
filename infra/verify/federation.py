"""Whether AWS STS proves to others, such as Entra, who `setup` and `watch` are. Entra is not asked."""

import json
import re
from datetime import datetime, timedelta, timezone

from botocore.exceptions import ClientError

from infra.verify.report import Facts, NotAsked
from infra.verify.stack import DeployedStack


def setup(stack: DeployedStack) -> tuple[Facts, Facts]:
    """Invokes the action `identity`, which asks STS for an assertion and changes nothing."""
    answer, is_refused = identity(stack)
    if is_refused:
        return {"identity": answer["errorType"]}, {"identity": "answers"}
    if "issuer" not in answer:
        raise NotAsked("the account gives no assertions: outbound web identity federation is switched off")
    roles = {function: stack.outputs[f"{function.capitalize()}RoleArn"] for function in ("setup", "watch")}
    path = "without a path" if stack.parameters["RolePath"] == "/" else "with a path"
    saw = {
        "issuer": "of AWS" if ISSUER.fullmatch(answer["issuer"]) else "of another form",
        "audience": answer["audience"],
        # It warns of nothing but that.
        "subject that STS gives setup": "of another form" if answer.get("warnings") else f"the role's ARN, {path}",
        "subjects to register": "the roles of the outputs" if answer["subjects"] == roles else "others",
    }
    return saw, {
        "issuer": "of AWS",
        "audience": stack.parameters["EntraAudience"],
        "subject that STS gives setup": f"the role's ARN, {path}",
        "subjects to register": "the roles of the outputs",
    }


def identity(stack: DeployedStack) -> tuple[dict, bool]:
    """The answer, or the error, of `setup`, and whether it is an error."""
    call = {"FunctionName": stack.id("SetupFunction"), "Payload": b'{"action": "identity"}'}
    try:
        answer = stack.client("lambda").invoke(**call)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            raise NotAsked("it needs lambda:InvokeFunction on setup, which ReadOnlyAccess does not have") from error
        raise
    return json.loads(answer["Payload"].read()), "FunctionError" in answer


def watch(stack: DeployedStack) -> tuple[Facts, Facts]:
    """Looks for refusals of STS in the log of `watch`, of an hour. Integrations with a token do not need STS."""
    start = datetime.now(timezone.utc) - timedelta(hours=1)
    log = {"logGroupName": f"/aws/lambda/{stack.name}-watch", "startTime": int(start.timestamp() * 1000)}
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(filterPattern=f'"{CHECKED}"', **log)
    lines = [json.loads(event["message"]) for page in pages for event in page["events"]]
    if not lines:
        raise NotAsked("watch checked no integration within an hour")
    refused = [line["code"] for line in lines if line.get("code") in REFUSED_BY_STS]
    return {"integrations checked": len(lines), "refused by STS": ", ".join(sorted({*refused})) or "none"}, {
        "refused by STS": "none"
    }


# AWS's documentation has such: https://abc123-def456-ghi789-jkl012.tokens.sts.global.api.aws
ISSUER = re.compile(r"https://[0-9a-z-]+\.tokens\.sts\.[0-9a-z.-]+")
CHECKED = "integration_checked"
REFUSED_BY_STS = ("FederationDenied", "FederationDisabled")
