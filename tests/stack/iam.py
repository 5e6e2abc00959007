"""Rules about permissions: roles, resource policies and the key."""

import re
from collections.abc import Iterator

from queries import Rule, as_list, of_type, plain, references, statements
from queues import WITHOUT_EVENTS


def roles_are_narrow(template: dict) -> list[str]:
    """No action and no resource is a wildcard, except where AWS has no resource-level permissions."""
    found = []
    for name, role in of_type(template, "AWS::IAM::Role").items():
        if role.get("ManagedPolicyArns") and name != "ApiGatewayAccountRole":
            found.append(f"{name}: has managed policies")
        for statement in statements(role.get("Policies", [])):
            actions = as_list(statement["Action"]) if statement["Effect"] == "Allow" else []
            found += [f"{name}: allows {action}" for action in actions if "*" in action]
            if "*" in as_list(statement["Resource"]):
                found += [f"{name}: allows {action} on *" for action in actions if action not in NO_RESOURCE_LEVEL]
        for trust in role["AssumeRolePolicyDocument"]["Statement"]:
            if list(trust["Principal"]) != ["Service"]:
                found.append(f"{name}: may be assumed by {trust['Principal']}")
            elif trust["Principal"]["Service"] in NAMES_ITS_ACCOUNT and trust.get("Condition") != OWN_ACCOUNT:
                found.append(f"{name}: may be assumed for another account")
    return found


def roles_fit_an_enterprise(template: dict) -> list[str]:
    """Where a policy demands a permissions boundary or a path, a role without it cannot be created."""
    found = []
    for type in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
        for name, entity in of_type(template, type).items():
            if entity.get("Path") != {"Ref": "RolePath"}:
                found.append(f"{name}: ignores RolePath")
            if type == "AWS::IAM::Role" and entity.get("PermissionsBoundary") != BOUNDARY:
                found.append(f"{name}: ignores PermissionsBoundaryArn")
    return found


def secrets_belong_to_one_stack(template: dict) -> list[str]:
    """By default the stack's name begins their names, and IAM refuses a secret with the tag of another stack."""
    found = []
    for function in of_type(template, "AWS::Lambda::Function").values():
        if function["Environment"]["Variables"]["HOOKPOST_SECRET_PREFIX"] != PREFIX:
            found.append(f"{function['FunctionName']}: shares the secrets of other stacks")
    for name, statement in secret_statements(template):
        found += [f"{name}: names {secret}" for secret in as_list(statement["Resource"]) if not is_of_the_stack(secret)]
        tag = statement.get("Condition", {}).get("StringEqualsIfExists", {}).get("aws:ResourceTag/hookpost:stack")
        if tag != {"Ref": "AWS::StackName"} and statement["Action"] != "secretsmanager:DescribeSecret":
            found.append(f"{name}: {statement['Sid']} applies to the secrets of other stacks")
    return found


def is_of_the_stack(secret: object) -> bool:
    """Whether the name is in the folder of the stack, or that of an operator's token: not `hookpost-patroni`."""
    match secret:
        case {"Fn::Sub": [text, {"Prefix": prefix}]}:
            return prefix == PREFIX and re.search(r":secret:\$\{Prefix\}(/|-pat$|-pat-\*$)", text) is not None
    return False


def deleted_secrets_can_be_restored(template: dict) -> list[str]:
    return [
        f"{name}: may delete secrets without a recovery window"
        for name, statement in secret_statements(template)
        if "secretsmanager:DeleteSecret" in as_list(statement["Action"])
        and statement["Condition"].get("BoolIfExists") != {"secretsmanager:ForceDeleteWithoutRecovery": "false"}
    ]


def secret_statements(template: dict) -> Iterator[tuple[str, dict]]:
    """What roles may do with secrets, apart from listing them."""
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in statements(role.get("Policies", [])):
            actions = as_list(statement["Action"])
            if actions[0].startswith("secretsmanager:") and actions != ["secretsmanager:ListSecrets"]:
                yield name, statement


def network_is_for_lambda_only(template: dict) -> list[str]:
    """Lambda creates network interfaces with a function's role. The function itself may not."""
    found = []
    arns = [{"Fn::Sub": FUNCTION_ARN + name} for name in IN_VPC.values()]
    for name, role in of_type(template, "AWS::IAM::Role").items():
        allowed, denied = set(), set()
        for policy in role.get("Policies", []):
            for statement in statements([policy]):
                actions = {action for action in as_list(statement["Action"]) if action.startswith("ec2:")}
                if actions and policy.get("Fn::If", [""])[0] != "HasVpc":
                    found.append(f"{name}: may use the network without a VPC")
                if statement["Effect"] == "Allow":
                    allowed |= actions
                elif statement.get("Condition") == {"ArnEquals": {"lambda:SourceFunctionArn": arns}}:
                    denied |= actions
        if allowed != denied or bool(allowed) != (name in IN_VPC):
            found.append(f"{name}: its function may do {sorted(allowed - denied)}")
    return found


def policies_are_narrow(template: dict) -> list[str]:
    """The same for policies that are not a role's: of queues, the topic and functions, for consumers and operators."""
    found = []
    for name, statement in allow_statements(template):
        found += [f"{name}: allows {action}" for action in as_list(statement["Action"]) if "*" in action]
        if "*" in as_list(statement.get("Resource", [])):
            actions = as_list(statement["Action"])
            found += [f"{name}: allows {action} on *" for action in actions if action not in NO_RESOURCE_LEVEL]
        if is_open(statement):
            found.append(f"{name}: allows anyone")
    for name, permission in of_type(template, "AWS::Lambda::Permission").items():
        if "SourceArn" not in permission:
            found.append(f"{name}: allows any account to invoke a function")
        elif "apigateway" in permission["Principal"] and OWN_API not in permission["SourceArn"]["Fn::Sub"]:
            found.append(f"{name}: allows another API to invoke a function")
    return found


def is_open(statement: dict) -> bool:
    """Whether anyone may use the statement. Everybody of one organization is not anyone, except in the own account,
    whose roles need no other permission than that of a resource."""
    principal = statement.get("Principal", {})
    condition = statement.get("Condition", {})
    if principal in ("*", {"AWS": "*"}):
        own_account = condition.get("StringNotEquals", {}).get("aws:PrincipalAccount")
        return "aws:PrincipalOrgID" not in condition.get("StringEquals", {}) or own_account != ACCOUNT_ID
    return "Service" in principal and not condition


def consumers_may_do_the_same_everywhere(template: dict) -> list[str]:
    """A consumer in another account has the permissions that ConsumerPolicy gives in this one."""
    own = template["Resources"]["ConsumerPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Action"]
    found = [] if "sqs:GetQueueUrl" in own else ["ConsumerPolicy: a library cannot find the queue by its name"]
    for name, statement in allow_statements(template):
        if name == "EventsQueuePolicy" and statement["Action"] != own:
            found.append(f"{name}: {statement['Sid']} allows {statement['Action']}")
    return found


def operators_may_look_and_press(template: dict) -> list[str]:
    """An operator reads what the dashboard shows, and acts by invoking setup and watch only."""
    own = template["Resources"]["OperatorPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = {action: as_list(each["Resource"]) for each in own for action in as_list(each["Action"])}
    found = [f"OperatorPolicy: allows {action}" for action in allowed if action not in OF_OPERATORS]
    found += [f"OperatorPolicy: does not allow {action}" for action in OF_OPERATORS if action not in allowed]
    found += [
        f"OperatorPolicy: allows {action} on {allowed[action]}, not on {resources}"
        for action, resources in OF_OPERATORS.items()
        if action in allowed and [plain(each) for each in allowed[action]] != resources
    ]
    return found


def key_is_used_through_services(template: dict) -> list[str]:
    """The operator's key decrypts only through SQS and Secrets Manager, never data that a function holds."""
    roles = of_type(template, "AWS::IAM::Role").items()
    of_roles = [(name, each) for name, role in roles for each in statements(role.get("Policies", []))]
    found = []
    for name, statement in (*of_roles, *allow_statements(template)):
        uses_key = any(action.startswith("kms:") for action in as_list(statement["Action"]))
        services = [each.get("kms:ViaService") for each in statement.get("Condition", {}).values()]
        if uses_key and not any(services):
            found.append(f"{name}: may use the key directly")
        # AWS sets the value, and its domain differs between partitions, not always as AWS::URLSuffix does.
        if any("AWS::URLSuffix" in references(service) for service in services):
            found.append(f"{name}: cannot use the key in every partition")
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


NO_RESOURCE_LEVEL = {
    "secretsmanager:ListSecrets",
    "sts:GetWebIdentityToken",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    # It has one, but with less than `*` it leaves out composite alarms.
    "cloudwatch:DescribeAlarms",
    "logs:GetQueryResults",
    "logs:StopQuery",
}
# What OperatorPolicy allows, and for what.
OF_OPERATORS = {
    "cloudwatch:GetDashboard": ["arn:(AWS::Partition):cloudwatch::(AWS::AccountId):dashboard/(Dashboard)"],
    "lambda:InvokeFunction": ["(SetupFunction.Arn)", "(WatchFunction.Arn)"],
    "logs:StartQuery": ["(CodePushedLogs.Arn)", "(PullRequestLogs.Arn)", "(SetupLogs.Arn)", "(WatchLogs.Arn)"],
    "cloudwatch:DescribeAlarms": ["*"],
    "cloudwatch:GetMetricData": ["*"],
    "cloudwatch:ListMetrics": ["*"],
    "logs:GetQueryResults": ["*"],
    "logs:StopQuery": ["*"],
}
# Services that tell IAM for which account they assume a role. Lambda and API Gateway do not.
NAMES_ITS_ACCOUNT = {"codedeploy.amazonaws.com", "scheduler.amazonaws.com"}
ACCOUNT_ID = {"Ref": "AWS::AccountId"}
OWN_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}
BOUNDARY = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]}
PREFIX = {"Fn::If": ["HasSecretPrefix", {"Ref": "SecretPrefix"}, {"Ref": "AWS::StackName"}]}
# The roles of the functions that may be in a VPC, and the ends of the functions' names.
IN_VPC = {"SetupRole": "-setup", "WatchRole": "-watch"}
FUNCTION_ARN = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}"
OWN_API = "${WebhookApi}/hooks/*/*/"

RULES: tuple[Rule, ...] = (
    roles_are_narrow,
    roles_fit_an_enterprise,
    secrets_belong_to_one_stack,
    deleted_secrets_can_be_restored,
    network_is_for_lambda_only,
    policies_are_narrow,
    consumers_may_do_the_same_everywhere,
    operators_may_look_and_press,
    key_is_used_through_services,
    queues_require_tls,
)
