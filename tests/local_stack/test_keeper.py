"""A kept server ends with its owner, whatever ends the owner."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

# Starts a process of its own, as the emulator starts functions, says who they are and stays.
SERVER = """
import os, subprocess, sys, time
function = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), function.pid, flush=True)
time.sleep(600)
"""
# Starts a keeper and waits to be killed.
OWNER = """
import subprocess, sys
keeper = subprocess.Popen([sys.executable, "-m", "infra.local.keeper", sys.argv[1], sys.executable, "-c", sys.argv[2]],
                          stdin=subprocess.PIPE, start_new_session=True)
keeper.wait()
"""
DEADLINE_SECONDS = 20


class Keeper(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        command = [sys.executable, "-c", OWNER, self.folder, SERVER]
        self.owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.owner.stdout.close)
        self.addCleanup(self.owner.wait)
        self.addCleanup(self.owner.kill)
        self.kept = [int(pid) for pid in self.owner.stdout.readline().split()]

    def test_nothing_is_left_when_the_owner_is_killed(self):
        self.owner.send_signal(signal.SIGKILL)
        self.check_that_nothing_is_left()

    def test_nothing_is_left_when_the_server_ends_by_itself(self):
        os.kill(self.kept[0], signal.SIGKILL)
        self.check_that_nothing_is_left()

    def check_that_nothing_is_left(self):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while left := [*filter(is_running, self.kept), *filter(Path.exists, [self.folder])]:
            self.assertLess(time.monotonic(), deadline, f"still there: {left}")
            time.sleep(0.02)


def is_running(pid: int) -> bool:
    """A zombie does not count: it waits for its parent, here the system's first process."""
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return status.stdout.strip()[:1] not in ("", "Z")


if __name__ == "__main__":
    unittest.main()
