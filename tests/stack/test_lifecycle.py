"""Queues with their messages, and secrets, outlive an update and the deletion of the stack."""

import json
import unittest

from account import STACK, account
from infra.local.emulator import REGION
from test_template import EVERYTHING

# The stack's name begins the names of its secrets.
SECRET = f"{STACK}/contoso/webhook"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11"


class Lifecycle(unittest.TestCase):
    def test_an_update_keeps_the_queues_and_reaches_the_alias(self):
        with account() as aws:
            before = aws.create()
            self.send(aws, before)
            after = aws.update(DeadlineMilliseconds="3000", MemoryMegabytes="512", SilenceHours="24")
            for output in ("EventsQueueUrl", "EventsDeadLetterQueueUrl", "QuarantineQueueUrl", "WebhookBaseUrl"):
                self.assertEqual(before[output], after[output])
            self.assertEqual(self.waiting(aws, after), ["kept"])
            # The alias, which API Gateway invokes.
            alias = {"FunctionName": f"{STACK}-code-pushed", "Qualifier": "live"}
            live = aws.client("lambda").get_function_configuration(**alias)
            self.assertEqual(live["MemorySize"], 512)
            self.assertEqual(live["Environment"]["Variables"]["HOOKPOST_DEADLINE_MILLISECONDS"], "3000")
            self.assertEqual(live["Environment"]["Variables"]["HOOKPOST_SECRET_PREFIX"], STACK)

    def test_every_option_works_together(self):
        """All but two that the emulator does not have: FIPS endpoints in its Region, and WAF."""
        options = EVERYTHING | {"FipsEndpoints": "false", "WebAclArn": ""}
        with account() as aws:
            outputs = aws.create(**options)
            self.assertEqual(outputs["WebhookBaseUrl"], "https://hooks.example.com/hooks")
            self.assertIn(":policy/teams/hookpost/", outputs["ConsumerPolicyArn"])
            bundles = {
                function["FunctionName"]: function["Environment"]["Variables"].get("HOOKPOST_CA_BUNDLE")
                for function in aws.client("lambda").list_functions()["Functions"]
            }
            self.assertEqual(
                bundles,
                {
                    f"{STACK}-code-pushed": None,
                    f"{STACK}-pull-request": None,
                    f"{STACK}-setup": "/opt/ca.pem",
                    f"{STACK}-watch": "/opt/ca.pem",
                },
            )

    def test_a_key_is_switched_on_and_off_later(self):
        with account() as aws:
            outputs = aws.create()
            self.assertEqual(self.encryption(aws, outputs), ("true", None))
            self.send(aws, outputs)
            self.assertEqual(self.encryption(aws, aws.update(KmsKeyArn=KEY)), ("false", KEY))
            self.assertEqual(self.encryption(aws, aws.update(KmsKeyArn="")), ("true", None))
            self.assertEqual(self.waiting(aws, outputs), ["kept"])

    def test_a_deleted_stack_leaves_queues_and_secrets_and_can_be_recreated(self):
        with account() as aws:
            first = aws.create()
            self.send(aws, first)
            secrets = aws.client("secretsmanager")
            secrets.create_secret(Name=SECRET, SecretString=json.dumps({"password": "kept"}))
            aws.delete()
            self.assertEqual(self.waiting(aws, first), ["kept"])
            kept = secrets.get_secret_value(SecretId=SECRET)["SecretString"]
            self.assertEqual(json.loads(kept), {"password": "kept"})
            functions = aws.client("lambda").list_functions()["Functions"]
            self.assertEqual([function["FunctionName"] for function in functions], [])
            # On AWS the new queues have new names. The emulator creates the same names again.
            self.assertIn("EventsQueueUrl", aws.create())

    def test_full_metrics_exist_only_on_request(self):
        with account() as aws:
            aws.create()
            basic = self.metric_filters(aws)
            self.assertNotIn("Queued", basic)
            aws.update(Metrics="full")
            full = self.metric_filters(aws)
            self.assertLess(set(basic) | {"Queued", "Deliveries", "EventsReconstructed"}, set(full))
            aws.update(Metrics="basic")
            self.assertEqual(self.metric_filters(aws), basic)

    def test_raw_deliveries_are_switched_on_and_off_later(self):
        with account() as aws:
            self.assertNotIn("DeliveriesQueueUrl", aws.create())
            without = self.dashboard(aws), self.variables(aws)
            outputs = aws.update(RawDeliveries="true")
            queue = outputs["DeliveriesQueueUrl"]
            *others, graph = self.dashboard(aws)
            self.assertEqual(others, without[0])
            names = [metric[metric.index("QueueName") + 1] for metric in graph["properties"]["metrics"]]
            dead_letter_queue = outputs["DeliveriesDeadLetterQueueArn"].rsplit(":", 1)[1]
            self.assertEqual(set(names), {queue.rsplit("/", 1)[1], dead_letter_queue})
            variables = self.variables(aws)
            self.assertEqual({each.pop("HOOKPOST_DELIVERIES_QUEUE_URL") for each in variables.values()}, {queue})
            self.assertEqual(variables, without[1])
            kept = outputs | {"EventsQueueUrl": queue}
            self.send(aws, kept)
            self.assertNotIn("DeliveriesQueueUrl", aws.update(RawDeliveries="false"))
            self.assertEqual((self.dashboard(aws), self.variables(aws)), without)
            self.assertEqual(self.waiting(aws, kept), ["kept"])

    def dashboard(self, aws) -> list[dict]:
        """The widgets."""
        body = aws.client("cloudwatch").get_dashboard(DashboardName=f"{STACK}-{REGION}")["DashboardBody"]
        return json.loads(body)["widgets"]

    def variables(self, aws) -> dict[str, dict[str, str]]:
        """The environment of each function."""
        functions = aws.client("lambda").list_functions()["Functions"]
        return {each["FunctionName"]: each["Environment"]["Variables"] for each in functions}

    def encryption(self, aws, outputs: dict[str, str]) -> tuple[str | None, str | None]:
        """Whether SQS encrypts the events by itself, and the key with which it does otherwise."""
        attributes = aws.client("sqs").get_queue_attributes(
            QueueUrl=outputs["EventsQueueUrl"], AttributeNames=["SqsManagedSseEnabled", "KmsMasterKeyId"]
        )["Attributes"]
        return attributes.get("SqsManagedSseEnabled"), attributes.get("KmsMasterKeyId")

    def metric_filters(self, aws) -> list[str]:
        found = aws.client("logs").describe_metric_filters()["metricFilters"]
        return sorted(each["metricTransformations"][0]["metricName"] for each in found)

    def send(self, aws, outputs: dict[str, str]) -> None:
        message = {"MessageBody": "kept", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
        aws.client("sqs").send_message(QueueUrl=outputs["EventsQueueUrl"], **message)

    def waiting(self, aws, outputs: dict[str, str]) -> list[str]:
        received = aws.client("sqs").receive_message(QueueUrl=outputs["EventsQueueUrl"], VisibilityTimeout=0)
        return [message["Body"] for message in received.get("Messages", [])]


if __name__ == "__main__":
    unittest.main()
