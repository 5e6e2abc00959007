"""A stack is changed and goes; queues, what is in them, and secrets stay."""

import json
import unittest

from account import STACK, account


class Lifecycle(unittest.TestCase):
    def test_an_update_keeps_queues_and_reaches_the_alias(self):
        with account() as aws:
            before = aws.create()
            self.send(aws, before)
            after = aws.update(DeadlineMilliseconds="3000", MemoryMegabytes="512", SilenceHours="24")
            for output in ("EventsQueueUrl", "EventsDeadLetterQueueUrl", "QuarantineQueueUrl", "WebhookBaseUrl"):
                self.assertEqual(before[output], after[output])
            self.assertEqual(self.waiting(aws, after), ["kept"])
            # What the gateway calls, not what the console shows first.
            live = aws.client("lambda").get_function_configuration(FunctionName=f"{STACK}-code-pushed", Qualifier="live")
            self.assertEqual(live["MemorySize"], 512)
            self.assertEqual(live["Environment"]["Variables"]["HOOKPOST_DEADLINE_MILLISECONDS"], "3000")

    def test_a_deleted_stack_leaves_queues_and_secrets_and_can_be_made_again(self):
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
            self.assertEqual([one["FunctionName"] for one in functions], [])
            # On AWS the new queues have new names; the emulator makes the same ones again.
            self.assertIn("EventsQueueUrl", aws.create())

    def send(self, aws, outputs: dict[str, str]) -> None:
        message = {"MessageBody": "kept", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
        aws.client("sqs").send_message(QueueUrl=outputs["EventsQueueUrl"], **message)

    def waiting(self, aws, outputs: dict[str, str]) -> list[str]:
        received = aws.client("sqs").receive_message(QueueUrl=outputs["EventsQueueUrl"], VisibilityTimeout=0)
        return [message["Body"] for message in received.get("Messages", [])]


if __name__ == "__main__":
    unittest.main()
