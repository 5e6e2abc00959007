"""Made-up releases: zips of which only the digests matter."""

import hashlib

from infra.local.build import FUNCTIONS
from infra.package.zips import TARGETS, Zip


def zips(*architectures: str, **contents: str) -> list[Zip]:
    """The zips of every function. `contents` tells apart those of a function: `zips(watch="mended")`."""
    return [
        Zip(name, architecture, 1, 1, digest(name, architecture, contents), (2, 17))
        for architecture in architectures or TARGETS
        for name in FUNCTIONS
    ]


def digest(name: str, architecture: str, contents: dict[str, str]) -> str:
    content = contents.get(name.replace("-", "_"), "first")
    return hashlib.sha256(f"{name} {architecture} {content}".encode()).hexdigest()
