"""A consumer of Hookpost's events that runs anywhere:  python loop.py EVENTS_QUEUE_URL

Ends after the event at hand, or the wait for one, on SIGTERM or Ctrl-C. Run as many as you like: SQS gives the events of one branch or pull
request to one of them at a time.
"""

import json
import signal
import sys

import boto3


def handle(event: dict) -> None:
    """What you do with an event. Raise when it has to come again; after five times it is put aside."""
    print(json.dumps({"id": event["id"], "type": event["type"], "subject": event["subject"]}), flush=True)


def consume(sqs, queue_url: str, message: dict) -> None:
    """An event that fails stays on the queue; its branch or pull request waits for it, and the others go on."""
    try:
        handle(json.loads(message["Body"]))
    except Exception as error:  # Whatever it is, the event is not done.
        print(f"failed, comes again: {message['MessageId']}: {error!r}", file=sys.stderr, flush=True)
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
        # One at a time: of several of one branch, those behind one that fails would be counted as failed too.
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        for message in answer.get("Messages", []):
            consume(sqs, queue_url, message)


if __name__ == "__main__":
    main(*sys.argv[1:])
