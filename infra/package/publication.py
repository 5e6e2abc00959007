"""What is published for a tag: the files of the package, an archive of all, and a section of the changelog as notes.

python3 -m infra.package.publication TAG PACKAGES FOLDER

Uses the standard library only.
"""

import gzip
import re
import shutil
import sys
import tarfile
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def publish(tag: str, packages: Path, folder: Path) -> str | None:
    """Fills `folder` with the notes and the files. Returns an error message, or None."""
    version = tag.removeprefix("v")
    found = list(packages.glob("hookpost-*"))
    if [package.name.rsplit("-", 1)[0] for package in found] != [f"hookpost-{version}"]:
        return f"The tag {tag} is not the version in Cargo.toml: {[package.name for package in found]} was built."
    section = notes(CHANGELOG.read_text(encoding="utf-8"), version)
    if not section:
        return f"CHANGELOG.md has no section `## [{version}] - YYYY-MM-DD`. Write it, with the day of the release."
    files = folder / "files"
    files.mkdir(parents=True)
    (folder / "notes.md").write_text(section, encoding="utf-8")
    (package,) = found
    for file in package.iterdir():
        if file.is_file():
            shutil.copy2(file, files)
    archive(package, files / f"{package.name}.tar.gz")
    return None


def notes(changelog: str, version: str) -> str:
    """The text of a dated section, or nothing."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n+(.*?)(?=^## |\Z)"
    section = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    return section[1].strip() + "\n" if section else ""


def archive(folder: Path, file: Path) -> None:
    """The same folder makes the same archive: no time, no owner, and in order of the names."""
    with (
        file.open("wb") as content,
        gzip.GzipFile("", "wb", fileobj=content, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(folder, folder.name, filter=anonymous)


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else 0o644
    return member


if __name__ == "__main__":
    sys.exit(publish(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
