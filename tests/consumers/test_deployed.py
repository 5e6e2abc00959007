"""The Lambda consumer, deployed to an emulator and fed."""

import io
import json
import time
import unittest
import zipfile
from collections import defaultdict

from account import POISON, SNIPPETS, Account, account, golden
from infra.local.emulator import REGION
from samtranslator.yaml_helper import yaml_parse


class Deployed(unittest.TestCase):
    def test_lambda(self):
        events = golden()
        with account(visibility_seconds=0) as aws:
            aws.poison("a-group-of-its-own")
            deploy(aws, "lambda/template.yaml", code=zipped("handler.py"))
            aws.send(events)
            handled = self.handled(aws, len(events))
            self.assertEqual(handled, by_group(events))
            self.empty(aws)
            self.assertEqual(aws.dead_letters(), [POISON])

    def empty(self, aws: Account) -> None:
        """Returns once the queue is, which takes as many tries as a message has before it is put aside."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while aws.left():
            self.assertLess(time.monotonic(), deadline, "something stays on the queue")

    def handled(self, aws: Account, count: int) -> dict[str, list[str]]:
        """What the function printed, by branch and pull request."""
        groups = {event["id"]: event["partitionkey"] for event in golden()}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := printed(aws)) < count:
            self.assertLess(time.monotonic(), deadline, "not everything was handled")
        ids = defaultdict(list)
        for line in found:
            ids[groups[line["id"]]].append(line["id"])
        return dict(ids)


def printed(aws: Account) -> list[dict]:
    logs = aws.local.client("logs")
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
        archive.write(SNIPPETS / "lambda" / name, name)
    return content.getvalue()


def deploy(aws: Account, file: str, code: bytes | None = None, **parameters: str) -> None:
    template = yaml_parse((SNIPPETS / file).read_text(encoding="utf-8"))
    if code is not None:
        s3 = aws.local.client("s3")
        s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket="code", Key="consumer", Body=code)
        template["Resources"]["Consumer"]["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "consumer"}
    given = {"EventsQueueArn": aws.arn(aws.queue), "ConsumerPolicyArn": policy(aws)} | parameters
    formation = aws.local.client("cloudformation")
    formation.create_stack(
        StackName="consumer",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    )
    formation.get_waiter("stack_create_complete").wait(StackName="consumer", WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def policy(aws: Account) -> str:
    """As the Hookpost stack makes it; the emulator does not enforce it."""
    statement = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": aws.arn(aws.queue)}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    made = aws.local.client("iam").create_policy(PolicyName="consume", PolicyDocument=json.dumps(document))
    return made["Policy"]["Arn"]


PATIENCE_SECONDS = 60

if __name__ == "__main__":
    unittest.main()
