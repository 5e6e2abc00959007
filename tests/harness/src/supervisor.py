"""Runs one command for as long as standard input stays open.

The process that starts this holds the other end of the pipe and never writes to it. When that process
ends, even if killed, the pipe closes and the command is stopped. The command's output is shown only if
the command ends by itself, which is a failure.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading


def main():
    log = tempfile.TemporaryFile()  # noqa: SIM115  (open for as long as the process)
    child = subprocess.Popen(
        sys.argv[1:],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stopping = threading.Event()
    threading.Thread(target=report, args=(child, log, stopping), daemon=True).start()
    while os.read(0, 1):
        pass
    stopping.set()
    # The command may have started others: the whole group goes.
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    os._exit(0)


def report(child, log, stopping):
    status = child.wait()
    if stopping.is_set():
        return
    log.seek(0)
    tail = log.read()[-4000:].decode(errors="replace")
    print(f"{sys.argv[1]} ended with status {status}:\n{tail}", file=sys.stderr, flush=True)
    os._exit(1)


main()
