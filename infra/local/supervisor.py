"""Runs a server until the standard input of this process ends.

    python -m infra.local.supervisor FOLDER COMMAND...

The parent holds the other end of the pipe. The system closes it when the parent ends, also when the parent is killed
and cannot clean up. Then the supervisor ends the server with all its child processes and deletes FOLDER.
"""

import os
import select
import shutil
import signal
import subprocess
import sys

from infra.local.processes import end

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def supervise(folder: str, command: list[str]) -> None:
    # A signal to the parent's group must not interrupt the clean-up: only the end of the pipe ends the supervisor.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=restore_signals)
    try:
        wait_for_either_end(server)
    finally:
        end(server)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_either_end(server: subprocess.Popen) -> None:
    """Returns when the parent has closed the pipe, or when the server has ended by itself."""
    while server.poll() is None:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], POLL_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def restore_signals() -> None:
    """A child inherits ignored signals, and the server must react to SIGTERM."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


POLL_SECONDS = 0.5

if __name__ == "__main__":
    supervise(sys.argv[1], sys.argv[2:])
