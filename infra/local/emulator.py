"""The AWS emulator (ministack), and clients for it."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from infra.local.server import Server, supervised

REGION = "eu-west-1"
# What boto3 knows of the services, read once and not for each client.
SERVICES = botocore.loaders.create_loader()


@dataclass(frozen=True)
class Emulator:
    endpoint: str
    folder: Path
    """For the files of this run. It is deleted when the emulator ends."""

    def client(self, service: str, **options: object):
        return client(service, self.endpoint, **options)


def client(service: str, endpoint: str, **options: object):
    """A client for an emulator. It uses neither proxy nor profile of the user: it must never reach a real account."""
    no_profile = botocore.session.Session({"profile": (None, None, None, None)})
    no_profile.register_component("data_loader", SERVICES)
    return boto3.Session(botocore_session=no_profile).client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(proxies={}, **options),
    )


@contextlib.contextmanager
def emulator() -> Iterator[Emulator]:
    """Runs an emulator, and ends it with all its functions when the block is left."""
    command = [sys.executable, "-m", "ministack"]
    with supervised("The AWS emulator", "/_ministack/ready", lambda _: command, environment) as server:
        yield Emulator(server.endpoint, server.folder)


def environment(server: Server) -> dict[str, str]:
    """The whole environment of the emulator and its functions, without the user's own AWS and Hookpost settings."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **inherited,
        "TMPDIR": str(server.folder),
        "STATE_DIR": str(server.folder),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(server.port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",  # Otherwise it also listens for MQTT.
        "LOG_LEVEL": "WARNING",
        "AWS_ENDPOINT_URL": server.endpoint,  # The functions inherit it, and find SQS there.
    }
