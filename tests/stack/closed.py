"""Rules about who may do what."""

from collections.abc import Iterator

from rules import Rule, listed, of_type, statements, WITHOUT_EVENTS


def roles_are_narrow(template: dict) -> list[str]:
    """No action and no resource is a wildcard, but where AWS has no resource level."""
    found = []
    for name, role in of_type(template, "AWS::IAM::Role").items():
        managed = role.get("ManagedPolicyArns", [])
        if managed and name != "ApiGatewayAccountRole":
            found.append(f"{name}: has managed policies")
        for statement in statements(role.get("Policies", [])):
            actions = listed(statement["Action"])
            found += [f"{name}: may {action}" for action in actions if "*" in action]
            if "*" in listed(statement["Resource"]):
                found += [f"{name}: may {one} everything" for one in actions if one not in NO_RESOURCE_LEVEL]
        for trust in role["AssumeRolePolicyDocument"]["Statement"]:
            if list(trust["Principal"]) != ["Service"]:
                found.append(f"{name}: may be assumed by {trust['Principal']}")
    return found


def policies_are_narrow(template: dict) -> list[str]:
    """The same for whoever is let in from outside: consumers, other accounts, Secrets Manager, alarms."""
    found = []
    for name, statement in allowing(template):
        found += [f"{name}: allows {action}" for action in listed(statement["Action"]) if "*" in action]
        if "*" in listed(statement.get("Resource", [])):
            found.append(f"{name}: is about everything")
        if statement.get("Principal") in ("*", {"AWS": "*"}) or ("Service" in statement.get("Principal", {}) and "Condition" not in statement):
            found.append(f"{name}: lets anybody in")
    for name, permission in of_type(template, "AWS::Lambda::Permission").items():
        if "SourceArn" not in permission:
            found.append(f"{name}: lets any account call a function")
        elif "apigateway" in permission["Principal"] and "${WebhookApi}/hooks/*/*/" not in permission["SourceArn"]["Fn::Sub"]:
            found.append(f"{name}: lets another API call a function")
    return found


def keys_are_used_through_services(template: dict) -> list[str]:
    """A key of the operator's opens queues and secrets, and nothing that a function could hold in its hands."""
    found = []
    own = [(name, role.get("Policies", [])) for name, role in of_type(template, "AWS::IAM::Role").items()]
    named = [(name, statement) for name, policies in own for statement in statements(policies)]
    for name, statement in (*named, *allowing(template)):
        if any(action.startswith("kms:") for action in listed(statement["Action"])):
            if "kms:ViaService" not in statement.get("Condition", {}).get("StringEquals", {}):
                found.append(f"{name}: may use the key by itself")
    return found


def queues_are_closed(template: dict) -> list[str]:
    """Nobody speaks to one on an open wire, not even when its stack is gone."""
    found = []
    policies = of_type(template, "AWS::SQS::QueuePolicy")
    for name in of_type(template, "AWS::SQS::Queue"):
        own = {key: policy for key, policy in policies.items() if {"Ref": name} in policy["Queues"]}
        if not any(refuses_plain_text(statement) for policy in own.values() for statement in policy["PolicyDocument"]["Statement"]):
            found.append(f"{name}: may be spoken to without TLS")
        kept = {template["Resources"][key].get("DeletionPolicy") for key in own}
        if name not in WITHOUT_EVENTS and kept != {"RetainExceptOnCreate"}:
            found.append(f"{name}: is kept when its policy goes")
    return found


def allowing(template: dict) -> Iterator[tuple[str, dict]]:
    """What policies that are not a role's allow."""
    for type in ("AWS::IAM::ManagedPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, policy in of_type(template, type).items():
            for statement in policy["PolicyDocument"]["Statement"]:
                statement = statement["Fn::If"][1] if "Fn::If" in statement else statement
                if statement["Effect"] == "Allow":
                    yield name, statement


def refuses_plain_text(statement: dict) -> bool:
    return statement.get("Effect") == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}


NO_RESOURCE_LEVEL = {"secretsmanager:ListSecrets"}

RULES: tuple[Rule, ...] = (roles_are_narrow, policies_are_narrow, keys_are_used_through_services, queues_are_closed)
