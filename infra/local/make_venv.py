"""Makes the virtual environment that everything else runs in. Runs before it exists: standard library only.

    python3 infra/local/make_venv.py .venv requirements.txt...
"""

import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)


def main(folder: str, requirements: list[str]) -> str | None:
    """What went wrong, or nothing."""
    if sys.version_info < OLDEST_PYTHON:
        return f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed, and this is {sys.version.split()[0]}."
    try:
        import ensurepip  # noqa: F401  Debian parts it from python3, and without it `venv` fails in many words.
        import venv
    except ImportError:
        return "Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv)."
    print(f"Making {folder} for the local tools (only the first time, and when they change)", flush=True)
    venv.create(folder, with_pip=True)
    python = Path(folder) / "bin" / "python"
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    files = [argument for file in requirements for argument in ("--requirement", file)]
    if subprocess.run([*install, *files], check=False).returncode:
        return "pip could not install the local tools: its messages are above."
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
