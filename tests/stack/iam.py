"""Rules about permissions: roles, resource policies and the key."""

from collections.abc import Iterator

from queries import Rule, as_list, of_type, statements
from queues import WITHOUT_EVENTS


def roles_are_narrow(template: dict) -> list[str]:
    """No action and no resource is a wildcard, except where AWS has no resource-level permissions."""
    found = []
    for name, role in of_type(template, "AWS::IAM::Role").items():
        if role.get("ManagedPolicyArns") and name != "ApiGatewayAccountRole":
            found.append(f"{name}: has managed policies")
        for statement in statements(role.get("Policies", [])):
            actions = as_list(statement["Action"])
            found += [f"{name}: allows {action}" for action in actions if "*" in action]
            if "*" in as_list(statement["Resource"]):
                found += [f"{name}: allows {action} on *" for action in actions if action not in NO_RESOURCE_LEVEL]
        for trust in role["AssumeRolePolicyDocument"]["Statement"]:
            if list(trust["Principal"]) != ["Service"]:
                found.append(f"{name}: may be assumed by {trust['Principal']}")
    return found


def policies_are_narrow(template: dict) -> list[str]:
    """The same for policies that are not a role's: of queues, of the topic, of functions, and for consumers."""
    found = []
    for name, statement in allow_statements(template):
        found += [f"{name}: allows {action}" for action in as_list(statement["Action"]) if "*" in action]
        if "*" in as_list(statement.get("Resource", [])):
            found.append(f"{name}: applies to every resource")
        principal = statement.get("Principal", {})
        if principal in ("*", {"AWS": "*"}) or ("Service" in principal and "Condition" not in statement):
            found.append(f"{name}: allows anyone")
    for name, permission in of_type(template, "AWS::Lambda::Permission").items():
        if "SourceArn" not in permission:
            found.append(f"{name}: allows any account to invoke a function")
        elif "apigateway" in permission["Principal"] and OWN_API not in permission["SourceArn"]["Fn::Sub"]:
            found.append(f"{name}: allows another API to invoke a function")
    return found


def key_is_used_through_services(template: dict) -> list[str]:
    """The operator's key decrypts only through SQS and Secrets Manager, never data that a function holds."""
    roles = of_type(template, "AWS::IAM::Role").items()
    of_roles = [(name, each) for name, role in roles for each in statements(role.get("Policies", []))]
    found = []
    for name, statement in (*of_roles, *allow_statements(template)):
        uses_key = any(action.startswith("kms:") for action in as_list(statement["Action"]))
        if uses_key and "kms:ViaService" not in statement.get("Condition", {}).get("StringEquals", {}):
            found.append(f"{name}: may use the key directly")
    return found


def queues_require_tls(template: dict) -> list[str]:
    """Every queue denies requests without TLS, also after its stack was deleted."""
    found = []
    policies = of_type(template, "AWS::SQS::QueuePolicy")
    for name in of_type(template, "AWS::SQS::Queue"):
        own = {key: policy for key, policy in policies.items() if {"Ref": name} in policy["Queues"]}
        own_statements = [statement for policy in own.values() for statement in policy["PolicyDocument"]["Statement"]]
        if not any(denies_plain_text(statement) for statement in own_statements):
            found.append(f"{name}: accepts requests without TLS")
        kept = {template["Resources"][key].get("DeletionPolicy") for key in own}
        if name not in WITHOUT_EVENTS and kept != {"RetainExceptOnCreate"}:
            found.append(f"{name}: is kept when its policy is deleted")
    return found


def allow_statements(template: dict) -> Iterator[tuple[str, dict]]:
    """The Allow statements of policies that are not a role's."""
    for type in ("AWS::IAM::ManagedPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, policy in of_type(template, type).items():
            for statement in policy["PolicyDocument"]["Statement"]:
                statement = statement["Fn::If"][1] if "Fn::If" in statement else statement
                if statement["Effect"] == "Allow":
                    yield name, statement


def denies_plain_text(statement: dict) -> bool:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return statement.get("Effect") == "Deny" and statement.get("Condition") == condition


NO_RESOURCE_LEVEL = {"secretsmanager:ListSecrets"}
OWN_API = "${WebhookApi}/hooks/*/*/"

RULES: tuple[Rule, ...] = (roles_are_narrow, policies_are_narrow, key_is_used_through_services, queues_require_tls)
