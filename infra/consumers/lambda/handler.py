"""A consumer of Hookpost's events on AWS Lambda.

Events of one branch or pull request arrive one after the other, in the order in which they reached the queue. If one
fails, those behind it wait until Lambda has delivered it again, while events of other branches continue. After five
failures SQS moves an event to the dead-letter queue.
"""

import json
import os

import boto3

newest = boto3.resource("dynamodb").Table(os.environ["NEWEST_TABLE"])
"""The highest `sequence` so far of each branch and pull request."""


def is_late(event: dict) -> bool:
    """Whether a newer event of the branch or pull request came before, as it may after a retry or an outage."""
    sequence = event.get("sequence")
    if sequence is None:  # Azure DevOps did not say.
        return False
    try:
        newest.put_item(
            Item={"partitionkey": event["partitionkey"], "newest": sequence},
            ConditionExpression="attribute_not_exists(newest) OR newest <= :this",
            ExpressionAttributeValues={":this": sequence},
        )
    except newest.meta.client.exceptions.ConditionalCheckFailedException:
        return True
    return False


def handle(event: dict, late: bool) -> None:
    """Your code. Raise to get the event again.

    Do not deploy a `late` event: a newer one of its branch or pull request has been handled already.

    In rare cases the same `id` arrives twice, more than five minutes apart. If acting twice would do harm, store the
    ids you have handled, for example by a conditional put into a table.
    """
    print(json.dumps({"id": event["id"], "type": event["type"], "subject": event["subject"], "late": late}))


def handler(batch: dict, _context: object) -> dict:
    """The entry point of Lambda. Returns the messages to deliver again."""
    failed_groups: set[str] = set()
    failures = []
    for record in batch["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in failed_groups:
            try:
                event = json.loads(record["body"])
                handle(event, is_late(event))
                continue
            except Exception as error:  # Any failure: the event has not been handled.
                print(json.dumps({"failed": record["messageId"], "error": repr(error)}))
                failed_groups.add(group)
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
