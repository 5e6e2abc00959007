"""Queues with their messages, and secrets, outlive an update and the deletion of the stack."""

import json
import unittest

from account import STACK, account


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

    def test_a_deleted_stack_leaves_queues_and_secrets_and_can_be_recreated(self):
        with account() as aws:
            first = aws.create()
            self.send(aws, first)
            secrets = aws.client("secretsmanager")
            secrets.create_secret(Name="hookpost/contoso/webhook", SecretString=json.dumps({"password": "kept"}))
            aws.delete()
            self.assertEqual(self.waiting(aws, first), ["kept"])
            kept = secrets.get_secret_value(SecretId="hookpost/contoso/webhook")["SecretString"]
            self.assertEqual(json.loads(kept), {"password": "kept"})
            functions = aws.client("lambda").list_functions()["Functions"]
            self.assertEqual([function["FunctionName"] for function in functions], [])
            # On AWS the new queues have new names. The emulator creates the same names again.
            self.assertIn("EventsQueueUrl", aws.create())

    def test_metrics_by_integration_exist_only_on_request(self):
        with account() as aws:
            aws.create()
            self.assertEqual(self.metric_filters(aws), [])
            aws.update(MetricsByIntegration="true")
            measured = ["Queued", "Queued", "SubscriptionsNotDelivering", "TokenDaysLeft", "WatchFailureAge"]
            self.assertEqual(self.metric_filters(aws), measured)
            aws.update(MetricsByIntegration="false")
            self.assertEqual(self.metric_filters(aws), [])

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
