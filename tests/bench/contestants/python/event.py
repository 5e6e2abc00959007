"""What events of pushes and of pull requests share."""

import hashlib
import json
import re
from dataclasses import dataclass

MESSAGE_BYTES_MAX = 256 * 1024


@dataclass
class Message:
    event: dict
    body: str
    attributes: dict[str, str]
    size: int


def message(event: dict, ref: str, action: str) -> Message:
    data = event["data"]
    attributes = {
        "type": event["type"],
        "integration": data["integration"],
        "organization": data["organization"]["name"],
        "project": data["project"]["name"],
        "repository": data["repository"]["name"],
        "ref": ref,
        "action": action,
        "contentType": "application/cloudevents+json; charset=utf-8",
    }
    around = sum(len(name) + len("String") + len(value.encode()) for name, value in attributes.items())
    body = to_json(event)
    while (size := len(body.encode()) + around) > MESSAGE_BYTES_MAX:
        cut(data, size - MESSAGE_BYTES_MAX)
        body = to_json(event)
    return Message(event, body, attributes, size)


def cut(data: dict, excess: int) -> None:
    """Takes commits out, the oldest first."""
    if not data.get("commits"):
        raise ValueError("the event does not fit a message")
    data["commitsComplete"] = False
    taken = 0
    while taken < excess + 32 and data["commits"]:
        taken += len(to_json(data["commits"].pop()).encode()) + 1


def to_json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def azure_devops(notification: dict, activity_id: str | None) -> dict:
    return {
        "eventType": notification["eventType"],
        "eventId": notification["id"],
        "subscriptionId": notification["subscriptionId"],
        "notificationId": notification["notificationId"],
        "resourceVersion": notification["resourceVersion"],
        "activityId": activity_id,
    }


def actor(identity: dict | None) -> dict | None:
    return identity and {name: identity.get(name) for name in ("id", "displayName", "uniqueName")}


def utc(text: str | None) -> str | None:
    """Without zeros at the end of the fraction; None for the year 1, which means none."""
    if not text or text.startswith("0001-01-01T"):
        return None
    return re.sub(r"(\.\d*?)0+Z$", r"\1Z", text).replace(".Z", "Z")


def event_id(kind: str, *parts: str) -> str:
    """An id over the parts that make the happening what it is."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return f"{kind}-{digest.hexdigest()[:32]}"


def group(repository_id: str, subject: str) -> str:
    """The message group: readable when SQS takes that."""
    readable = f"{repository_id}:{subject}"
    if len(readable) <= 128 and re.fullmatch("[!-~]*", readable):
        return readable
    return f"{repository_id}:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
