"""The local AWS: one emulator process on a free loopback port, gone when we are."""

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import boto3
import botocore.session
from botocore.config import Config

from infra.local.build import ROOT
from infra.local.ports import free_port
from infra.local.problem import Problem

REGION = "eu-west-1"


@dataclass(frozen=True)
class Emulator:
    port: int
    folder: Path
    """For whatever belongs to this run. It is removed with the emulator."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str):
        return client(service, self.endpoint)


def client(service: str, endpoint: str):
    """For an endpoint on this machine. No proxy and no profile of the user: nothing here may ever reach a real account."""
    nobody = botocore.session.Session({"profile": (None, None, None, None)})
    return boto3.Session(botocore_session=nobody).client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(proxies={}),
    )


@contextlib.contextmanager
def emulator() -> Iterator[Emulator]:
    """Starts an emulator, and ends it with all its functions when the block is left, even when we are killed."""
    parent = ROOT / "target" / "local"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent))
    local = Emulator(free_port(), folder)
    keeper = [sys.executable, "-m", "infra.local.keeper", folder, sys.executable, "-m", "ministack"]
    with open(folder / "emulator.log", "w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(
            keeper,
            cwd=ROOT,
            env=environment(local),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until_ready(local, process, log)
            yield local
        finally:
            process.stdin.close()
            process.wait()


def environment(local: Emulator) -> dict[str, str]:
    """All that the emulator sees, and with it the functions: none of the user's own AWS or Hookpost settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "TMPDIR": str(local.folder),
        "STATE_DIR": str(local.folder),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(local.port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",  # Otherwise it also listens for MQTT.
        "LOG_LEVEL": "WARNING",
        "AWS_ENDPOINT_URL": local.endpoint,  # Handed on to the functions, which find SQS and Secrets Manager by it.
    }


def wait_until_ready(local: Emulator, process: subprocess.Popen, log: IO[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(local.port):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            tail = "".join(log.readlines()[-LOG_LINES:])
            raise Problem(f"the AWS emulator did not start. Its last words:\n{tail}")
        time.sleep(POLL_SECONDS)


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


START_SECONDS = 30
POLL_SECONDS = 0.05
LOG_LINES = 15
