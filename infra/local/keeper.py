"""Holds a server for exactly as long as somebody holds the other end of our standard input.

    python keeper.py FOLDER COMMAND...

Whoever starts us gives us a pipe. The system closes it when its owner ends, even when the owner is killed in a way that
leaves no time to clean up. Then the server, all it has started and FOLDER go too.
"""

import os
import select
import shutil
import signal
import subprocess
import sys

from infra.local.processes import end

# A signal meant for our owner must not stop the clean-up: the pipe is the only thing that ends us.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)


def keep(folder: str, command: list[str]) -> None:
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=hear_signals)
    try:
        wait_for_end_of(server)
    finally:
        end(server)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_end_of(server: subprocess.Popen) -> None:
    """Returns when the owner lets go of the pipe, or when the server has ended by itself."""
    while server.poll() is None:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], POLL_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def hear_signals() -> None:
    """What is ignored is inherited, and the server has to hear that it should stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


POLL_SECONDS = 0.5

if __name__ == "__main__":
    keep(sys.argv[1], sys.argv[2:])
