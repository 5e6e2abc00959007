"""Messages onto the FIFO queue, ten at a time."""

import os
from collections.abc import Iterator

import boto3

from event import Message

BATCH_BYTES_MAX = 1024 * 1024

client = boto3.client("sqs")
queue_url = os.environ["HOOKPOST_EVENTS_QUEUE_URL"]


def send(messages: list[Message], trace: str) -> list[str]:
    """The message ids, in order."""
    ids = []
    for batch in batches(messages):
        entries = [entry(place, message, trace) for place, message in enumerate(batch)]
        answer = client.send_message_batch(QueueUrl=queue_url, Entries=entries)
        if failed := answer.get("Failed"):
            raise RuntimeError(f"SQS failed {len(failed)} messages: {failed[0]['Code']}")
        placed = {int(sent["Id"]): sent["MessageId"] for sent in answer["Successful"]}
        ids += [placed[place] for place in range(len(batch))]
    return ids


def entry(place: int, message: Message, trace: str) -> dict:
    return {
        "Id": str(place),
        "MessageBody": message.body,
        "MessageAttributes": {name: text(value) for name, value in message.attributes.items()},
        "MessageGroupId": message.event["partitionkey"],
        "MessageDeduplicationId": message.event["id"],
        "MessageSystemAttributes": {"AWSTraceHeader": text(trace)},
    }


def text(value: str) -> dict:
    return {"DataType": "String", "StringValue": value}


def batches(messages: list[Message]) -> Iterator[list[Message]]:
    batch: list[Message] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == 10 or size + message.size > BATCH_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += message.size
    if batch:
        yield batch
