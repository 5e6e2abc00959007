"""The real receivers by the template with RawDeliveries, and the real relay by its own template, on the emulators."""

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from samtranslator.yaml_helper import yaml_parse

from account import UNUSED
from infra.local.build import DEFAULT_PROFILE, RELAY, ROOT, as_bootstrap, build, executables
from infra.local.deploy import BUCKET, STACK, Deployment, archive, create_stack, deploy
from infra.local.emulator import Emulator, client, emulator
from infra.local.loopback import Response, request
from infra.local.secrets_manager import secrets_manager
from infra.local.template import ServiceEndpoints, architecture, simplify_alarms
from tools import USER, Tool

TEMPLATE = ROOT / "infra" / "relay" / "template.yaml"
INTEGRATION, WEBHOOK_PASSWORD = "contoso", "of-the-webhooks"
RELAY_STACK = "hookpost-relay"


def source() -> dict:
    """The relay's template as written."""
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class RelayStack:
    aws: Emulator
    secrets: str
    """The endpoint of Secrets Manager."""
    deployment: Deployment

    @property
    def queue(self) -> str:
        """The URL of the queue of raw deliveries."""
        return self.deployment.outputs["DeliveriesQueueUrl"]

    def deliver(self, receiver: str, body: bytes) -> Response:
        """Posts as Azure DevOps does."""
        credentials = base64.b64encode(f":{WEBHOOK_PASSWORD}".encode()).decode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Basic {credentials}"}
        return request("POST", f"{self.deployment.base_url}/{INTEGRATION}/{receiver}", body, headers)

    def remaining(self) -> int:
        """How many deliveries are on the queue, with those that are hidden until their next try."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.aws.client("sqs").get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
        return sum(int(count) for count in counts.values())

    def log_lines(self) -> list[dict]:
        """What the relay itself logged."""
        events = self.aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{RELAY_STACK}")["events"]
        return [json.loads(event["message"]) for event in events if event["message"].startswith("{")]


@contextlib.contextmanager
def raw_deliveries() -> Iterator[RelayStack]:
    """A stack that nothing reads the raw deliveries of."""
    functions = build(DEFAULT_PROFILE).functions
    with secrets_manager() as secrets, emulator() as aws:
        webhook = json.dumps({"password": WEBHOOK_PASSWORD})
        name = f"{STACK}/{INTEGRATION}/webhook"
        client("secretsmanager", secrets).create_secret(Name=name, SecretString=webhook)
        endpoints = ServiceEndpoints(secrets, UNUSED.azure_devops, UNUSED.sts, UNUSED.entra)
        deployment = deploy(aws, functions, endpoints, RawDeliveries="true")
        yield RelayStack(aws, secrets, deployment)


@contextlib.contextmanager
def relay_stack(tools: dict[str, Tool]) -> Iterator[RelayStack]:
    """`tools` has the tool of each preset. A target for each has a secret of its own."""
    relay = executables(["cargo", "build"], "--workspace", "--bin", RELAY, "--profile", DEFAULT_PROFILE)[RELAY]
    with raw_deliveries() as stack:
        aws, deployment = stack.aws, stack.deployment
        stored = client("secretsmanager", stack.secrets)
        aws.client("s3").put_object(Bucket=BUCKET, Key=RELAY, Body=archive(as_bootstrap(RELAY, relay) / "bootstrap"))
        arns = {
            preset: stored.create_secret(
                Name=f"relay/{preset}", SecretString=json.dumps({"user": USER, "password": tool.password})
            )["ARN"]
            for preset, tool in tools.items()
        }
        targets = [
            {"url": tool.url(f"/{preset}"), "preset": preset, "credentialsSecretId": arns[preset]}
            for preset, tool in tools.items()
        ]
        parameters = {
            name: deployment.outputs[name] for name in ("DeliveriesQueueArn", "DeliveriesQueueUrl", "AlarmTopicArn")
        }
        parameters |= {
            "CodeBucket": BUCKET,
            "CodeKey": RELAY,
            "Targets": json.dumps({"targets": targets}),
            "CredentialsSecretArns": ",".join(arns.values()),
            "Architecture": architecture(),
        } | network(aws)
        create_stack(aws, RELAY_STACK, for_the_emulator(stack.secrets), parameters)
        yield stack


def for_the_emulator(secrets_endpoint: str) -> dict:
    """The template, where Secrets Manager is a second emulator, alarms have no metric math and queues no TLS."""
    template = source()
    simplify_alarms(template)
    del template["Parameters"]["DeliveriesQueueUrl"]["AllowedPattern"]
    variables = template["Resources"]["RelayFunction"]["Properties"]["Environment"]["Variables"]
    variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = secrets_endpoint
    return template


def network(aws: Emulator) -> dict[str, str]:
    """A subnet and a security group of the account's default VPC."""
    ec2 = aws.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.describe_security_groups()["SecurityGroups"][0]
    return {"SubnetIds": subnet["SubnetId"], "SecurityGroupIds": group["GroupId"]}
