"""Command line of the packaging."""

import argparse
import sys

from infra.local.errors import UserError
from infra.package.release import deployable, release
from infra.package.zips import TARGETS


def main() -> str | None:
    """Returns an error message, or None."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Packages Hookpost for AWS.")
    parser.add_argument("--profile", default="release", help="cargo profile of the functions (default: release)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("release", help="everything that an operator without a toolchain needs, in target/package")
    deploy = commands.add_parser("deploy", help="zips and template for `sam deploy`, in target/deploy")
    deploy.add_argument("--architecture", choices=TARGETS, help="default: arm64 if Rust can build for it here")
    arguments = parser.parse_args()
    try:
        if arguments.command == "release":
            release(arguments.profile)
        else:
            deployable(arguments.architecture, arguments.profile)
    except UserError as error:
        return f"hookpost: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
