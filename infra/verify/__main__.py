"""Command line of the verification."""

import argparse
import sys

import boto3

from infra.local.errors import UserError
from infra.verify import federation, gateway, resources
from infra.verify.report import Check, answer, markdown, publishable
from infra.verify.stack import find
from infra.verify.webhook import send

CHECKS = (
    Check("Did the last update succeed?", "cloudformation describe-stacks", resources.status),
    Check("Are the newest receivers live?", "lambda get-function-configuration, list-versions", resources.receivers),
    Check("Does the gateway refuse TLS before 1.2?", "apigateway get-rest-api", gateway.endpoint),
    Check("Are the gateway's own errors 503?", "apigateway get-gateway-responses", gateway.own_answers),
    Check("Is the stage set as the parameters say?", "apigateway get-stage", gateway.stage),
    Check("Are unauthenticated requests refused by the receivers?", "requests to the webhooks", gateway.refusals),
    Check("Are throttled requests answered 503?", "requests to the webhooks", gateway.throttling),
    Check("Are the queues set as the parameters say?", "sqs get-queue-attributes", resources.queues),
    Check("Are the secrets this stack's, and settled?", "secretsmanager list-secrets", resources.secrets),
    Check("Does watch run, and is it measured?", "logs, cloudwatch get-metric-statistics", resources.passes),
    Check("Does STS prove who setup is?", "lambda invoke setup, identity", federation.setup),
    Check("Is no integration refused by STS?", "logs filter-log-events", federation.watch),
    Check("Are the alarms on and quiet?", "cloudwatch describe-alarms", resources.alarms),
)


def main() -> str | bool:
    """Returns an error message, or whether something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m infra.verify", description="Verifies a stack in your account.")
    parser.add_argument("--stack", required=True, help="name of the stack")
    parser.add_argument("--region", help="default: that of your AWS profile")
    arguments = parser.parse_args()
    session = boto3.Session(region_name=arguments.region)
    try:
        stack = find(arguments.stack, session.client, send)
    except UserError as error:
        return f"hookpost: {publishable(str(error))}"
    findings = [answer(check, stack) for check in CHECKS]
    wrong = sum(finding.is_wrong for finding in findings)
    print(f"{session.region_name}: {wrong} of {len(findings)} checks found something that is not as it should be.\n")
    host = stack.outputs["WebhookBaseUrl"].split("/")[2]
    print(markdown(findings, [host, *stack.ids("AWS::ApiGateway::RestApi")]))
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
