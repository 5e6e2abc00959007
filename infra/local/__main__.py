"""Command line of the local stack."""

import argparse
import signal
import sys

from infra.local.build import DEFAULT_PROFILE
from infra.local.commands import demo, run
from infra.local.consume import consume
from infra.local.deliver import deliver
from infra.local.errors import UserError
from infra.local.relay import relay
from infra.local.terminal import RED, Terminal


def main() -> int:
    arguments = parser().parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    output, errors = Terminal(sys.stdout), Terminal(sys.stderr)
    # Each of these signals must run the clean-up of every `with` block. SIGINT is named because a shell makes its
    # background jobs ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, exit_on_signal)
    signal.signal(signal.SIGHUP, exit_on_signal)
    try:
        if arguments.command == "run":
            return run(output, arguments.profile)
        if arguments.command == "demo":
            return demo(output, arguments.profile)
        if arguments.command == "consume":
            return consume(arguments.language, output)
        if arguments.command == "relay":
            return relay(arguments.targets, arguments.profile, output)
        return deliver(arguments.folder, arguments.profile, output, errors)
    except UserError as error:
        errors.line(f"{errors.paint('hookpost:', RED)} {error}")
        return 2
    except KeyboardInterrupt:
        errors.line("Interrupted. Everything has stopped.")
        return 128 + signal.SIGINT


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Runs Hookpost on this machine.")
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="cargo profile of the functions (default: dev)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="deploy everything, show a demo, then a live view of the queues until Ctrl-C")
    commands.add_parser("demo", help="deploy everything, show a demo; status 0 if every event arrived exactly once")
    deliver = commands.add_parser("deliver", help="post each *.json body of a folder to the receivers")
    deliver.add_argument("folder", nargs="?", default="")
    consume = commands.add_parser("consume", help="read the events of the stack that another terminal runs")
    consume.add_argument("language", nargs="?", default="python")
    relay = commands.add_parser("relay", help="post the raw deliveries of the stack that another terminal runs")
    relay.add_argument("targets", nargs="?", default="")
    return parser


def exit_on_signal(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
