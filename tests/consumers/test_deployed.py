"""The functions, deployed to an emulator by the template, do what the loops do, and fail no event but those behind a
failed one of its group."""

import contextlib
import io
import json
import time
import unittest
import zipfile
from collections.abc import Callable

from samtranslator.yaml_helper import yaml_parse

import languages
from account import UNREADABLE, Account, account
from infra.local.consumers import Consumer
from infra.local.emulator import REGION
from languages import consumer
from workload import EXAMPLES, GOLDEN, by_group, expected, of_unknown_type, pushes, workload

DEADLINE_SECONDS = 120
POLL_SECONDS = 0.2


class Deployed(languages.InEveryLanguage):
    def check(self, language: str) -> None:
        built = consumer(language)
        with account(visibility_seconds=0) as aws:
            function = deploy(aws, built)
            ids = (*BATCH, "batch-4")
            first, third, fourth = (json.dumps(pushes(1)[0] | {"id": id, "partitionkey": id}) for id in ids)
            batch = {"m1": ("a", first), "m2": ("a", UNREADABLE), "m3": ("b", third), "m4": ("a", fourth)}
            failures = failed(aws, function, batch)
            self.assertEqual(failures, ["m2", "m4"], "a failed event holds back its group and no other")
            failures = failed(aws, function, {"m5": ("a", UNREADABLE)})
            self.assertEqual(failures, ["m5"], "where all fail, the function itself does not")
            # The emulator takes a quarter of a second for each event. The loops read those of the server, too.
            events = workload([file for file in GOLDEN if file.parent.name != "server"])
            # At the head of a branch: every happening is handled once and in order, behind it too.
            aws.send_unreadable(events[0]["partitionkey"])
            aws.send(events)
            self.wait_until(lambda: not aws.remaining(), "a message stays on the queue")
            # The emulator stores the lines of a call after it has deleted its messages.
            wanted = [*expected(events), of_unknown_type()]
            self.wait_until(lambda: len(lines_of_events(aws)) >= len(wanted), "an event has no line")
            lines = lines_of_events(aws)
            handled = [line for line in lines if "id" in line]
            self.assertEqual(by_group(handled, events), by_group(expected(events), events))
            self.assertEqual([line["Type"] for line in lines if "id" not in line], [of_unknown_type()["type"]])
            self.assertEqual(aws.dead_letters(), [UNREADABLE])

    def wait_until(self, condition: Callable[[], bool], otherwise: str) -> None:
        """The unreadable message takes five receives until it has left the queue."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline, otherwise)
            time.sleep(POLL_SECONDS)  # Or the emulator would answer this and nothing else.


# Those of the first batch that are handled.
BATCH = ("batch-1", "batch-3")


def failed(aws: Account, function: str, batch: dict[str, tuple[str, str]]) -> list[str]:
    """The failures of a batch of groups and bodies."""
    records = [
        {"messageId": id, "body": body, "attributes": {"MessageGroupId": group}, "eventSource": "aws:sqs"}
        for id, (group, body) in batch.items()
    ]
    answer = aws.emulator.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"Records": records}))
    failures = json.loads(answer["Payload"].read())["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def lines_of_events(aws: Account) -> list[dict]:
    """What the function logged of the events on the queue."""
    return [line for line in printed(aws) if line.get("id") not in BATCH]


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
