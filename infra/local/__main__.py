"""python -m infra.local run | demo | deliver FOLDER"""

import argparse
import signal
import sys

from infra.local.deliver import deliver
from infra.local.play import demo, run
from infra.local.problem import Problem
from infra.local.screen import RED, Screen


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Hookpost on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="everything up, a tour, then a live view until Ctrl-C")
    commands.add_parser("demo", help="the same once through; status 0 if every event arrived exactly once")
    commands.add_parser("deliver", help="post a folder of *.json bodies").add_argument("folder", nargs="?", default="")
    arguments = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    output, errors = Screen(sys.stdout), Screen(sys.stderr)
    # All of them end us by way of every clean-up. Ctrl-C is named because a shell's background job ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    try:
        if arguments.command == "run":
            return run(output)
        if arguments.command == "demo":
            return demo(output)
        return deliver(arguments.folder, output, errors)
    except Problem as problem:
        errors.line(f"{errors.paint('hookpost:', RED)} {problem}")
        return 2
    except KeyboardInterrupt:
        errors.line("interrupted; everything has stopped")
        return 128 + signal.SIGINT


def interrupt(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
