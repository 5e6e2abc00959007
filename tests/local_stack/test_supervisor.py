"""A supervised server ends with its parent, however the parent ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

# Starts a child, as the emulator starts functions, and prints both process ids.
SERVER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
# Starts a supervisor and waits to be killed.
PARENT = """
import subprocess, sys
command = [sys.executable, "-m", "infra.local.supervisor", sys.argv[1], sys.executable, "-c", sys.argv[2]]
subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True).wait()
"""
DEADLINE_SECONDS = 20


class Supervisor(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        command = [sys.executable, "-c", PARENT, self.folder, SERVER]
        self.parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.parent.stdout.close)
        self.addCleanup(self.parent.wait)
        self.addCleanup(self.parent.kill)
        self.supervised = [int(pid) for pid in self.parent.stdout.readline().split()]

    def test_nothing_is_left_when_the_parent_is_killed(self):
        self.parent.send_signal(signal.SIGKILL)
        self.assert_nothing_is_left()

    def test_nothing_is_left_when_the_server_ends_by_itself(self):
        os.kill(self.supervised[0], signal.SIGKILL)
        self.assert_nothing_is_left()

    def assert_nothing_is_left(self):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while left := [*filter(is_running, self.supervised), *filter(Path.exists, [self.folder])]:
            self.assertLess(time.monotonic(), deadline, f"still there: {left}")
            time.sleep(0.02)


def is_running(pid: int) -> bool:
    """A zombie does not count: it waits for its parent, here the first process of the system."""
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return status.stdout.strip()[:1] not in ("", "Z")


if __name__ == "__main__":
    unittest.main()
