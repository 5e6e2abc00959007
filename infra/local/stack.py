"""The addresses of a running local stack, and how another terminal finds them."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.emulator import Emulator
from infra.local.server import RUNS, is_ready


@dataclass(frozen=True)
class Stack:
    endpoint: str
    secrets_endpoint: str
    base_url: str
    events_queue: str
    dead_letter_queue: str
    quarantine_queue: str
    deliveries_queue: str
    integration: str
    password: str

    def webhook_url(self, receiver: str) -> str:
        return f"{self.base_url}/{self.integration}/{receiver}"


def publish(stack: Stack, aws: Emulator) -> None:
    """Writes the addresses to the emulator's folder, where another terminal finds them until the emulator ends."""
    draft = aws.folder / f"{FILE}.new"
    with open(draft, "w", encoding="utf-8", opener=owner_only) as state:
        json.dump(asdict(stack), state)
    draft.replace(aws.folder / FILE)


def owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # The file contains the password.


def running() -> Stack | None:
    """A published stack whose emulator answers, if there is one. A power loss leaves the file of a dead one."""
    stacks = (read(file) for file in RUNS.glob(f"*/{FILE}"))
    return next((stack for stack in stacks if stack and is_ready(f"{stack.endpoint}/_ministack/ready")), None)


def read(file: Path) -> Stack | None:
    try:
        return Stack(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # Just deleted, or written by another version of this code.


FILE = "stack.json"
