"""What API Gateway is set to, and what it answers."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from infra.verify.report import Facts, NotAsked
from infra.verify.stack import DeployedStack
from infra.verify.webhook import RECEIVERS, headers, url


def endpoint(stack: DeployedStack) -> tuple[Facts, Facts]:
    api = stack.client("apigateway").get_rest_api(restApiId=stack.id("WebhookApi"))
    return {fact: api.get(fact, "none") for fact in ENDPOINT}, ENDPOINT


def own_answers(stack: DeployedStack) -> tuple[Facts, Facts]:
    answers = stack.client("apigateway").get_gateway_responses(restApiId=stack.id("WebhookApi"))["items"]
    statuses = {each["responseType"]: each.get("statusCode", "none") for each in answers}
    ours = {type: status for type, status in statuses.items() if type in OUR_FAULT or status.startswith("5")}
    return ours, dict.fromkeys([*OUR_FAULT, *ours], "503")


def stage(stack: DeployedStack) -> tuple[Facts, Facts]:
    found = stack.client("apigateway").get_stage(restApiId=stack.id("WebhookApi"), stageName="hooks")
    methods = found["methodSettings"]["*/*"]
    saw = {
        "RequestsPerSecond": f"{methods['throttlingRateLimit']:.0f}",
        "RequestsBurst": str(methods["throttlingBurstLimit"]),
        "AccessLogs": "true" if found.get("accessLogSettings", {}).get("destinationArn") else "false",
        "execution logs": methods["loggingLevel"],
    }
    return saw, {name: stack.parameters.get(name, "OFF") for name in saw}


def refusals(stack: DeployedStack) -> tuple[Facts, Facts]:
    base = stack.outputs["WebhookBaseUrl"]
    saw, should_be = {}, {}
    for receiver in RECEIVERS:
        for case, method, has_password, answer in REFUSALS:
            saw[f"{receiver} {case}"] = answer_of(stack, method, url(base, receiver), headers(has_password))
            should_be[f"{receiver} {case}"] = answer
    return saw, should_be


def throttling(stack: DeployedStack) -> tuple[Facts, Facts]:
    if any(int(stack.parameters[name]) > 5 for name in ("RequestsPerSecond", "RequestsBurst")):
        raise NotAsked("RequestsPerSecond and RequestsBurst are not both 5 or less, as for this check they should be")
    target = url(stack.outputs["WebhookBaseUrl"], RECEIVERS[0])
    with ThreadPoolExecutor(FLOOD) as pool:
        answers = Counter(pool.map(lambda _: answer_of(stack, "POST", target, headers()), range(FLOOD)))
    others = sum(count for answer, count in answers.items() if answer not in (UNAUTHORIZED, THROTTLED))
    return {**answers, "others": others}, {THROTTLED: answers.get(THROTTLED, "some"), "others": 0}


def answer_of(stack: DeployedStack, method: str, url: str, headers: dict[str, str]) -> str:
    """The answer of a webhook, unless the stack is set to answer machines such as this one 403."""
    answer = stack.send(method, url, headers)
    is_hardened = stack.parameters["AllowedCidrs"] != EVERYWHERE or stack.parameters["WebAclArn"]
    if answer.status == 403 and is_hardened:
        raise NotAsked("AllowedCidrs or WebAclArn keeps this machine out: run it where the webhooks may be called from")
    return str(answer)


EVERYWHERE = "0.0.0.0/0,::/0"
ENDPOINT = {
    "apiStatus": "AVAILABLE",  # UPDATING for some 15 minutes after the TLS policy was changed.
    "securityPolicy": "SecurityPolicy_TLS13_1_2_2021_06",
    "endpointAccessMode": "BASIC",
}
# Beside those that are 5xx by default. Azure DevOps retries after 503, and not after 429.
OUR_FAULT = ("DEFAULT_5XX", "QUOTA_EXCEEDED", "THROTTLED")
UNAUTHORIZED = "401 unauthorized"
THROTTLED = "503 gateway_error"
REFUSALS = (
    ("without a password", "POST", False, UNAUTHORIZED),
    ("with a wrong password", "POST", True, UNAUTHORIZED),
    ("by GET", "GET", False, "405 method_not_allowed"),
)
FLOOD = 40
