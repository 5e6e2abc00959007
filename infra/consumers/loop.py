"""A consumer of Hookpost's events that runs anywhere:  python loop.py EVENTS_QUEUE_URL

On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
events of one branch or pull request to one of them at a time.
"""

import json
import signal
import sys

import boto3


def handle(event: dict) -> None:
    """Your code. Raise to get the event again; after five times SQS moves it to the dead-letter queue."""
    print(json.dumps({"id": event["id"], "type": event["type"], "subject": event["subject"]}), flush=True)


def consume(sqs, queue_url: str, message: dict) -> None:
    """An event that fails stays on the queue. Only the events of its branch or pull request wait for it."""
    try:
        handle(json.loads(message["Body"]))
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
