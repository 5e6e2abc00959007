"""Rules about the gateway: what it lets in, and what it answers in a function's place."""

from rules import Rule, integrations, mentions, of_type


def gateway_answers_503(template: dict) -> list[str]:
    """Azure DevOps puts a subscription on probation for a 429 or a 500 of the gateway's own."""
    found = []
    for name, api in of_type(template, "AWS::ApiGateway::RestApi").items():
        responses = api["Body"].get("x-amazon-apigateway-gateway-responses", {})
        found += [f"{name}: no response {missing}" for missing in sorted(MADE_BY_THE_GATEWAY - set(responses))]
        found += [f"{name}: {unknown} is no response of API Gateway" for unknown in set(responses) - GATEWAY_RESPONSES]
        for kind, response in responses.items():
            if str(response["statusCode"]) != "503":
                found.append(f"{name}: {kind} is {response['statusCode']}")
            if "gatewayresponse.header.Retry-After" not in response["responseParameters"]:
                found.append(f"{name}: {kind} has no Retry-After")
    return found


def gateway_calls_the_alias(template: dict) -> list[str]:
    """Or a roll back would not reach it."""
    aliases = of_type(template, "AWS::Lambda::Alias")
    found = [f"{path}: calls no alias" for path, call in integrations(template) if not mentions(call["uri"], aliases)]
    for name, permission in of_type(template, "AWS::Lambda::Permission").items():
        if "apigateway" in permission["Principal"] and not mentions(permission["FunctionName"], aliases):
            found.append(f"{name}: lets the gateway call something else than the alias")
    return found


def the_gateway_is_closed(template: dict) -> list[str]:
    """TLS 1.2 and newer, in the Region; nothing of a request in a log; so many requests a second; a list of addresses that
    bars the others."""
    found = []
    for name, api in of_type(template, "AWS::ApiGateway::RestApi").items():
        if api.get("EndpointConfiguration", {}).get("Types") != ["REGIONAL"]:
            found.append(f"{name}: is not regional")
        if api.get("SecurityPolicy") != "SecurityPolicy_TLS13_1_2_2021_06":
            found.append(f"{name}: takes TLS older than 1.2")
        policy = [(one["Effect"], sorted(one.get("Condition", {}))) for one in api["Body"]["x-amazon-apigateway-policy"]["Statement"]]
        if policy != [("Allow", []), ("Deny", ["NotIpAddress"])]:
            found.append(f"{name}: AllowedCidrs does not bar anybody")
    for name, domain in of_type(template, "AWS::ApiGateway::DomainName").items():
        if domain.get("SecurityPolicy") != "TLS_1_2":
            found.append(f"{name}: takes TLS older than 1.2")
    for name, stage in of_type(template, "AWS::ApiGateway::Stage").items():
        for settings in stage.get("MethodSettings", [{}]):
            if settings.get("LoggingLevel") != "OFF" or settings.get("DataTraceEnabled") is not False:
                found.append(f"{name}: its log has passwords and bodies")
            if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(settings):
                found.append(f"{name}: lets any flood through")
    return found


def the_region_keeps_its_logging_role(template: dict) -> list[str]:
    """Other APIs use it too."""
    names = ("ApiGatewayAccount", "ApiGatewayAccountRole")
    return [f"{name}: goes with the stack" for name in names if template["Resources"][name].get("DeletionPolicy") != "RetainExceptOnCreate"]


# Those whose own code is 429 or 5xx.
MADE_BY_THE_GATEWAY = {
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "DEFAULT_5XX",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "QUOTA_EXCEEDED",
    "THROTTLED",
}
GATEWAY_RESPONSES = MADE_BY_THE_GATEWAY | {
    "ACCESS_DENIED",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "EXPIRED_TOKEN",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
}

RULES: tuple[Rule, ...] = (
    gateway_answers_503,
    gateway_calls_the_alias,
    the_gateway_is_closed,
    the_region_keeps_its_logging_role,
)
