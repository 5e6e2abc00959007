"""From source to the binaries that the local stack runs."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.local.problem import Problem
from infra.local.processes import child

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("code-pushed", "pull-request", "setup", "watch")
STAND_IN = "azure-devops-stand-in"


@dataclass(frozen=True)
class Binaries:
    functions: dict[str, Path]
    """The folder that the template deploys, by the name of the function."""
    stand_in: Path


def build() -> Binaries:
    """Builds what changed, with cargo's own progress on standard error."""
    packages = [argument for name in FUNCTIONS for argument in ("--package", f"hookpost-{name}")]
    functions = cargo("--release", *packages)
    stand_in = cargo("--package", "hookpost-stand-in", "--bin", STAND_IN)
    return Binaries({name: as_bootstrap(name, functions[name]) for name in FUNCTIONS}, stand_in[STAND_IN])


def cargo(*what: str) -> dict[str, Path]:
    """The executables that cargo says it built, by name: only cargo knows where its target directory is."""
    if not shutil.which("cargo"):
        raise Problem("cargo is missing: install Rust (https://rustup.rs), open a new terminal and try again.")
    command = ["cargo", "build", "--locked", "--message-format=json-render-diagnostics", *what]
    with child(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        messages = [json.loads(line) for line in process.stdout]
    if process.returncode:
        raise Problem("the build failed: cargo's messages are above.")
    built = (message for message in messages if message.get("executable"))
    return {message["target"]["name"]: Path(message["executable"]) for message in built}


def as_bootstrap(name: str, binary: Path) -> Path:
    """Puts a binary where the template looks for it, under the only name that Lambda starts."""
    folder = ROOT / "target" / "lambda" / name
    folder.mkdir(parents=True, exist_ok=True)
    # Not written in place: the file may be running as a function of another local stack.
    copy = folder / "bootstrap.new"
    shutil.copy2(binary, copy)
    copy.replace(folder / "bootstrap")
    return folder
