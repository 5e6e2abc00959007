"""The functions, deployed to an emulator by the template, do what the loops do, and fail no event but those behind a
failed one of its group."""

import contextlib
import io
import json
import time
import unittest
import zipfile

from samtranslator.yaml_helper import yaml_parse

from account import UNREADABLE, Account, account
from infra.local.consumers import Consumer
from infra.local.emulator import REGION
from languages import consumer
from workload import EXAMPLES, GOLDEN, by_group, expected, of_unknown_type, pushes, workload

DEADLINE_SECONDS = 60


class Deployed(unittest.TestCase):
    def test_python(self):
        self.check("python")

    def test_typescript(self):
        self.check("typescript")

    def test_rust(self):
        self.check("rust")

    def test_go(self):
        self.check("go")

    def check(self, language: str) -> None:
        built = consumer(language)
        with account(visibility_seconds=0) as aws:
            function = deploy(aws, built)
            with self.subTest("a failed event holds back its group and no other"):
                self.assertEqual(failed(aws, function), ["m2", "m4"])
            # The emulator takes a quarter of a second for each event. The loops read those of the server, too.
            events = workload([file for file in GOLDEN if file.parent.name != "server"])
            with self.subTest("every happening is handled once and in order, behind an unreadable message too"):
                aws.send_unreadable(events[0]["partitionkey"])
                aws.send(events)
                self.wait_until_empty(aws)
                lines = [line for line in printed(aws) if line.get("id") not in BATCH]
                handled = [line for line in lines if "id" in line]
                self.assertEqual(by_group(handled, events), by_group(expected(events), events))
                self.assertEqual([line["Type"] for line in lines if "id" not in line], [of_unknown_type()["type"]])
                self.assertEqual(aws.dead_letters(), [UNREADABLE])

    def wait_until_empty(self, aws: Account) -> None:
        """Returns when the queue is empty, which the unreadable message delays by its five receives."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while aws.remaining():
            self.assertLess(time.monotonic(), deadline, "a message stays on the queue")


BATCH = ("batch-1", "batch-3")


def failed(aws: Account, function: str) -> list[str]:
    """The failures of a batch of two groups; in the first one the second message cannot be read."""
    bodies = [json.dumps(pushes(1)[0] | {"id": f"batch-{n}", "partitionkey": f"batch-{n}"}) for n in range(1, 5)]
    bodies[1] = UNREADABLE
    records = [
        {"messageId": f"m{n}", "body": body, "attributes": {"MessageGroupId": group}, "eventSource": "aws:sqs"}
        for n, (body, group) in enumerate(zip(bodies, "aaba", strict=True), start=1)
    ]
    answer = aws.emulator.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"Records": records}))
    failures = json.loads(answer["Payload"].read())["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def printed(aws: Account) -> list[dict]:
    """The lines of JSON in the function's log."""
    logs = aws.emulator.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    lines = [line["message"] for name in groups for line in logs.filter_log_events(logGroupName=name)["events"]]
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):
            found.append(json.loads(line[line.index("{") :]))
    return found


def deploy(aws: Account, built: Consumer) -> str:
    """Returns the name of the function."""
    template = yaml_parse((EXAMPLES / "lambda" / "template.yaml").read_text(encoding="utf-8"))
    s3 = aws.emulator.client("s3")
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="code", Key="consumer", Body=zipped(built))
    template["Resources"]["Consumer"]["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "consumer"}
    given = {"EventsQueueArn": aws.arn(aws.queue), "Runtime": built.runtime}
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
    resource = cloudformation.describe_stack_resource(StackName="consumer", LogicalResourceId="Consumer")
    return resource["StackResourceDetail"]["PhysicalResourceId"]


def zipped(built: Consumer) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, file in built.code.items():
            archive.write(file, name)
    return content.getvalue()


if __name__ == "__main__":
    unittest.main()
