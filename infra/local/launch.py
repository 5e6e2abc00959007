"""From nothing to a stack that is up."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from infra.local import show
from infra.local.build import build
from infra.local.deploy import deploy
from infra.local.emulator import Emulator, emulator
from infra.local.screen import Screen
from infra.local.stack import Stack


@contextlib.contextmanager
def launch(screen: Screen) -> Iterator[tuple[Stack, Emulator, Path]]:
    """Builds and deploys everything; the stack is gone when the block is left. The path is the stand-in's."""
    show.heading(screen, "Hookpost on this machine")
    show.step(screen, "build", "the receivers (release) and a stand-in for Azure DevOps")
    binaries = build()
    started = time.monotonic()
    with emulator() as local:
        show.step(screen, "emulator", f"AWS at {local.endpoint}, {seconds_since(started)}")
        started = time.monotonic()
        stack = deploy(local, binaries.receivers)
        show.step(screen, "stack", f"infra/template.yaml deployed, {seconds_since(started)}")
        show.step(screen, "integration", f"{stack.integration}, with a webhook password of its own")
        yield stack, local, binaries.stand_in


def seconds_since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"
