"""The loops, unchanged and each in its own process, handle each happening once, in order, and know the late ones."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import unittest
from collections.abc import Iterator, Sequence
from pathlib import Path

from account import UNREADABLE, Account, account
from infra.local.consume import TABLE, environment
from languages import consumer
from workload import by_group, expected, of_unknown_type, pushes, workload

DEADLINE_SECONDS = 60
# 14 days until a replay, 14 on the queue and 14 among the dead letters.
LATEST_REPEAT_SECONDS = 42 * 24 * 60 * 60


class Loops(unittest.TestCase):
    def test_python(self):
        self.check("python")

    def test_typescript(self):
        self.check("typescript")

    def test_rust(self):
        self.check("rust")

    def test_go(self):
        self.check("go")

    def check(self, language: str) -> None:
        events = workload()
        # No visibility timeout, or the test would wait for each retry.
        with account(visibility_seconds=0) as aws:
            aws.send_unreadable(events[0]["partitionkey"])
            aws.send(events)
            with running(consumer(language).loop, aws) as (process, lines):
                printed = [json.loads(next(lines)) for _ in range(len(expected(events)) + 1)]
                process.send_signal(signal.SIGTERM)
                # Ends the long poll, if the consumer is waiting.
                aws.send([pushes(4)[3]])
                self.assertEqual(process.wait(DEADLINE_SECONDS), 0)
            handled = [line for line in printed if "id" in line]
            self.assertEqual(by_group(handled, events), by_group(expected(events), events))
            (unknown,) = (line for line in printed if "id" not in line)
            self.assertEqual((unknown["UnknownEvents"], unknown["Type"]), (1, of_unknown_type()["type"]))
            self.assertEqual(unknown["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "UnknownEvents")
            self.assertEqual(aws.dead_letters(), [UNREADABLE])
            self.assertLessEqual(aws.remaining(), 1)
            items = aws.emulator.client("dynamodb").scan(TableName=TABLE)["Items"]
            forgotten = min(int(item["expiration"]["N"]) for item in items)
            self.assertGreater(forgotten - time.time(), LATEST_REPEAT_SECONDS)


@contextlib.contextmanager
def running(command: Sequence[str | Path], aws: Account) -> Iterator[tuple[subprocess.Popen, Iterator[str]]]:
    """The process and the lines it prints. A watchdog ends the process at the deadline, which ends the lines."""
    given = {"PATH": os.environ["PATH"], **environment(aws.emulator.endpoint, aws.queue)}
    process = subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
    watchdog.start()
    try:
        yield process, iter(process.stdout)
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    unittest.main()
