"""Standard output as it is: how wide, in which letters, with styles or without.

Lines are made of spans. A span that `gives` may be cut where a line is too long, one that is
`whole` is not broken where lines are wrapped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.render import graph

if TYPE_CHECKING:
    from rich.console import Console

LEAST = 16  # columns below which nothing is cut
_NO_LINKS = (None, "dumb", "linux")  # terminals that would show what an OSC 8 link is made of
# Letters of Latin scripts, and what pages are drawn with: a column each.
_ONE_WIDE = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u1e00-\u1eff│─├┤╮╯╭┼┊○●◆✗…→“”]*+")
_DRAWN = "│╮●◆✗…→"  # what a terminal must be able to show, or gets ASCII
_HASH = re.compile(r"\b[0-9a-f]{7,64}\b")
_BREAK = re.compile(r"(?<![\d→]) |(?<=  ) ")  # a number stays with what it counts
_CONTEXT = 0.75  # of what is left of a quote, where the hash ends that it is about
_DIGITS = 12  # of a hash, to be seen


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one style; nothing in it acts on a terminal."""

    text: str
    style: str = ""
    gives: bool = False
    whole: bool = False


Line = list[Span]


class Screen:
    """What lines are fitted to. Rich is imported for a terminal only: it would slow a pipe down."""

    def __init__(self) -> None:
        self.encoding = sys.stdout.encoding or "utf-8"
        self.unicode = self.encodable(_DRAWN) == _DRAWN
        self.console = self._console()
        self.links = self.console is not None and os.environ.get("TERM") not in _NO_LINKS
        self.width = self.console.width if self.console else None
        self.arrow = "→" if self.unicode and self.console else "->"
        self.strokes = graph.UNICODE if self.unicode else graph.ASCII
        self.ellipsis = "…" if self.unicode else "..."

    @staticmethod
    def _console() -> Console | None:
        if not sys.stdout.isatty() and not os.environ.get("FORCE_COLOR"):
            return None
        from rich.console import Console

        return Console(highlight=False, markup=False, emoji=False)

    def encodable(self, string: str) -> str:
        """A string with escapes for what the encoding has not got."""
        return string.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def cells(self, string: str) -> int:
        """How many columns a string takes."""
        if string.isascii() or (self.encoding == "utf-8" and _ONE_WIDE.fullmatch(string)):
            return len(string)
        from rich.cells import cell_len  # as dear to import as all the rest of a page

        return cell_len(self.encodable(string))

    def size(self, line: Sequence[Span]) -> int:
        """How many columns a line takes."""
        return sum(self.cells(span.text) for span in line)

    def clipped(self, string: str, room: int) -> str:
        """A string that fits a room, ended with an ellipsis where it was cut."""
        if self.cells(string) <= room:
            return string
        room = max(0, room - len(self.ellipsis))
        string = self.encodable(string)[:room]
        while self.cells(string) > room:
            string = string[:-1]
        return string + self.ellipsis

    def _cut(self, string: str, room: int) -> str:
        """The same, begun with an ellipsis where the hash that it is about would not be seen."""
        found = _HASH.search(string)
        end = min(found.end(), found.start() + _DIGITS) if found else 0
        if found and end >= room:
            least = max(0, end - int(room * _CONTEXT))
            space = string.find(" ", least, found.start())
            string = self.ellipsis + string[least if space < 0 else space + 1 :]
        return self.clipped(string, room)

    def fitted(self, line: Sequence[Span], room: int) -> Line:
        """A line that fits a room as far as its spans give, the longest first."""
        fitted = list(line)
        over = self.size(line) - room
        giving = [n for n, span in enumerate(line) if span.gives]
        for n in sorted(giving, key=lambda n: -self.cells(line[n].text)):
            cells = self.cells(line[n].text)
            if over > 0 and cells > LEAST:
                cut = self._cut(line[n].text, max(LEAST, cells - over))
                fitted[n] = replace(line[n], text=cut)
                over -= cells - self.cells(cut)
        return fitted

    def wrapped(
        self, line: Sequence[Span], room: int, rest: int | None = None, most: int = 1 << 30
    ) -> list[Line]:
        """A line as so many at most, broken between words; those after the first have `rest`."""
        rest = room if rest is None else rest
        lines: list[Line] = [[]]
        used = 0
        for gap, word in self._words(line, room, rest):
            size = self.size(word)
            here = room if len(lines) == 1 else rest
            if lines[-1] and used + gap + size > here:
                if len(lines) == most:
                    if not lines[-1][-1].text.endswith(self.ellipsis):
                        lines[-1].append(Span(self.ellipsis, word[-1].style))
                    return lines
                lines.append([])
                used = 0
            if lines[-1]:
                lines[-1].append(Span(" " * gap, word[0].style))
                used += gap
            lines[-1] += word
            used += size
        return lines

    def _words(self, line: Sequence[Span], room: int, rest: int) -> Iterator[tuple[int, Line]]:
        """Words, each with the spaces before it."""
        most = max(room, rest)
        word: Line = []
        gap = 0
        for span in line:
            unbroken = span.whole and self.cells(span.text) <= most
            pieces = [span.text] if unbroken else _BREAK.split(span.text)
            for number, piece in enumerate(pieces):
                if number:
                    if word:
                        yield gap, word
                        word, gap = [], 0
                    gap += 1
                if piece:
                    shown = self.clipped(piece, most) if span.gives else piece
                    word.append(replace(span, text=shown))
        if word:
            yield gap, word

    def text(self, lines: Sequence[Sequence[Span]]) -> str:
        """The lines as text to be written at once, with styles where there are any."""
        shown = [
            [
                (self.encodable("".join(span.text for span in run)), style)
                for style, run in groupby(line, key=lambda span: span.style)
            ]
            for line in lines
        ]
        if self.console is None:
            return "".join("".join(t for t, _ in line).rstrip() + "\n" for line in shown)
        from rich.segment import Segment, Segments

        used = {"", *(style for line in shown for _, style in line)}
        styles = {s: self.console.get_style(s or "none") for s in used}
        segments = [Segment(t, styles[s]) for line in shown for t, s in (*line, ("\n", "")) if t]
        with self.console.capture() as captured:
            self.console.print(Segments(segments), end="", soft_wrap=True)
        return captured.get()
