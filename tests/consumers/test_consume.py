"""`make consume` finds the local stack that another terminal runs, and shows its events."""

import json
import signal
import subprocess
import sys
import threading
import unittest

from account import account
from infra.local.build import ROOT
from infra.local.stack import Stack, publish, running
from workload import golden

DEADLINE_SECONDS = 60


class Consume(unittest.TestCase):
    def setUp(self):
        if running():
            self.skipTest("a local stack of this clone is running")

    def test_it_reads_the_events_of_the_running_stack(self):
        event, other = golden()[:2]
        with account() as aws:
            aws.send([event])
            nothing = {
                "secrets_endpoint": "",
                "base_url": "",
                "dead_letter_queue": "",
                "quarantine_queue": "",
                "deliveries_queue": "",
                "integration": "",
                "password": "",
            }
            publish(Stack(endpoint=aws.emulator.endpoint, events_queue=aws.queue, **nothing), aws.emulator)
            with started("python") as process:
                watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
                watchdog.start()
                handled = next(line for line in process.stdout if line.startswith("{"))
                process.send_signal(signal.SIGINT)
                next(line for line in process.stdout if line.startswith("Stopping"))
                aws.send([other])  # Ends the long poll.
                self.assertEqual(process.wait(), 0)
                watchdog.cancel()
        self.assertEqual(json.loads(handled)["id"], event["id"])

    def test_without_a_stack_it_says_how_to_start_one(self):
        with started("python") as process:
            output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual((process.returncode, "make run" in output), (2, True))

    def test_of_an_unknown_language_it_says_the_known_ones(self):
        with started("cobol") as process:
            output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual((process.returncode, "python, typescript, rust, go" in output), (2, True))


def started(language: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "infra.local", "consume", language]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


if __name__ == "__main__":
    unittest.main()
