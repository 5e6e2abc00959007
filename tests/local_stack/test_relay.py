"""`make relay` finds the local stack that another terminal runs, and posts its raw deliveries."""

import os
import signal
import subprocess
import sys
import threading
import unittest

from infra.local.build import ROOT
from infra.local.stack import Stack, publish, running
from relay_stack import INTEGRATION, WEBHOOK_PASSWORD, raw_deliveries

BODIES = ROOT / "tests" / "stand-in" / "tests" / "bodies"
DEADLINE_SECONDS = 300


class Local(unittest.TestCase):
    def setUp(self):
        if running():
            self.skipTest("a local stack of this clone is running")

    def test_two_stand_ins_get_what_each_tool_reads(self):
        with raw_deliveries() as stack:
            for receiver, body in {"pull-request": "pull_request_created", "code-pushed": "push"}.items():
                self.assertEqual(stack.deliver(receiver, (BODIES / f"{body}.json").read_bytes()).status, 202)
            publish(local(stack), stack.aws)
            with started() as process:
                watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
                watchdog.start()
                taken, output = [], []
                while len(taken) < 3:
                    line = process.stdout.readline()
                    self.assertTrue(line, f"it has ended: {output}")
                    output.append(line)
                    taken += [line.split()[1:]] if line.startswith("  POST") else []
                process.send_signal(signal.SIGINT)
                process.communicate()
                watchdog.cancel()
        created = "git.pullrequest.created"
        expected = [["/events", created], ["/api/webhook", created], ["/api/webhook", "git.push"]]
        self.assertCountEqual(taken, expected)
        self.assertEqual(process.returncode, 0)

    def test_without_a_stack_it_says_how_to_start_one(self):
        with started() as process:
            output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual((process.returncode, "make run" in output), (2, True))


def local(stack) -> Stack:
    """What `make run` publishes."""
    return Stack(
        endpoint=stack.aws.endpoint,
        secrets_endpoint=stack.secrets,
        base_url=stack.deployment.base_url,
        events_queue=stack.deployment.events_queue,
        dead_letter_queue=stack.deployment.dead_letter_queue,
        quarantine_queue=stack.deployment.quarantine_queue,
        deliveries_queue=stack.queue,
        integration=INTEGRATION,
        password=WEBHOOK_PASSWORD,
    )


def started() -> subprocess.Popen:
    command = [sys.executable, "-m", "infra.local", "relay"]
    users = os.environ | {"AWS_PROFILE": "of-the-user", "HOOKPOST_SETTING": "of something else"}
    return subprocess.Popen(command, cwd=ROOT, env=users, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


if __name__ == "__main__":
    unittest.main()
