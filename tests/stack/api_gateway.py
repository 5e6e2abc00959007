"""Rules about API Gateway: which requests it accepts, and how it answers when a function cannot."""

import json

from queries import Rule, integrations, of_type, refers_to


def gateway_answers_503(template: dict) -> list[str]:
    """Azure DevOps puts a subscription on probation after a 429 or 500, so every failure of API Gateway is a 503."""
    found = []
    for name, api in of_type(template, "AWS::ApiGateway::RestApi").items():
        responses = api["Body"].get("x-amazon-apigateway-gateway-responses", {})
        found += [f"{name}: no response {missing}" for missing in sorted(FAILURES - set(responses))]
        found += [f"{name}: API Gateway has no response {unknown}" for unknown in set(responses) - GATEWAY_RESPONSES]
        for type, response in responses.items():
            if str(response["statusCode"]) != "503":
                found.append(f"{name}: {type} is {response['statusCode']}")
            if "gatewayresponse.header.Retry-After" not in response["responseParameters"]:
                found.append(f"{name}: {type} has no Retry-After")
    return found


def gateway_invokes_the_alias(template: dict) -> list[str]:
    """Otherwise a rollback of the alias would not change what API Gateway invokes."""
    aliases = of_type(template, "AWS::Lambda::Alias")
    calls = integrations(template)
    found = [f"{path}: invokes no alias" for path, call in calls if not refers_to(call["uri"], aliases)]
    for name, permission in of_type(template, "AWS::Lambda::Permission").items():
        if "apigateway" in permission["Principal"] and not refers_to(permission["FunctionName"], aliases):
            found.append(f"{name}: allows API Gateway to invoke something else than the alias")
    return found


def gateway_is_restricted(template: dict) -> list[str]:
    """Regional, TLS 1.2 or later, no request bodies in logs, throttled, and AllowedCidrs denies other addresses."""
    found = []
    for name, api in of_type(template, "AWS::ApiGateway::RestApi").items():
        if api.get("EndpointConfiguration", {}).get("Types") != ["REGIONAL"]:
            found.append(f"{name}: is not regional")
        if api.get("SecurityPolicy") != "SecurityPolicy_TLS13_1_2_2021_06":
            found.append(f"{name}: accepts TLS older than 1.2")
        policy = api["Body"]["x-amazon-apigateway-policy"]["Statement"]
        effects = [(statement["Effect"], sorted(statement.get("Condition", {}))) for statement in policy]
        if effects != [("Allow", []), ("Deny", ["NotIpAddress"])]:
            found.append(f"{name}: AllowedCidrs denies nothing")
    for name, domain in of_type(template, "AWS::ApiGateway::DomainName").items():
        if domain.get("SecurityPolicy") != "TLS_1_2":
            found.append(f"{name}: accepts TLS older than 1.2")
    for name, stage in of_type(template, "AWS::ApiGateway::Stage").items():
        for settings in stage.get("MethodSettings", [{}]):
            if settings.get("LoggingLevel") != "OFF" or settings.get("DataTraceEnabled") is not False:
                found.append(f"{name}: logs passwords and bodies")
            if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(settings):
                found.append(f"{name}: has no throttling limit")
    return found


def logging_role_is_shared(template: dict) -> list[str]:
    """Other APIs of the Region use it too: it is kept, and the form says that it replaces another one. API Gateway
    refuses the role in an account that never had an API.
    """
    resources = {name: template["Resources"][name] for name in ("ApiGatewayAccount", "ApiGatewayAccountRole")}
    found = [
        f"{name}: is deleted with the stack"
        for name, resource in resources.items()
        if resource.get("DeletionPolicy") != "RetainExceptOnCreate"
    ]
    if resources["ApiGatewayAccount"].get("DependsOn") not in of_type(template, "AWS::ApiGateway::RestApi"):
        found.append("ApiGatewayAccount: fails in a new account, which has no API yet")
    if "replaces" not in template["Parameters"]["CreateApiGatewayAccountRole"]["Description"]:
        found.append("CreateApiGatewayAccountRole: does not say that it replaces a role")
    return found


def default_endpoint_can_be_disabled(template: dict) -> list[str]:
    """Only where a domain is the other way in."""
    found = []
    for name, api in of_type(template, "AWS::ApiGateway::RestApi").items():
        settings = [server["x-amazon-apigateway-endpoint-configuration"] for server in api["Body"].get("servers", [])]
        if settings != [{"disableExecuteApiEndpoint": {"Fn::If": ["DisablesDefaultEndpoint", True, False]}}]:
            found.append(f"{name}: ignores DisableDefaultEndpoint")
    if '"DomainName"' not in json.dumps(template.get("Rules", {}).get("DefaultEndpointAndDomain", {})):
        found.append("DisableDefaultEndpoint: no delivery arrives without a domain")
    return found


def api_is_imported_as_it_is_declared(template: dict) -> list[str]:
    """An import of the document overwrites what the document does not say."""
    return [
        f"{name}: {extension} is {api['Body'].get(extension)}"
        for name, api in of_type(template, "AWS::ApiGateway::RestApi").items()
        for extension, property in EXTENSIONS.items()
        if api["Body"].get(extension) != api.get(property)
    ]


EXTENSIONS = {
    "x-amazon-apigateway-security-policy": "SecurityPolicy",
    "x-amazon-apigateway-endpoint-access-mode": "EndpointAccessMode",
}
# The gateway responses whose default status is 429 or 5xx.
FAILURES = {
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "DEFAULT_5XX",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "QUOTA_EXCEEDED",
    "THROTTLED",
}
GATEWAY_RESPONSES = FAILURES | {
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
    gateway_invokes_the_alias,
    gateway_is_restricted,
    logging_role_is_shared,
    default_endpoint_can_be_disabled,
    api_is_imported_as_it_is_declared,
)
