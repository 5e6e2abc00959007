"""A consumer of Hookpost's events on AWS Lambda.

Events of one branch or pull request arrive in order. If one fails, Lambda delivers it and those behind it again, while
events of other branches continue. After five failures SQS moves an event to the dead-letter queue.
"""

import json


def handle(event: dict) -> None:
    """Your code. Raise to get the event again.

    In rare cases the same `id` arrives twice, more than five minutes apart. If acting twice would do harm, store the
    ids you have handled, for example by a conditional put into a table.
    """
    print(json.dumps({"id": event["id"], "type": event["type"], "subject": event["subject"]}))


def handler(batch: dict, _context: object) -> dict:
    """The entry point of Lambda. Returns the messages to deliver again."""
    failed_groups: set[str] = set()
    failures = []
    for record in batch["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in failed_groups:
            try:
                handle(json.loads(record["body"]))
                continue
            except Exception as error:  # Any failure: the event has not been handled.
                print(json.dumps({"failed": record["messageId"], "error": repr(error)}))
                failed_groups.add(group)
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
