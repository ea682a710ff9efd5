"""A page of lines for stdout: fitted and styled for a terminal, plain and whole for a pipe."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.core.model import Gap
from minekvm.render import graph, text

if TYPE_CHECKING:
    from rich.console import Console

LABEL = 15  # columns for the label of a row
LEAST = 16  # columns below which a subject is not cut
_DRAWN = "│╮●◆✗…→"  # what a terminal must be able to show, or gets ASCII

Piece = tuple[str, str]  # text and its style
_END: Piece = ("\n", "")


class Page:
    """Lines for stdout: styled and fitted on a terminal, plain and whole elsewhere.

    Rich is imported for a terminal only: it would slow a pipe down, and has nothing to do there.
    """

    def __init__(self) -> None:
        self.encoding = sys.stdout.encoding or "utf-8"
        self.unicode = self._encodable(_DRAWN) == _DRAWN
        self.console = self._console()
        self.width = self.console.width if self.console else None
        self.arrow = "→" if self.unicode and self.console else "->"
        self.strokes = graph.UNICODE if self.unicode else graph.ASCII
        self.ellipsis = "…" if self.unicode else "..."
        self.lines: list[tuple[Piece, ...]] = []

    @staticmethod
    def _console() -> Console | None:
        if not sys.stdout.isatty() and not os.environ.get("FORCE_COLOR"):
            return None
        from rich.console import Console

        return Console(highlight=False, markup=False, emoji=False)

    def _encodable(self, string: str) -> str:
        return string.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def cells(self, string: str) -> int:
        """How many columns a string takes."""
        if string.isascii():
            return len(string)
        from rich.cells import cell_len

        return cell_len(self._encodable(string))

    def clipped(self, string: str, room: int) -> str:
        """A string that fits a terminal's room, ended with an ellipsis where it was cut."""
        if self.width is None or self.cells(string) <= room:
            return string
        room = max(0, room - len(self.ellipsis))
        string = self._encodable(string)[:room]
        while self.cells(string) > room:
            string = string[:-1]
        return string + self.ellipsis

    def padded(self, string: str, room: int) -> str:
        """A string with the spaces that fill a column."""
        return string + " " * (room - self.cells(string))

    def wrapped(self, pieces: Sequence[str], room: int) -> list[str]:
        """Pieces joined by spaces into lines; one that does not fit is parted at its own."""
        lines: list[str] = []
        for piece in pieces:
            for word in piece.split() if self.cells(piece) > room else [piece]:
                if lines and self.cells(lines[-1]) + 1 + self.cells(word) <= room:
                    lines[-1] += f" {word}"
                else:
                    lines.append(word)
        return lines

    def paragraph(self, string: str, style: str = "") -> None:
        """Add text, wrapped between words on a terminal; a number stays with its word."""
        words = re.split(r"(?<!\d) ", string)
        room = len(string) if self.width is None else self.width - 2
        for i, line in enumerate(self.wrapped(words, room)):
            self.line(("  " * (i > 0) + line, style))

    def line(self, *pieces: Piece) -> None:
        """Add a line."""
        self.lines.append(tuple((self._encodable(t), style) for t, style in pieces if t))

    def row(self, label: str, first: bool, words: Sequence[str], style: str = "") -> None:
        """Add a labelled row, wrapped under itself; only a terminal spares a repeated label."""
        if self.width is None:
            self.line((f"{label:<{LABEL}}", ""), (" ".join(words), ""))
            return
        for i, line in enumerate(self.wrapped(words, max(24, self.width - LABEL - 2))):
            shown = label if first and i == 0 else ""
            self.line((f"{shown:<{LABEL}}", style), ("  " * (i > 0) + line, ""))

    def gaps(self, gaps: Sequence[Gap]) -> None:
        """Add what could not be read or told, under a blank line."""
        if gaps:
            self.line()
        for gap in gaps:
            self.paragraph(text.gap_line(gap), "yellow")

    def show(self) -> None:
        """Write everything at once: a closed pipe is met here, as BrokenPipeError."""
        if self.console is None:
            out = "".join("".join(t for t, _ in line).rstrip() + "\n" for line in self.lines)
        else:
            from rich.segment import Segment, Segments

            used = {s for line in self.lines for _, s in (*line, _END)}
            styles = {s: self.console.get_style(s or "none") for s in used}
            segments = [Segment(t, styles[s]) for line in self.lines for t, s in (*line, _END)]
            with self.console.capture() as captured:
                self.console.print(Segments(segments), end="", soft_wrap=True)
            out = captured.get()
        sys.stdout.write(out)
        sys.stdout.flush()
