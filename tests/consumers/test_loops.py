"""The loops, unchanged and each in its own process, handle each happening once, in order, and know the late ones."""

import contextlib
import json
import signal
import subprocess
import threading
import time
import unittest
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import languages
from account import UNREADABLE, Account, account
from infra.local.consume import TABLE, environment
from infra.local.emulator import REGION
from languages import consumer
from workload import by_group, expected, of_unknown_type, pushes, workload

DEADLINE_SECONDS = 120
# 14 days until a replay, 14 on the queue, 14 among the dead letters and 14 on the queue again.
LATEST_REPEAT_SECONDS = 56 * 24 * 60 * 60
RESOLVE_TO_LOOPBACK = """
import dns from "node:dns";
dns.lookup = (_, { all }, done) => all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
"""


class Loops(languages.InEveryLanguage):
    def check(self, language: str) -> None:
        events = workload()
        # No visibility timeout, or the test would wait for each retry.
        with account(visibility_seconds=0) as aws:
            aws.delete_queue()  # Then each call fails at once, as in an outage.
            with running(consumer(language).loop, aws) as process:
                next(line for line in process.stderr if "will be tried again" in line)
                aws.create_queue()
                aws.send_unreadable(events[0]["partitionkey"])
                aws.send(events)
                printed = [json.loads(next(process.stdout)) for _ in range(len(expected(events)) + 1)]
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
def running(command: Sequence[str | Path], aws: Account) -> Iterator[subprocess.Popen]:
    """The process. A watchdog ends it at the deadline, which ends the lines it prints."""
    settings = {"EVENTS_QUEUE_URL": aws.queue, "STATE_TABLE": TABLE}
    given = environment(aws.emulator.endpoint) | settings
    # Of the ways in which AWS's tools find credentials, one that an SDK may leave out.
    del given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], given["AWS_SESSION_TOKEN"]
    credentials, profile = (aws.emulator.folder / name for name in ("credentials.json", "profile"))
    credentials.write_text('{"Version": 1, "AccessKeyId": "test", "SecretAccessKey": "test"}', encoding="utf-8")
    profile.write_text(f"[default]\ncredential_process = cat {credentials}\n", encoding="utf-8")
    given["AWS_CONFIG_FILE"] = str(profile)
    # As on AWS, where the queue's URL names the Region and nothing else need be set.
    given["EVENTS_QUEUE_URL"] = aws.queue.replace("//127.0.0.1", f"//sqs.{REGION}.localhost")
    del given["AWS_REGION"], given["AWS_DEFAULT_REGION"]
    # Unlike the others, the SDK for JavaScript connects to the host in the URL. Not every machine knows that one.
    given["NODE_OPTIONS"] = f"--import=data:text/javascript,{quote(RESOLVE_TO_LOOPBACK)}"
    process = subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


if __name__ == "__main__":
    unittest.main()
