"""Creates a virtual environment, or installs further requirements into it. Uses the standard library only.

python3 infra/local/make_venv.py .venv requirements.txt...
"""

import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)


def main(folder: str, requirements: list[str]) -> str | None:
    """Returns an error message, or None."""
    if sys.version_info < OLDEST_PYTHON:
        return f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed, and this is {sys.version.split()[0]}."
    try:
        import ensurepip  # noqa: F401  Debian packages it separately, and without it `venv` fails with a stack trace.
        import venv
    except ImportError:
        return "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv."
    print(f"Installing {' and '.join(requirements)} into {folder}", flush=True)
    pip = Path(folder) / "bin" / "pip"
    if not pip.exists():
        venv.create(folder, with_pip=True)
    # Python compiles what is imported; `--no-compile` leaves out the rest.
    install = [pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    files = [argument for file in requirements for argument in ("--requirement", file)]
    if subprocess.run([*install, *files], check=False).returncode:
        return "pip could not install the requirements. Its messages are above."
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
