"""The functions as Lambda runs them: built for its C library, whatever this machine has, and zipped."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import FUNCTIONS, ROOT
from infra.local.problem import Problem
from infra.local.processes import child

# Lambda's name of a processor, and Rust's name of it with Linux.
TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}
# The C library of Amazon Linux 2023.
GLIBC = (2, 34)


@dataclass(frozen=True)
class Zipped:
    function: str
    architecture: str
    binary_bytes: int
    zip_bytes: int
    digest: str
    glibc: tuple[int, int]
    """The newest version of the C library that the binary asks for."""


def can_build_for(architecture: str) -> bool:
    """Whether Rust's standard library for the processor is here, or can be fetched."""
    target = TARGETS[architecture]
    if not shutil.which("rustup"):
        return target in default_target()
    return subprocess.run(["rustup", "target", "add", target], capture_output=True, check=False).returncode == 0


def default_target() -> str:
    """All that rustc without rustup can build for."""
    return subprocess.run(["rustc", "--version", "--verbose"], capture_output=True, text=True, check=True).stdout


def build(architecture: str, folder: Path) -> list[Zipped]:
    """Builds and zips every function into `folder`."""
    binaries = compile_for(TARGETS[architecture])
    return [pack(name, architecture, binaries[name], folder) for name in FUNCTIONS]


def compile_for(target: str) -> dict[str, Path]:
    packages = [argument for name in FUNCTIONS for argument in ("--package", f"hookpost-{name}")]
    triple = f"{target}.{GLIBC[0]}.{GLIBC[1]}"
    command = ["cargo-zigbuild", "zigbuild", "--release", "--locked", "--target", triple]
    command += ["--message-format=json-render-diagnostics", *packages]
    # Beside this Python are cargo-zigbuild and zig.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with child(command, cwd=ROOT, env=os.environ | {"PATH": path}, stdout=subprocess.PIPE, text=True) as process:
        messages = [json.loads(line) for line in process.stdout]
    if process.returncode:
        raise Problem("the build failed: cargo's messages are above.")
    built = (message for message in messages if message.get("executable"))
    return {message["target"]["name"]: Path(message["executable"]) for message in built}


def pack(function: str, architecture: str, binary: Path, folder: Path) -> Zipped:
    code = binary.read_bytes()
    file = folder / f"{function}-{architecture}.zip"
    # Nothing of the moment goes in: the same binary makes the same zip.
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.create_system = 3  # Unix, or Lambda finds nothing that it may execute.
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(entry, code, zipfile.ZIP_DEFLATED, 9)
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Zipped(function, architecture, len(code), len(content), digest, needed_glibc(code))


def needed_glibc(code: bytes) -> tuple[int, int]:
    """The newest version of glibc's symbols that a binary names."""
    versions = {(int(major), int(minor)) for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", code)}
    return max(versions, default=(0, 0))
