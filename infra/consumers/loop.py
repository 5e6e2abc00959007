"""A consumer of Hookpost's events that runs anywhere:  python loop.py EVENTS_QUEUE_URL

On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
events of one branch or pull request to one of them at a time. Then keep `newest` in a table, as lambda/handler.py does.
"""

import json
import signal
import sys

import boto3

newest: dict[str, str] = {}
"""The highest `sequence` so far of each branch and pull request. It is lost when the process ends."""


def is_late(event: dict) -> bool:
    """Whether a newer event of the branch or pull request came before, as it may after a retry or an outage."""
    group, sequence = event["partitionkey"], event.get("sequence")
    if sequence is None:  # Azure DevOps did not say.
        return False
    newest[group] = max(sequence, newest.get(group, ""))
    return sequence < newest[group]


def handle(event: dict, late: bool) -> None:
    """Your code. Raise to get the event again; after five times SQS moves it to the dead-letter queue.

    Do not deploy a `late` event: a newer one of its branch or pull request has been handled already.
    """
    line = {"id": event["id"], "type": event["type"], "subject": event["subject"], "late": late}
    print(json.dumps(line), flush=True)


def consume(sqs, queue_url: str, message: dict) -> None:
    """An event that fails stays on the queue. Only the events of its branch or pull request wait for it."""
    try:
        event = json.loads(message["Body"])
        handle(event, is_late(event))
    except Exception as error:  # Any failure: the event has not been handled.
        print(f"failed, will be retried: {message['MessageId']}: {error!r}", file=sys.stderr, flush=True)
    else:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def main(queue_url: str) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sqs = boto3.client("sqs")
    while not stopping:
        # One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        for message in answer.get("Messages", []):
            consume(sqs, queue_url, message)


if __name__ == "__main__":
    main(*sys.argv[1:])
