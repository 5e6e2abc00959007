"""A second emulator (moto) for Secrets Manager: ministack does not implement version ids as AWS does."""

import contextlib
import sys
from collections.abc import Iterator

from infra.local.server import supervised


@contextlib.contextmanager
def secrets_manager() -> Iterator[str]:
    """Runs it until the block is left, and gives its endpoint."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p"]
    name = "The Secrets Manager emulator"
    with supervised(name, "/moto-api/data.json", lambda server: [*command, str(server.port)]) as server:
        yield server.endpoint
