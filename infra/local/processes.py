"""Child processes that never outlive us."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def child(command: Sequence[str | Path], **options) -> Iterator[subprocess.Popen]:
    """Runs `command` in a process group of its own, which is gone when the block is left, however it is left."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            end(process)


def end(process: subprocess.Popen) -> None:
    """Ends the whole group of `process`: asks, then insists. Members that were started later are ended too."""
    kill_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_SECONDS)
    kill_group(process, signal.SIGKILL)
    process.wait()


def kill_group(process: subprocess.Popen, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies.
        os.killpg(process.pid, number)


GRACE_SECONDS = 5
