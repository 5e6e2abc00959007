"""The loop, which runs anywhere. Set `EVENTS_QUEUE_URL` and `STATE_TABLE`.

On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
events of one branch or pull request to one of them at a time.
"""

import os
import signal
import sys
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from aws import session
from consume import consume

sqs = session.client("sqs")
queue = os.environ["EVENTS_QUEUE_URL"]

PAUSE_SECONDS = 3
"""Before the queue is asked again after a failure."""


def main() -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for message in poll():
            receive(message["MessageId"], message["Body"], message["ReceiptHandle"])


def poll() -> list[Any]:
    """The next message, if one came within the long poll. An outage of SQS does not end the loop."""
    try:
        # One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        return answer.get("Messages", [])
    except (BotoCoreError, ClientError) as error:
        print(f"received nothing, will be tried again: {error!r}", file=sys.stderr, flush=True)
        time.sleep(PAUSE_SECONDS)
        return []


def receive(id: str, body: str, receipt: str) -> None:
    """An event that fails stays on the queue. Only the events of its branch or pull request wait for it."""
    try:
        consume(body)
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=receipt)
    except Exception as error:
        print(f"failed, will be retried: {id}: {error!r}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
