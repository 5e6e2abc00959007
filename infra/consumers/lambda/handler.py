"""A consumer of Hookpost's events on AWS Lambda.

Events of one branch or pull request come in order. When one fails, it and those behind it are given back and come
again; events of other branches go on. After five times an event is put aside (the dead-letter queue).
"""

import json


def handle(event: dict) -> None:
    """What you do with an event. Raise when it has to come again.

    The same `id` may come twice, rarely, and then more than five minutes apart: remember the ids you acted on, for
    example by a conditional put into a table, if acting twice would hurt.
    """
    print(json.dumps({"id": event["id"], "type": event["type"], "subject": event["subject"]}))


def handler(batch: dict, _context: object) -> dict:
    """Lambda's way in. Answers which messages have to come again."""
    failed_groups: set[str] = set()
    failures = []
    for record in batch["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in failed_groups:
            try:
                handle(json.loads(record["body"]))
                continue
            except Exception as error:  # Whatever it is, the event is not done.
                print(json.dumps({"failed": record["messageId"], "error": repr(error)}))
                failed_groups.add(group)
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
