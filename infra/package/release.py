"""Puts the pieces together, and says what came of it."""

import hashlib
import shutil
import tomllib
from pathlib import Path

import boto3

from infra.local.build import ROOT
from infra.local.problem import Problem
from infra.package.bill import bill_of_materials
from infra.package.functions import GLIBC, TARGETS, Zipped, build, can_build_for
from infra.package.template import from_a_bucket, from_this_machine, write

# What the zip of a receiver should not exceed: it is fetched at every cold start, while Azure DevOps waits.
RECEIVERS = ("code-pushed", "pull-request")
ZIP_MEGABYTES_MAX = 3.2
# What those who have no repository need beside the stack: how to run it, what to run `setup` with, how to read events.
WITHOUT_REPOSITORY = ("LICENSE", "infra/README.md", "infra/dashboard.svg", "infra/events", "infra/consumers")


def release() -> Path:
    """target/package/hookpost-VERSION-DIGEST, to be copied into a bucket as it is."""
    draft = empty(ROOT / "target" / "package" / "draft")
    architectures = buildable()
    zips = [one for architecture in architectures for one in build(architecture, draft)]
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    digest = hashlib.sha256("".join(one.digest for one in zips).encode()).hexdigest()[:8]
    name = f"hookpost-{version}-{digest}"
    write(from_a_bucket(name, architectures), draft / "template.json")
    (draft / "bom.cdx.json").write_text(bill_of_materials(version) + "\n", encoding="utf-8")
    for part in WITHOUT_REPOSITORY:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, draft / Path(part).name)
    files = sorted(file for file in draft.rglob("*") if file.is_file())
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(draft)}\n" for file in files)
    (draft / "SHA256SUMS").write_text(sums, encoding="utf-8")
    folder = draft.with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    report(zips)
    print(f"\n{folder.relative_to(ROOT)}: copy it into a bucket, then make a stack of its template.json:\n")
    print(f"  aws s3 cp --recursive {folder.relative_to(ROOT)} s3://YOUR-BUCKET/{name}")
    return folder


def deployable(architecture: str | None) -> Path:
    """target/deploy, for `sam deploy`."""
    if boto3.Session().get_credentials() is None:
        raise Problem("there are no AWS credentials here: `aws configure` or `aws sso login`, then try again.")
    if architecture not in (None, *TARGETS):
        raise Problem(f"ARCHITECTURE is `{architecture}`, and must be {' or '.join(TARGETS)}.")
    chosen = architecture or buildable()[0]
    if not can_build_for(chosen):
        raise Problem(f"Rust cannot build for {chosen} here: try `rustup target add {TARGETS[chosen]}`.")
    folder = empty(ROOT / "target" / "deploy")
    report(build(chosen, folder))
    write(from_this_machine(chosen, folder), folder / "template.json")
    return folder


def buildable() -> list[str]:
    """The processors that can be built for, the cheaper first."""
    found = [architecture for architecture in TARGETS if can_build_for(architecture)]
    for architecture in TARGETS.keys() - set(found):
        print(f"Without {architecture}: `rustup target add {TARGETS[architecture]}` does not work here.", flush=True)
    if not found:
        raise Problem("Rust cannot build for Lambda here: install it by rustup (https://rustup.rs).")
    return found


def report(zips: list[Zipped]) -> None:
    """Sizes, and what the binaries ask of the system. Fails when Lambda could not run them."""
    print(f"\n{'function':14}{'processor':11}{'binary':>9}{'zip':>9}   notes")
    for one in zips:
        size = one.zip_bytes / 1e6
        target = f", target {ZIP_MEGABYTES_MAX} MB" if one.function in RECEIVERS else ""
        missed = ": MISSED" if target and size > ZIP_MEGABYTES_MAX else ""
        needs = f"glibc {one.glibc[0]}.{one.glibc[1]}"
        print(f"{one.function:14}{one.architecture:11}{one.binary_bytes / 1e6:6.2f} MB{size:6.2f} MB   {needs}{target}{missed}")
        if one.glibc > GLIBC:
            raise Problem(f"{one.function} needs {needs}, and Amazon Linux 2023 has {GLIBC[0]}.{GLIBC[1]}.")


def empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
