"""One receiver for pushes and pull requests."""

import json
import os

from password import is_admitted
from pull_request import pull_request_messages
from push import push_messages
from queue_of_events import send


def handler(event: dict) -> dict:
    integration = event["pathParameters"]["integration"]
    headers = {name.lower(): value for name, value in event["headers"].items()}
    if not is_admitted(integration, headers.get("authorization", "")):
        return answer(401, {"status": "refused", "code": "unauthorized"})
    notification = json.loads(event["body"])
    messages_of = push_messages if notification["eventType"] == "git.push" else pull_request_messages
    messages = messages_of(integration, notification, headers.get("x-vss-activityid"))
    ids = send(messages, os.environ["_X_AMZN_TRACE_ID"])
    events = [{"id": message.event["id"], "messageId": id} for message, id in zip(messages, ids, strict=True)]
    print(json.dumps({"event": "delivery", "integration": integration, "status": 202, "events": len(events)}), flush=True)
    return answer(202, {"status": "queued", "events": events})


def answer(status: int, body: dict) -> dict:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
