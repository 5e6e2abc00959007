"""Makes the folders of `make package` and `make deploy`, and reports the sizes."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from infra.local.build import FUNCTION_PACKAGES, ROOT
from infra.local.errors import UserError
from infra.local.template import load
from infra.package.plain import plain, plain_for_any_account
from infra.package.sbom import sbom
from infra.package.template import describe_application, from_a_bucket, from_a_folder, write
from infra.package.zips import GLIBC, TARGETS, Zip, build, build_relay, can_build_for

RECEIVERS = ("code-pushed", "pull-request")
# Lambda downloads the zip at every cold start, while Azure DevOps waits.
ZIP_MEGABYTES_MAX = 3.2
# For an operator without the repository: how to run the stack, events for setup, examples for consumers and as code,
# Terraform.
# At the paths they have in the repository, so that their links to each other work.
DOCUMENTS = (
    "LICENSE",
    "CHANGELOG.md",
    "SECURITY.md",
    "functions/README.md",
    "infra/README.md",
    "infra/ENTRA.md",
    "infra/AS_CODE.md",
    "infra/PAGE.md",
    "infra/dashboard.svg",
    "infra/events",
    "infra/consumers",
    "infra/integrations",
    "infra/relay",
    "infra/terraform",
    "shared/events/README.md",
)
LEFT_BY_TOOLS = shutil.ignore_patterns(
    ".terraform*", "*.tfstate*", "__pycache__", "node_modules", "build", "target", ".mypy_cache"
)


def release(profile: str) -> Path:
    """Makes target/package/hookpost-VERSION-DIGEST: all that an operator needs who has no toolchain."""
    draft = empty(ROOT / "target" / "package" / "draft")
    architectures = buildable()
    zips = [zip for architecture in architectures for zip in build(architecture, profile, draft)]
    zips += [build_relay(architecture, profile, draft) for architecture in architectures]
    folder = assemble(draft, zips, workspace_version())
    report(zips, profile)
    name = folder.relative_to(ROOT)
    print(f"\nCopy the zips of {name} to a bucket, then create a stack from its template-plain.json:\n")
    print(f"  aws s3 cp --recursive --exclude '*' --include '*.zip' --exclude '*/*' {name} s3://YOUR-BUCKET/hookpost/")
    return folder


def assemble(draft: Path, zips: list[Zip], version: str) -> Path:
    """Adds everything else to the zips in `draft`, and renames it. The same zips make the same files, byte for byte."""
    write(plain_for_any_account(from_a_bucket(load(), zips)), draft / "template-plain.json")
    of_one_processor = [zip for zip in zips if zip.architecture == zips[0].architecture]
    sam = from_a_folder(load(), of_one_processor, Path())
    describe_application(sam, version)
    write(sam, draft / "template.json")
    (draft / "bom.cdx.json").write_text(sbom(version) + "\n", encoding="utf-8")
    for document in DOCUMENTS:
        (draft / document).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / document).is_dir():
            shutil.copytree(ROOT / document, draft / document, ignore=LEFT_BY_TOOLS)
        else:
            shutil.copy2(ROOT / document, draft / document)
    write_checksums(draft)
    digest = hashlib.sha256("".join(zip.digest for zip in zips).encode()).hexdigest()[:8]
    folder = draft.with_name(f"hookpost-{version}-{digest}")
    shutil.rmtree(folder, ignore_errors=True)
    return draft.rename(folder)


def deployable(architecture: str | None, profile: str) -> Path:
    """Makes target/deploy, for `sam deploy`, and returns the template."""
    chosen = architecture or buildable()[0]
    if not can_build_for(chosen):
        raise UserError(f"Rust cannot build for {chosen} here. Try `rustup target add {TARGETS[chosen]}`.")
    folder = empty(ROOT / "target" / "deploy")
    zips = build(chosen, profile, folder)
    report(zips, profile)
    template = folder / "template.json"
    write(plain(from_a_folder(load(), zips, folder)), template)
    return template


def buildable() -> list[str]:
    """The architectures that Rust can build for here, the cheaper one first."""
    found = [architecture for architecture in TARGETS if can_build_for(architecture)]
    for architecture in TARGETS.keys() - set(found):
        print(f"Without {architecture}: `rustup target add {TARGETS[architecture]}` fails here.", flush=True)
    if not found:
        raise UserError("Rust cannot build for Lambda here. Install it with rustup (https://rustup.rs).")
    return found


def workspace_version() -> str:
    metadata = ["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"]
    output = subprocess.run(metadata, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    versions = {package["name"]: package["version"] for package in json.loads(output)["packages"]}
    return versions[FUNCTION_PACKAGES[0]]


def write_checksums(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files)
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def report(zips: list[Zip], profile: str) -> None:
    """Prints sizes and glibc versions. Fails if Lambda could not run a binary."""
    print(f"\n{'function':14}{'processor':11}{'binary':>9}{'zip':>9}   notes")
    for zip in zips:
        size = zip.zip_bytes / 1e6
        target = f", target {ZIP_MEGABYTES_MAX} MB" if zip.function in RECEIVERS and profile == "release" else ""
        missed = ": MISSED" if target and size > ZIP_MEGABYTES_MAX else ""
        needs = f"glibc {zip.glibc[0]}.{zip.glibc[1]}"
        sizes = f"{zip.binary_bytes / 1e6:6.2f} MB{size:6.2f} MB"
        print(f"{zip.function:14}{zip.architecture:11}{sizes}   {needs}{target}{missed}")
        if zip.glibc > GLIBC:
            raise UserError(f"{zip.function} needs {needs}, and Amazon Linux 2023 has {GLIBC[0]}.{GLIBC[1]}.")


def empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
