"""Builds the functions for Amazon Linux 2023, whatever C library this machine has, and zips them."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import FUNCTIONS, RELAY, ROOT, executables

# Lambda's name of an architecture, and Rust's target.
TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}
# glibc of Amazon Linux 2023.
GLIBC = (2, 34)


@dataclass(frozen=True)
class Zip:
    function: str
    architecture: str
    binary_bytes: int
    zip_bytes: int
    digest: str
    glibc: tuple[int, int]
    """The newest glibc version that the binary requires."""

    @property
    def file(self) -> str:
        """Named after its content: another name is another zip, in whatever release and bucket."""
        return f"{self.function}-{self.architecture}-{self.digest[:16]}.zip"


def can_build_for(architecture: str) -> bool:
    """Whether Rust's standard library for the architecture is installed, or rustup can install it."""
    target = TARGETS[architecture]
    if not shutil.which("rustup"):
        # Without rustup there is only the host's standard library.
        version = subprocess.run(["rustc", "--version", "--verbose"], capture_output=True, text=True, check=True)
        return f"host: {target}" in version.stdout
    return subprocess.run(["rustup", "target", "add", target], capture_output=True, check=False).returncode == 0


def build(architecture: str, profile: str, folder: Path) -> list[Zip]:
    """Builds every function of the stack and zips it into `folder`."""
    return build_together(FUNCTIONS, architecture, profile, folder)


def build_relay(architecture: str, profile: str, folder: Path) -> Zip:
    """Builds the relay, and zips it. By itself: together, cargo would give the functions the features of its crates."""
    [relay] = build_together((RELAY,), architecture, profile, folder)
    return relay


def build_together(names: tuple[str, ...], architecture: str, profile: str, folder: Path) -> list[Zip]:
    triple = f"{TARGETS[architecture]}.{GLIBC[0]}.{GLIBC[1]}"
    # cargo-zigbuild and zig are installed beside this Python.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command, environment = ["cargo-zigbuild", "zigbuild"], os.environ | {"PATH": path, "RUSTFLAGS": anywhere()}
    packages = [argument for name in names for argument in ("--package", f"hookpost-{name}")]
    binaries = executables(command, "--profile", profile, "--target", triple, *packages, environment=environment)
    return [pack(name, architecture, binaries[name], folder) for name in names]


def anywhere() -> str:
    """Flags that keep the folders of this machine out of the binary: whoever builds a release gets the same one."""
    cargo = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    return f"--remap-path-prefix={cargo}=/cargo --remap-path-prefix={ROOT}=/hookpost"


def pack(function: str, architecture: str, binary: Path, folder: Path) -> Zip:
    code = binary.read_bytes()
    # A fixed date makes the zip reproducible.
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.create_system = 3  # Unix. Otherwise Lambda ignores the permission to execute.
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(entry, code, zipfile.ZIP_DEFLATED, 9)
    zipped = content.getvalue()
    digest = hashlib.sha256(zipped).hexdigest()
    zip = Zip(function, architecture, len(code), len(zipped), digest, required_glibc(code))
    (folder / zip.file).write_bytes(zipped)
    return zip


def required_glibc(code: bytes) -> tuple[int, int]:
    """The newest glibc symbol version that a binary names."""
    versions = {(int(major), int(minor)) for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", code)}
    return max(versions, default=(0, 0))
