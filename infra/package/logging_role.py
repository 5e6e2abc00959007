"""The role with which API Gateway writes logs. A Region has one for all APIs of the account, so a stack that makes its
own takes away that of others.
"""

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.errors import UserError
from infra.package.answers import Answers

PARAMETER = "CreateApiGatewayAccountRole"
ROLE = "ApiGatewayAccountRole"


def check_logging_role(answers: Answers, *, may_be_replaced: bool) -> None:
    """Fails if the deployment would replace a role that is there. Where the SAM CLI has yet to ask for the parameter,
    it says what to answer.
    """
    session = boto3.Session(region_name=answers.region)
    if may_be_replaced or not session.region_name:
        return
    if not answers.stack:
        advise(session)
    elif answers.parameters.get(PARAMETER) == "true" and not has_own_role(session, answers.stack):
        refuse(session, answers)


def advise(session: boto3.Session) -> None:
    try:
        role = role_of_region(session)
    except (BotoCoreError, ClientError):
        return
    if role:
        print(f"In {session.region_name}, API Gateway logs with {role}: leave {PARAMETER} false.\n", flush=True)


def refuse(session: boto3.Session, answers: Answers) -> None:
    anyway = "If it may be replaced, run `make deploy REPLACE_LOGGING_ROLE=1`."
    try:
        role = role_of_region(session)
    except (BotoCoreError, ClientError) as error:
        raise UserError(
            f"AWS does not say whether API Gateway has a role for its logs in {session.region_name}, which {PARAMETER} "
            f"would replace: {error}\nAllow yourself apigateway:GET on /account. {anyway}"
        ) from error
    if role:
        raise UserError(
            f"{PARAMETER} is true, and in {session.region_name} API Gateway already logs with {role}. This stack would "
            f"replace it for every API of the Region. Delete {PARAMETER} from parameter_overrides of {answers.file}: "
            f"the access logs work with the role that is there. {anyway}"
        )


def role_of_region(session: boto3.Session) -> str | None:
    """Its ARN; none in an account that never had one in this Region."""
    return session.client("apigateway").get_account().get("cloudwatchRoleArn") or None


def has_own_role(session: boto3.Session, stack: str) -> bool:
    """Whether the stack made the role earlier. Then a deployment leaves the setting as it is."""
    try:
        session.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=ROLE)
    except (BotoCoreError, ClientError):
        return False
    return True
