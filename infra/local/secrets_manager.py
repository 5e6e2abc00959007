"""The local Secrets Manager: an emulator of its own, since the one for everything else does not keep to version ids."""

import contextlib
import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from infra.local.build import ROOT
from infra.local.ports import free_port
from infra.local.problem import Problem


@contextlib.contextmanager
def secrets_manager() -> Iterator[str]:
    """Its endpoint. It ends when the block is left, even when we are killed."""
    port = free_port()
    parent = ROOT / "target" / "local"
    parent.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(dir=parent)
    server = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.keeper", folder, *server],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_ready(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        process.wait()


def wait_until_ready(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Problem("the local Secrets Manager (moto) did not start.")
        time.sleep(POLL_SECONDS)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/moto-api/data.json")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


START_SECONDS = 30
POLL_SECONDS = 0.05
