"""Builds the binaries that the local stack runs."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import UserError
from infra.local.processes import child

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("code-pushed", "pull-request", "setup", "watch")
# Not of the stack: infra/relay has a template of its own.
RELAY = "relay"
FUNCTION_PACKAGES = tuple(f"hookpost-{name}" for name in FUNCTIONS)
STAND_IN = "azure-devops-stand-in"
DEFAULT_PROFILE = "dev"


@dataclass(frozen=True)
class Binaries:
    functions: dict[str, Path]
    """The folder with the `bootstrap` of each function, as the template names it."""
    stand_in: Path


def build(profile: str) -> Binaries:
    """Builds the functions and the stand-in in one run of cargo.

    With `--workspace`, as in `make test`: for a list of packages cargo would choose other features of their
    dependencies, and compile those a second time.
    """
    bins = [argument for name in (*FUNCTIONS, STAND_IN) for argument in ("--bin", name)]
    built = executables(["cargo", "build"], "--workspace", *bins, "--profile", profile)
    return Binaries({name: as_bootstrap(name, built[name]) for name in FUNCTIONS}, built[STAND_IN])


def executables(command: Sequence[str], *options: str, environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Builds and returns the executables by name. Only cargo knows where its target directory is."""
    if not shutil.which("cargo"):
        raise UserError("cargo is missing. Install Rust (https://rustup.rs), open a new terminal and try again.")
    command = [*command, "--locked", "--message-format=json-render-diagnostics", *options]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    with child(command, cwd=ROOT, env=environment, **streams) as process, process.stdout:
        messages = [json.loads(line) for line in process.stdout]
    if process.returncode:
        raise UserError("The build failed. Cargo's messages are above.")
    built = (message for message in messages if message.get("executable"))
    return {message["target"]["name"]: Path(message["executable"]) for message in built}


def as_bootstrap(name: str, binary: Path) -> Path:
    """Copies a binary to the folder that the template names, as `bootstrap`, which is what Lambda executes."""
    folder = ROOT / "target" / "lambda" / name
    folder.mkdir(parents=True, exist_ok=True)
    # Replaced, not overwritten: another local stack may be executing the file.
    copy = folder / "bootstrap.new"
    shutil.copy2(binary, copy)
    copy.replace(folder / "bootstrap")
    return folder
