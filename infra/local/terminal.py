"""Output with color and a status line on a terminal, and as plain lines elsewhere."""

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"


class Terminal:
    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() and environment.get("TERM") != "dumb"
        self._has_color = self._is_terminal and not environment.get("NO_COLOR")
        self._status = ""

    @property
    def columns(self) -> int:
        """The width of the terminal. A file has no limit."""
        return shutil.get_terminal_size().columns if self._is_terminal else sys.maxsize

    def paint(self, text: str, *styles: str) -> str:
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if self._has_color and text else text

    def line(self, text: str = "") -> None:
        """Prints a line above the status line."""
        self._write(f"{self._erase_status()}{text.rstrip()}\n{self._status}")

    def status(self, text: str) -> None:
        """Replaces the status line, the last line of a terminal. A file gets none."""
        painted = self.paint(text[: self.columns - 1], DIM) if self._is_terminal else ""
        if painted != self._status:
            erase, self._status = self._erase_status(), painted
            self._write(f"{erase}{painted}")

    def _erase_status(self) -> str:
        return "\r\x1b[2K" if self._status else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
