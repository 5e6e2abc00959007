"""How large a binary or a folder is, and how large as a zip for Lambda, as JSON: `zipped.py PATH`. Standard library only."""

import json
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from infra.package.functions import pack  # noqa: E402  It is found only now.


def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bytes, zip_bytes = binary(path, Path(folder)) if path.is_file() else tree(path, Path(folder))
    print(json.dumps({"bytes": bytes, "zip_bytes": zip_bytes}))


def binary(path: Path, folder: Path) -> tuple[int, int]:
    """Exactly as a release."""
    packed = pack(path.name, "here", path, folder)
    return packed.binary_bytes, packed.zip_bytes


def tree(path: Path, folder: Path) -> tuple[int, int]:
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
    zipped = folder / "function.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for file in files:
            target.write(file, file.relative_to(path))
    return sum(file.stat().st_size for file in files), zipped.stat().st_size


if __name__ == "__main__":
    main(Path(sys.argv[1]))
