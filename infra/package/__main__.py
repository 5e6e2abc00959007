"""Command line.

    python -m infra.package release                   everything that somebody without a toolchain needs
    python -m infra.package deployable [ARCHITECTURE] a template that `sam deploy` takes, for one processor
"""

import sys

from infra.local.problem import Problem
from infra.package.release import deployable, release


def main(arguments: list[str]) -> str | None:
    """What went wrong, or nothing."""
    try:
        match arguments:
            case ["release"]:
                release()
            case ["deployable", *architecture]:
                deployable(next(iter(architecture), None))
            case _:
                return __doc__
    except Problem as problem:
        return f"hookpost: {problem}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
