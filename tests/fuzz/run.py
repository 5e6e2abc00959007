"""Builds every fuzz target and runs it for a while: `python3 tests/fuzz/run.py --seconds 300`. Standard library only.

With `--report` the figures are written down, in REPORT.md.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parents[1] / "target" / "fuzz"
REPORT = HERE / "REPORT.md"
CRASHES = BUILT / "crashes"
TARGETS = ("delivery", "normaliser", "setup_request", "azure_devops_answers", "stored")

COLUMNS = ["target", "executions", "seconds", "executions/s", "seeds", "edges covered", "features", "crashes"]

# Coverage as `cargo fuzz --sanitizer none` asks for it; unlike a sanitizer, a stable compiler has it.
COVERAGE = (
    "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 "
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table "
    "-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions"
)
# An input that takes longer, or more memory, is a finding too.
LIMITS = ("-timeout=20", "-rss_limit_mb=2048")


@dataclass
class Run:
    """What came of one target."""

    target: str
    executions: int
    seconds: float
    seeds: int
    covered: int
    features: int
    crashes: list[Path]
    failed: bool

    def figures(self) -> list[str]:
        speed = self.executions / max(self.seconds, 1)
        whole = (self.executions, self.seconds, speed, self.seeds, self.covered, self.features, len(self.crashes))
        return [self.target, *(f"{number:,.0f}" for number in whole)]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=300, help="for each target (default: 300)")
    arguments.add_argument("--lint", action="store_true", help="formatting and lints of the targets instead")
    arguments.add_argument("--report", action="store_true", help="writes the figures into REPORT.md")
    arguments.add_argument("targets", nargs="*", metavar="target", help=f"of {', '.join(TARGETS)} (default: all)")
    asked = arguments.parse_args()
    chosen = asked.targets or list(TARGETS)
    if unknown := set(chosen) - set(TARGETS):
        arguments.error(f"no such target: {', '.join(sorted(unknown))}")
    if asked.lint:
        return cargo("fmt", "--check") or cargo("clippy", *build_options(), "--", "--deny", "warnings")
    if cargo("build", *build_options()):
        return 1
    runs = [run(target, asked.seconds) for target in chosen]
    table = [COLUMNS, *(found.figures() for found in runs)]
    print("\n" + "\n".join(f"{row[0]:<22}" + "".join(f"{cell:>14}" for cell in row[1:]) for row in table))
    if asked.report:
        write_down(table)
    return int(any([report(found) for found in runs]))


def write_down(table: list[list[str]]) -> None:
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, "| --- |" + " ---: |" * (len(COLUMNS) - 1))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    about = f"Made by `make fuzz` on {date.today()}, on {machine}. [What the targets are](README.md)."
    REPORT.write_text("\n".join(["# Fuzzing: figures", "", about, "", *lines, ""]), encoding="utf-8")
    print(f"written to {REPORT.relative_to(HERE.parents[1])}")


def host() -> str:
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(line.removeprefix("host: ") for line in version.splitlines() if line.startswith("host: "))


def build_options() -> list[str]:
    # With a target named, the coverage is not asked of build scripts, which could not be linked with it.
    return ["--release", "--locked", "--target", host(), "--target-dir", str(BUILT)]


def cargo(command: str, *options: str) -> int:
    """Runs cargo on the workspace of the targets, and gives its exit code."""
    environment = {**os.environ, "RUSTFLAGS": COVERAGE}
    return subprocess.run(["cargo", command, *options], cwd=HERE, env=environment, check=False).returncode


def binary(target: str) -> Path:
    return BUILT / host() / "release" / target


def run(target: str, seconds: int) -> Run:
    """Fuzzes one target, on a corpus that is forgotten afterwards."""
    CRASHES.mkdir(parents=True, exist_ok=True)
    print(f"{target} for {seconds} s", flush=True)
    seeds = HERE / "corpus" / target
    with tempfile.TemporaryDirectory() as corpus:
        shutil.copytree(seeds, corpus, dirs_exist_ok=True)
        since = time.time()
        options = [f"-max_total_time={seconds}", f"-artifact_prefix={CRASHES}/{target}-", f"-dict={HERE / 'words.dict'}"]
        call = [binary(target), corpus, *options, *LIMITS, "-print_final_stats=1"]
        done = subprocess.run(call, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = done.stderr.decode(errors="replace")
    if done.returncode:
        print("\n".join(said.splitlines()[-60:]), file=sys.stderr)
    found = sorted(path for path in CRASHES.glob(f"{target}-*") if path.stat().st_mtime >= since - 1)
    executions = last(r"stat::number_of_executed_units: (\d+)", said) or last(r"^#(\d+)", said)
    covered, features = last(r"cov: (\d+)", said), last(r"ft: (\d+)", said)
    seconds, count = time.time() - since, len(list(seeds.iterdir()))
    return Run(target, executions, seconds, count, covered, features, found, done.returncode != 0)


def last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else 0


def report(found: Run) -> bool:
    """Says how to see a crash again. Whether there is anything to say."""
    for crash in found.crashes:
        print(f"\n{found.target} crashes. See it again with:\n  {binary(found.target)} {crash}")
    if found.failed and not found.crashes:
        print(f"\n{found.target} ended with an error; what it said is above.")
    return found.failed


if __name__ == "__main__":
    sys.exit(main())
