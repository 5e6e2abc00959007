"""The software bill of materials: every crate that is compiled into the functions, as CycloneDX."""

import json
import subprocess
import uuid

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.local.build import FUNCTION_PACKAGES, RELAY, ROOT
from infra.package.zips import TARGETS


def sbom(version: str) -> str:
    """CycloneDX 1.6 in JSON."""
    bom = Bom()
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION, name="hookpost", version=version, bom_ref=f"hookpost@{version}"
    )
    for crate in crates():
        bom.components.add(crate)
    for crate in bom.components:
        bom.register_dependency(bom.metadata.component, [crate])
    # By default a random number and the time, with which no two builds of a release would be the same.
    names = sorted(str(crate.purl) for crate in bom.components)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([version, *names]))
    bom.metadata.timestamp = None
    return JsonV1Dot6(bom).output_as_string(indent=2)


def crates() -> list[Component]:
    """The crates of both processors, without build and test dependencies."""
    metadata = json.loads(cargo("metadata", "--format-version=1", "--locked"))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    wanted = {name for target in TARGETS.values() for name in compiled(target)}
    chosen = [packages[id] for id in nodes if (packages[id]["name"], packages[id]["version"]) in wanted]
    return [component(package) for package in chosen if package["source"]]


def compiled(target: str) -> set[tuple[str, str]]:
    """Names and versions of the crates that cargo resolves for a target."""
    names = (*FUNCTION_PACKAGES, f"hookpost-{RELAY}")
    packages = [argument for package in names for argument in ("--package", package)]
    options = ("--locked", "--prefix=none", "--edges=normal", f"--target={target}", "--format={p}")
    words = (line.split() for line in cargo("tree", *options, *packages).splitlines() if line)
    return {(name, version.removeprefix("v")) for name, version, *_ in words}


def component(package: dict) -> Component:
    name, version, license = package["name"], package["version"], package["license"]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=f"{name}@{version}",
        purl=PackageURL("cargo", None, name, version),
        licenses=[LicenseFactory().make_with_expression(license.replace("/", " OR "))] if license else [],
    )


def cargo(*arguments: str) -> str:
    return subprocess.run(["cargo", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
