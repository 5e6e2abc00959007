"""Runs a server on a free loopback port, for as long as this process lives."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import ROOT
from infra.local.errors import UserError
from infra.local.loopback import request


@dataclass(frozen=True)
class Server:
    port: int
    folder: Path
    """For the files of this run. The supervisor deletes it when the server ends."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def supervised(
    name: str,
    ready_path: str,
    command: Callable[[Server], list[str]],
    environment: Callable[[Server], Mapping[str, str] | None] = lambda _: None,
) -> Iterator[Server]:
    """Runs `command` until the block is left. The supervisor ends it also when this process is killed."""
    RUNS.mkdir(parents=True, exist_ok=True)
    server = Server(free_port(), Path(tempfile.mkdtemp(dir=RUNS)))
    log = server.folder / "server.log"
    supervisor = [sys.executable, "-m", "infra.local.supervisor", server.folder, *command(server)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            supervisor,
            cwd=ROOT,
            env=environment(server),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(name, f"{server.endpoint}{ready_path}", process, log)
        yield server
    finally:
        process.stdin.close()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(name: str, url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(url):
        if process.poll() is not None or time.monotonic() > deadline:
            # The supervisor has deleted the log if the server ended by itself.
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
            raise UserError("\n".join([f"{name} did not start. The end of its log:", *lines[-LOG_LINES:]]))
        time.sleep(POLL_SECONDS)


def is_ready(url: str) -> bool:
    try:
        return request("GET", url).status == 200
    except OSError:
        return False


RUNS = ROOT / "target" / "local"
START_SECONDS = 30
POLL_SECONDS = 0.05
LOG_LINES = 15
