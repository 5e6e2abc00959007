"""Where text goes: colour and a last line that changes in place on a terminal, plain lines anywhere else."""

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"


class Screen:
    def __init__(self, stream: TextIO, settings: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() and settings.get("TERM") != "dumb"
        self._is_colourful = self._is_terminal and not settings.get("NO_COLOR")
        self._status = ""

    @property
    def columns(self) -> int:
        """What fits in a line. Without a terminal nothing has to."""
        return shutil.get_terminal_size().columns if self._is_terminal else sys.maxsize

    def paint(self, text: str, *styles: str) -> str:
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if self._is_colourful and text else text

    def line(self, text: str = "") -> None:
        """A line that stays."""
        self._write(f"{self._erased()}{text.rstrip()}\n{self._status}")

    def status(self, text: str) -> None:
        """The last line of a terminal, until the next status. Shown nowhere else."""
        painted = self.paint(text[: self.columns - 1], DIM) if self._is_terminal else ""
        if painted != self._status:
            erased, self._status = self._erased(), painted
            self._write(f"{erased}{painted}")

    def _erased(self) -> str:
        return "\r\x1b[2K" if self._status else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
