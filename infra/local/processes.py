"""Child processes that end with their parent."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def child(command: Sequence[str | Path], **options) -> Iterator[subprocess.Popen]:
    """Runs `command` in a process group of its own, and ends the group when the block is left, also by an exception."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            end(process)


def end(process: subprocess.Popen) -> None:
    """Ends the whole process group of `process`: first by SIGTERM, after a grace period by SIGKILL."""
    signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_SECONDS)
    signal_group(process, signal.SIGKILL)
    process.wait()


def signal_group(process: subprocess.Popen, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS raises the latter for a group of zombies.
        os.killpg(process.pid, number)


GRACE_SECONDS = 5
