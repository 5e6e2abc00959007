"""python -m infra.dashboard FILE.svg"""

import sys
from pathlib import Path

from infra.dashboard.body import widgets
from infra.dashboard.draw import picture


def main(file: str) -> None:
    Path(file).write_text(picture(widgets()), encoding="utf-8")
    print(f"{file}: what CloudWatch would draw, as near as it needs to be, with made-up figures")


if __name__ == "__main__":
    main(*sys.argv[1:])
