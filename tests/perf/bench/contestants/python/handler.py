"""A receiver of pushes as it is written without Hookpost: checks the password, sends a message for each ref."""

import base64
import hashlib
import hmac
import json
import os
import time

import boto3
from push import push_events

TTL_SECONDS = 300

secrets_manager = boto3.client("secretsmanager")
sqs = boto3.client("sqs")
queue_url = os.environ["HOOKPOST_EVENTS_QUEUE_URL"]
passwords: dict[str, tuple[bytes, float]] = {}


def handler(event: dict) -> dict:
    integration = event["pathParameters"]["integration"]
    headers = {name.lower(): value for name, value in event["headers"].items()}
    if not is_authorized(integration, headers.get("authorization", "")):
        return response(401, {"status": "refused", "code": "unauthorized"})
    events = push_events(integration, json.loads(event["body"]), headers.get("x-vss-activityid"))
    sent = [result for first in range(0, len(events), 10) for result in send(events[first : first + 10])]
    line = {"event": "delivery", "integration": integration, "status": 202, "events": len(events)}
    print(json.dumps(line), flush=True)
    return response(202, {"status": "queued", "events": sent})


def is_authorized(integration: str, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        _, _, presented = base64.b64decode(encoded, validate=True).partition(b":")
    except ValueError:
        return False
    return hmac.compare_digest(hashlib.sha256(presented).digest(), expected_digest(integration))


def expected_digest(integration: str) -> bytes:
    """Fetched once in five minutes."""
    digest, since = passwords.get(integration, (b"", -TTL_SECONDS))
    if digest and time.monotonic() - since < TTL_SECONDS:
        return digest
    secret = f"{os.environ['HOOKPOST_SECRET_PREFIX']}/{integration}/webhook"
    value = secrets_manager.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"]
    digest = hashlib.sha256(json.loads(value)["password"].encode()).digest()
    passwords[integration] = (digest, time.monotonic())
    return digest


def send(events: list[dict]) -> list[dict]:
    entries = [entry(place, event) for place, event in enumerate(events)]
    result = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    if failed := result.get("Failed"):
        raise RuntimeError(f"SQS failed {len(failed)} messages: {failed[0]['Code']}")
    return [{"id": events[int(sent["Id"])]["id"], "messageId": sent["MessageId"]} for sent in result["Successful"]]


def entry(place: int, event: dict) -> dict:
    data = event["data"]
    return {
        "Id": str(place),
        "MessageBody": json.dumps(event, ensure_ascii=False, separators=(",", ":")),
        "MessageAttributes": attributes(
            {
                "type": event["type"],
                "integration": data["integration"],
                "organization": data["organization"]["name"],
                "project": data["project"]["name"],
                "repository": data["repository"]["name"],
                "ref": data["ref"],
                "action": data["change"],
                "contentType": "application/cloudevents+json; charset=utf-8",
            }
        ),
        "MessageGroupId": event["partitionkey"],
        "MessageDeduplicationId": event["id"],
        "MessageSystemAttributes": attributes({"AWSTraceHeader": os.environ["_X_AMZN_TRACE_ID"]}),
    }


def attributes(values: dict[str, str]) -> dict:
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


def response(status: int, body: dict) -> dict:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
