"""A local stack that is up: where it is, and how another terminal finds it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.build import ROOT
from infra.local.emulator import Emulator
from infra.local.wire import request


@dataclass(frozen=True)
class Stack:
    endpoint: str
    base_url: str
    events_queue: str
    dead_letter_queue: str
    quarantine_queue: str
    integration: str
    password: str

    def webhook_url(self, receiver: str) -> str:
        return f"{self.base_url}/{self.integration}/{receiver}"


def publish(stack: Stack, local: Emulator) -> None:
    """Lets other terminals find the stack until the emulator's folder goes."""
    draft = local.folder / f"{FILE}.new"
    with open(draft, "w", encoding="utf-8", opener=for_us_alone) as state:
        json.dump(asdict(stack), state)
    draft.replace(local.folder / FILE)


def for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # The file holds the password.


def running() -> Stack | None:
    """A published stack that answers, if there is one."""
    for file in (ROOT / "target" / "local").glob(f"*/{FILE}"):
        stack = read(file)
        if stack and answers(stack):
            return stack
    return None


def read(file: Path) -> Stack | None:
    try:
        return Stack(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # Just removed, or written by another version of this code.


def answers(stack: Stack) -> bool:
    """Whether it is still there: a machine that lost power leaves the file behind."""
    try:
        return request("GET", f"{stack.endpoint}/_ministack/ready").status == 200
    except OSError:
        return False


FILE = "stack.json"
