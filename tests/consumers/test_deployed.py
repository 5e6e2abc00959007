"""The Lambda consumer, deployed to an emulator, handles every event once and in order, and knows the late ones."""

import io
import json
import time
import unittest
import zipfile
from collections import defaultdict

from samtranslator.yaml_helper import yaml_parse

from account import BRANCH, EXAMPLES, UNREADABLE, Account, account, deployed, golden, overtaken, pushes
from infra.local.emulator import REGION


class Deployed(unittest.TestCase):
    def test_the_lambda_consumer_handles_every_event_once_in_order(self):
        events = golden() + overtaken()
        with account(visibility_seconds=0) as aws:
            aws.send_unreadable("a-group-of-its-own")
            deploy(aws, "lambda/template.yaml", code=zipped("handler.py"))
            aws.send(events)
            lines = self.printed(aws, len(events))
            groups = {event["id"]: event["partitionkey"] for event in events}
            handled = [{"id": line["id"], "partitionkey": groups[line["id"]]} for line in lines]
            self.assertEqual(by_group(handled), by_group(events))
            self.assertEqual([line["id"] for line in lines if line["late"]], ["push-2"])
            self.assertEqual(deployed(lines)[BRANCH], "push-3")
            self.wait_until_empty(aws)
            self.assertEqual(aws.dead_letters(), [UNREADABLE])

    def test_a_poisoned_message_costs_one_dead_letter_and_no_good_event(self):
        events = pushes(9)
        with account(visibility_seconds=0) as aws:
            aws.send_unreadable(events[0]["partitionkey"])
            aws.send(events)
            deploy(aws, "lambda/template.yaml", code=zipped("handler.py"))
            self.wait_until_empty(aws)
            self.assertEqual(aws.dead_letters(), [UNREADABLE])
            self.assertEqual([line["id"] for line in printed(aws)], [event["id"] for event in events])

    def wait_until_empty(self, aws: Account) -> None:
        """Returns when the queue is empty, which the unreadable message delays by its five receives."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while aws.remaining():
            self.assertLess(time.monotonic(), deadline, "a message stays on the queue")

    def printed(self, aws: Account, count: int) -> list[dict]:
        """The lines of the function, once there are so many."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while len(found := printed(aws)) < count:
            self.assertLess(time.monotonic(), deadline, "not every event was handled")
        return found


def printed(aws: Account) -> list[dict]:
    logs = aws.emulator.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    lines = [line["message"] for name in groups for line in logs.filter_log_events(logGroupName=name)["events"]]
    return [json.loads(line) for line in lines if line.startswith('{"id"')]


def by_group(events: list[dict]) -> dict[str, list[str]]:
    ids = defaultdict(list)
    for event in events:
        ids[event["partitionkey"]].append(event["id"])
    return dict(ids)


def zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(EXAMPLES / "lambda" / name, name)
    return content.getvalue()


def deploy(aws: Account, file: str, code: bytes | None = None, **parameters: str) -> None:
    template = yaml_parse((EXAMPLES / file).read_text(encoding="utf-8"))
    if code is not None:
        s3 = aws.emulator.client("s3")
        s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket="code", Key="consumer", Body=code)
        template["Resources"]["Consumer"]["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "consumer"}
    given = {"EventsQueueArn": aws.arn(aws.queue)} | parameters
    cloudformation = aws.emulator.client("cloudformation")
    cloudformation.create_stack(
        StackName="consumer",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="consumer", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


DEADLINE_SECONDS = 60

if __name__ == "__main__":
    unittest.main()
