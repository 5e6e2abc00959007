"""`make verify-aws` finds everything right in a stack that is as its parameters say, and each fault where it is."""

import contextlib
import functools
import io
import itertools
import json
import os
import sys
import unittest
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest import mock

from botocore.stub import Stubber

from account import CODE, STACK, UNUSED, Account, account
from infra.local.emulator import REGION
from infra.local.template import local_template
from infra.verify.__main__ import CHECKS, main
from infra.verify.report import answer
from infra.verify.stack import DeployedStack, find
from infra.verify.webhook import Response

RECEIVER = f"{STACK}-code-pushed"
WATCH_LOG = {"logGroupName": f"/aws/lambda/{STACK}-watch", "logStreamName": "a"}
INTEGRATION_LOG = WATCH_LOG | {"logStreamName": "b"}
KEY = f"arn:aws:kms:{REGION}:123456789012:key/a"
ISSUER = "https://abc123-def456-ghi789-jkl012.tokens.sts.global.api.aws"
# Python, since the emulator runs what a zip has as `bootstrap`.
RUNTIME = """
import os, urllib.request
def run(answer, kind):
    invocation = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
    while True:
        with urllib.request.urlopen(f"{invocation}/next") as request:
            id = request.headers["Lambda-Runtime-Aws-Request-Id"]
        urllib.request.urlopen(f"{invocation}/{id}/{kind}", answer.encode()).close()
"""
UNAUTHORIZED = Response(401, b'{"code":"unauthorized"}')
THROTTLED = Response(503, b'{"code":"gateway_error"}')


def receivers(method: str, url: str, headers: dict[str, str]) -> Response:
    return UNAUTHORIZED if method == "POST" else Response(405, b'{"code":"method_not_allowed"}')


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = account()
        cls.aws = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.aws.create(SecretPrefix="hookpost", RawDeliveries="true")
        cls.stack = find(STACK, functools.cache(cls.aws.client), receivers)
        cls.api = {"restApiId": cls.stack.id("WebhookApi")}
        as_on_aws(cls.aws, cls.api, cls.stack)

    def setUp(self):
        self.right = dict.fromkeys((check.look.__name__ for check in CHECKS), "right") | {"throttling": "not asked"}


class Faults(Case):
    def test_each_fault_is_found_where_it_is(self):
        self.assertEqual(verdicts(self.stack), self.right)
        found = {}
        for name, (service, call, arguments) in self.faults().items():
            getattr(self.aws.client(service), call)(**arguments)
            found[name] = "**wrong**"
            self.assertEqual(verdicts(self.stack), self.right | found)

    def faults(self) -> dict[str, tuple[str, str, dict]]:
        """A call that breaks the stack, by the check that is to find it."""
        slower = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "7"}]
        older = [{"op": "replace", "path": "/securityPolicy", "value": "TLS_1_0"}]
        plain = {"QueueUrl": self.stack.id("CheckpointQueue"), "Attributes": {"SqsManagedSseEnabled": "false"}}
        denied = {"errorType": "FederationDenied", "errorMessage": f"not for {KEY}"}
        foreign = secret("hookpost/fabrikam/webhook", "another")
        return {
            "receivers": ("lambda", "update_function_configuration", {"FunctionName": RECEIVER, "MemorySize": 512}),
            "endpoint": ("apigateway", "update_rest_api", self.api | {"patchOperations": older}),
            "own_answers": ("apigateway", "delete_gateway_response", self.api | {"responseType": "THROTTLED"}),
            "stage": ("apigateway", "update_stage", self.api | {"stageName": "hooks", "patchOperations": slower}),
            "queues": ("sqs", "set_queue_attributes", plain),
            "secrets": ("secretsmanager", "create_secret", foreign),
            "passes": ("logs", "delete_log_stream", WATCH_LOG),
            "setup": ("lambda", "update_function_code", answering(denied, is_error=True)),
            "watch": ("logs", "put_log_events", integration_checked(code="FederationDenied")),
            "alarms": ("cloudwatch", "disable_alarm_actions", {"AlarmNames": [f"{STACK}-watch-stopped"]}),
        }


class WatchPasses(Case):
    def test_passes_are_compared_with_the_schedule_and_the_metric(self):
        old = replace(self.stack, changed=self.stack.changed - timedelta(hours=2))
        for what, more, times, young_is, old_is in (
            ("one pass, counted", log_pass, 0, "right", "**wrong**"),
            ("ten passes, one counted", log_pass, 9, "**wrong**", "**wrong**"),
            ("ten passes, nine counted", count_pass, 8, "right", "right"),
        ):
            with self.subTest(what):
                for _ in range(times):
                    more(self.aws)
                self.assertEqual((verdict("passes", self.stack), verdict("passes", old)), (young_is, old_is))


class Verify(Case):
    def test_parameters_that_did_not_reach_the_stack(self):
        for parameter, value, check in (
            ("MemoryMegabytes", "512", "receivers"),
            ("RequestsBurst", "7", "stage"),
            ("AccessLogs", "true", "stage"),
            ("KmsKeyArn", KEY, "queues"),
        ):
            with self.subTest(parameter):
                stack = replace(self.stack, parameters=self.stack.parameters | {parameter: value})
                self.assertEqual(verdicts(stack), self.right | {check: "**wrong**"})

    def test_each_queue_is_as_the_template_says(self):
        sqs = self.aws.client("sqs")
        for queue, attribute, value in (
            ("EventsQueue", "RedrivePolicy", self.redrive("EventsDeadLetterQueue", receives=50)),
            ("DeliveriesQueue", "RedrivePolicy", self.redrive("DeliveriesDeadLetterQueue", receives=5)),
            ("DeliveriesDeadLetterQueue", "SqsManagedSseEnabled", "false"),
        ):
            with self.subTest(queue):
                url = self.stack.id(queue)
                right = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])["Attributes"]
                sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: value})
                self.assertEqual(verdict("queues", self.stack), "**wrong**")
                sqs.set_queue_attributes(QueueUrl=url, Attributes=right)
                self.assertEqual(verdict("queues", self.stack), "right")

    def test_a_stack_without_raw_deliveries_misses_no_queue(self):
        of_events = {name: each for name, each in self.stack.resources.items() if not name.startswith("DeliveriesQ")}
        without = replace(self.stack, resources=of_events)
        self.assertEqual(verdict("queues", without), "**could not look**")
        off = replace(without, parameters=self.stack.parameters | {"RawDeliveries": "false"})
        self.assertEqual(verdict("queues", off), "right")

    def redrive(self, queue: str, receives: int) -> str:
        arn = {"QueueUrl": self.stack.id(queue), "AttributeNames": ["QueueArn"]}
        target = self.aws.client("sqs").get_queue_attributes(**arn)["Attributes"]["QueueArn"]
        return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": receives})

    def test_an_update_that_failed_or_has_no_way_back(self):
        failed = replace(self.stack, status="UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(verdicts(failed), self.right | {"status": "**wrong**"})
        self.publish("second")
        self.assertEqual(verdict("receivers", self.stack), "right")
        self.aws.client("lambda").delete_function(FunctionName=RECEIVER, Qualifier="1")
        self.assertEqual(verdict("receivers", self.stack), "**wrong**")
        self.publish("third")
        self.assertEqual(verdict("receivers", self.stack), "right")

    def test_a_receiver_that_was_rolled_back_by_hand(self):
        functions = self.aws.client("lambda")
        live = {"FunctionName": "hooks-pull-request", "Name": "live"}
        functions.update_function_configuration(FunctionName=live["FunctionName"], Timeout=9)
        version = functions.publish_version(FunctionName=live["FunctionName"])["Version"]
        for alias, expected in (version, "right"), ("1", "**wrong**"), (version, "right"):
            functions.update_alias(**live, FunctionVersion=alias)
            self.assertEqual(verdict("receivers", self.stack), expected)

    def publish(self, description: str) -> None:
        functions = self.aws.client("lambda")
        functions.update_function_configuration(FunctionName=RECEIVER, Description=description)
        version = functions.publish_version(FunctionName=RECEIVER)["Version"]
        functions.update_alias(FunctionName=RECEIVER, Name="live", FunctionVersion=version)

    def test_answers_of_the_webhooks(self):
        slow = replace(self.stack, parameters=self.stack.parameters | {"RequestsPerSecond": "1", "RequestsBurst": "1"})
        for check, stack, answers, expected in (
            ("refusals", self.stack, [Response(200)], "**wrong**"),
            ("refusals", self.stack, [Response(401, b"by a firewall")], "**wrong**"),
            ("refusals", self.stack, [OSError("no route")], "**could not look**"),
            ("throttling", slow, [UNAUTHORIZED, THROTTLED], "right"),
            ("throttling", slow, [UNAUTHORIZED, THROTTLED, Response(429)], "**wrong**"),
            ("throttling", slow, [UNAUTHORIZED], "**wrong**"),
        ):
            with self.subTest(check, answers=answers):
                send = mock.Mock(side_effect=itertools.cycle(answers))
                self.assertEqual(verdict(check, replace(stack, send=send)), expected)

    def test_a_stack_that_keeps_this_machine_out(self):
        forbidden = mock.Mock(return_value=Response(403, b'{"message":"Forbidden"}'))
        slow = {"RequestsPerSecond": "1", "RequestsBurst": "1"}
        for hardening, expected in (
            ({}, "**wrong**"),
            ({"AllowedCidrs": "40.74.28.0/23"}, "not asked"),
            ({"WebAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b"}, "not asked"),
        ):
            stack = replace(self.stack, parameters=self.stack.parameters | slow | hardening, send=forbidden)
            for check in "refusals", "throttling":
                with self.subTest(check, **hardening):
                    self.assertEqual(verdict(check, stack), expected)

    def test_what_setup_answers_about_who_it_is(self):
        for changes, expected in (
            ({}, "right"),
            ({"issuer": None, "audience": None}, "not asked"),
            ({"issuer": "https://sts.amazonaws.com"}, "**wrong**"),
            ({"audience": "api://another"}, "**wrong**"),
            ({"subjects": {"setup": KEY, "watch": KEY}}, "**wrong**"),
            ({"warnings": ["AWS names the role of `setup` `a`, and the stack `b`"]}, "**wrong**"),
        ):
            with self.subTest(changes=changes):
                self.aws.client("lambda").update_function_code(**answering(identity(self.stack, **changes)))
                self.assertEqual(verdict("setup", self.stack), expected)

    def test_setup_may_not_be_invoked(self):
        client = self.aws.client("lambda")
        answers = {"AccessDeniedException": "not asked", "TooManyRequestsException": "**could not look**"}
        for code, expected in answers.items():
            with self.subTest(code), Stubber(client) as stub:
                stub.add_client_error("invoke", code)
                self.assertEqual(verdict("setup", replace(self.stack, client=lambda _: client)), expected)

    def test_watch_that_checks_no_integration(self):
        stack = replace(self.stack, name="another")
        self.aws.client("logs").create_log_group(logGroupName="/aws/lambda/another-watch")
        self.assertEqual(verdict("watch", stack), "not asked")

    def test_a_raised_composite_alarm_and_a_rotation_that_did_not_end(self):
        alarm = {"AlarmName": "at-risk", "StateValue": "ALARM", "ActionsEnabled": True}
        versions = {32 * "a": ["AWSCURRENT"], 32 * "b": ["AWSPENDING"]}
        tags = [{"Key": "hookpost:stack", "Value": STACK}]
        stubbed = {
            "cloudwatch": ("describe_alarms", {"CompositeAlarms": [alarm]}),
            "secretsmanager": ("list_secrets", {"SecretList": [{"Tags": tags, "SecretVersionsToStages": versions}]}),
        }
        stack = replace(self.stack, resources={"AtRisk": ("AWS::CloudWatch::CompositeAlarm", "at-risk")})
        for check, (service, (call, response)) in zip(("alarms", "secrets"), stubbed.items(), strict=True):
            client = self.aws.client(service)
            with self.subTest(check), Stubber(client) as stub:
                stub.add_response(call, response)
                self.assertEqual(verdict(check, replace(stack, client=lambda _, one=client: one)), "**wrong**")

    def test_the_report_can_be_published_and_the_exit_status_used(self):
        status, report = self.run_main()
        self.assertFalse(status)
        self.assertEqual(report.count("| right |"), len(CHECKS) - 1)
        denied = OSError(
            f"jane@example.com must not reach {self.stack.outputs['WebhookBaseUrl']} as {KEY} of 123456789012"
        )
        status, report = self.run_main(mock.Mock(side_effect=denied))
        self.assertTrue(status)
        self.assertIn("… must not reach … as … of …", report)
        self.assertNotIn(self.api["restApiId"], report)
        status, report = self.run_main(stack="missing")
        self.assertRegex(status, "^hookpost: Cannot read the stack missing. Check STACK, REGION and your credentials")

    def run_main(self, send=receivers, stack: str = STACK) -> tuple[str | bool, str]:
        """What `make verify-aws` returns and prints."""
        environment = {
            "AWS_ENDPOINT_URL": self.aws.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
        }
        with (
            mock.patch.dict(os.environ, environment, clear=True),
            mock.patch.object(sys, "argv", ["verify", "--stack", stack, "--region", REGION]),
            mock.patch("infra.verify.__main__.send", send),
            contextlib.redirect_stdout(io.StringIO()) as report,
        ):
            return main(), report.getvalue()


def verdicts(stack: DeployedStack) -> dict[str, str]:
    return {check.look.__name__: answer(check, stack).verdict for check in CHECKS}


def verdict(name: str, stack: DeployedStack) -> str:
    return next(answer(check, stack).verdict for check in CHECKS if check.look.__name__ == name)


def as_on_aws(aws: Account, api: dict[str, str], stack: DeployedStack) -> None:
    """Adds what the emulator does not take from the template, a pass of watch, an integration, and answers of setup."""
    properties = local_template(CODE, UNUSED)["Resources"]["WebhookApi"]["Properties"]
    gateway = aws.client("apigateway")
    for type, response in properties["DefinitionBody"]["x-amazon-apigateway-gateway-responses"].items():
        gateway.put_gateway_response(**api, responseType=type, statusCode=str(response["statusCode"]))
    for name in ("SecurityPolicy", "EndpointAccessMode"):
        path = f"/{name[0].lower()}{name[1:]}"
        gateway.update_rest_api(**api, patchOperations=[{"op": "replace", "path": path, "value": properties[name]}])
    aws.client("logs").create_log_stream(**WATCH_LOG)
    log_pass(aws)
    count_pass(aws)
    aws.client("secretsmanager").create_secret(**secret("hookpost/contoso/webhook", STACK))
    aws.client("logs").create_log_stream(**INTEGRATION_LOG)
    aws.client("logs").put_log_events(**integration_checked())
    aws.client("lambda").update_function_code(**answering(identity(stack)))


def identity(stack: DeployedStack, **changes) -> dict:
    """What setup answers about who it is."""
    subjects = {"setup": stack.outputs["SetupRoleArn"], "watch": stack.outputs["WatchRoleArn"]}
    audience = stack.parameters["EntraAudience"]
    known = {"action": "identity", "issuer": ISSUER, "audience": audience, "subjects": subjects}
    return {name: value for name, value in (known | changes).items() if value is not None}


def answering(answer: dict, is_error: bool = False) -> dict:
    """Code of setup that answers everything so, by the runtime API of Lambda."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        kind = "error" if is_error else "response"
        file.writestr("bootstrap", f"#!{sys.executable}\n{RUNTIME}run({json.dumps(answer)!r}, {kind!r})\n")
    return {"FunctionName": f"{STACK}-setup", "ZipFile": package.getvalue()}


def integration_checked(**fields: str) -> dict:
    line = json.dumps({"event": "integration_checked", "integration": "contoso"} | fields)
    now = int(datetime.now(timezone.utc).timestamp() * 1000)
    return INTEGRATION_LOG | {"logEvents": [{"timestamp": now, "message": line}]}


def log_pass(aws: Account) -> None:
    line = {"timestamp": int(ten_minutes_ago().timestamp() * 1000), "message": json.dumps({"event": "pass_completed"})}
    aws.client("logs").put_log_events(**WATCH_LOG, logEvents=[line])


def count_pass(aws: Account) -> None:
    # Not 0: the emulator's alarms sum the values of a metric where those of AWS count them.
    value = {"MetricName": "WatchFailureAge", "Value": 1, "Timestamp": ten_minutes_ago()}
    aws.client("cloudwatch").put_metric_data(Namespace=f"Hookpost/{STACK}", MetricData=[value])


def ten_minutes_ago() -> datetime:
    return datetime.now(timezone.utc) - timedelta(minutes=10)


def secret(name: str, stack: str) -> dict:
    return {"Name": name, "SecretString": "hunter2", "Tags": [{"Key": "hookpost:stack", "Value": stack}]}


if __name__ == "__main__":
    unittest.main()
