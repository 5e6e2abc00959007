"""Command line of the packaging."""

import argparse
import sys

from infra.local.errors import UserError
from infra.package.release import release
from infra.package.zips import TARGETS


def main() -> str | int | None:
    """Returns an error message or an exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Packages Hookpost for AWS.")
    parser.add_argument("--profile", default="release", help="cargo profile of the functions (default: release)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("release", help="everything that an operator without a toolchain needs, in target/package")
    deployment = commands.add_parser("deploy", help="builds in target/deploy and runs `sam deploy`")
    deployment.add_argument(
        "--architecture",
        choices=TARGETS,
        help="default: the one asked for last time, or arm64 if Rust can build for it here",
    )
    deployment.add_argument("--bucket", help="S3 bucket for the zips, if you may not create one")
    deployment.add_argument(
        "--replace-logging-role",
        action="store_true",
        help="whether CreateApiGatewayAccountRole may replace the role that API Gateway has in the Region",
    )
    arguments = parser.parse_args()
    try:
        if arguments.command == "release":
            release(arguments.profile)
            return None
        # The SAM CLI and its TOML library are installed for `make deploy` only.
        from infra.package.deploy import deploy

        return deploy(
            arguments.architecture,
            arguments.profile,
            arguments.bucket,
            replace_logging_role=arguments.replace_logging_role,
        )
    except UserError as error:
        return f"hookpost: {error}"


if __name__ == "__main__":
    sys.exit(main())
