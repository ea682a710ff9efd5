"""The shape of a lineage: which event follows which, and the gutter that draws it.

Pure: values in, strings out. `links` finds the graph, `draw` its lanes in the manner of
`git log --graph`. Events are named by their index, newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from minekvm.core.model import CUT, Lineage


class Strokes(NamedTuple):
    """The glyphs that lanes are drawn with, named by where their arms point."""

    down: str
    across: str
    right: str
    left: str
    fork: str
    join: str
    shift: str
    cross: str
    cut: str
    head: str


UNICODE = Strokes(*"│─├┤╮╯╭┼┊○")
ASCII = Strokes(*"|-||.'.+:o")


@dataclass(frozen=True, slots=True)
class Links:
    """What follows below each definition (`heads`) and each event (`downs`)."""

    heads: list[list[int]]
    downs: list[list[int]]


@dataclass(frozen=True, slots=True)
class Row:
    """The gutter of one record: its own line, the lines that belong to it, the rows below."""

    at: str
    beside: str
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The gutters of the definitions and of the events, all equally wide."""

    heads: list[Row]
    rows: list[Row]
    lanes: int


# --- which event follows which


def links(lineage: Lineage, order: Sequence[int]) -> Links:
    """What follows what in a lineage, its definitions in some order."""
    starts = lineage.starts or tuple(() for _ in lineage.definitions)
    below = lineage.below or tuple(() for _ in lineage.events)
    return Links([list(starts[n]) for n in order], [list(places) for places in below])


# --- the drawing


def draw(links: Links, marks: Sequence[str], strokes: Strokes = UNICODE) -> Drawing:
    """Draw the lanes; `marks` has a glyph for each event, a definition's is a plain stroke.

    A lane ends where nothing follows, forks where several events do, joins another that leads to
    the same event, and a last lane left moves to the margin.
    """
    pen = _Pen(strokes)
    heads = [pen.record(None, below, strokes.head) for below in links.heads]
    rows = [pen.record(i, links.downs[i], mark) for i, mark in enumerate(marks)]
    width = 2 * pen.most

    def padded(row: Row) -> Row:
        below = tuple(b.ljust(width) for b in row.below)
        return Row(row.at.ljust(width), row.beside.ljust(width), below)

    return Drawing([padded(r) for r in heads], [padded(r) for r in rows], pen.most)


@dataclass
class _Pen:
    strokes: Strokes
    lanes: list[int | None] = field(default_factory=list)
    most: int = 0

    def record(self, event: int | None, below: Sequence[int], mark: str) -> Row:
        """Draw one record in the lane that waits for it, and let the lanes below part and join."""
        lane = self.lanes.index(event) if event in self.lanes and event is not None else None
        if lane is None:
            lane = self._free(0)
        self.lanes[lane] = event if event is not None else CUT
        at = self._row({lane: mark})
        self.lanes[lane] = None
        rows: list[str] = []
        beside = ""
        shared = {t: self.lanes.index(t) for t in below if t != CUT and t in self.lanes}
        for target in sorted(below, key=lambda t: t in shared):  # own lanes first, then joins
            if self.lanes[lane] is None:
                self.lanes[lane] = target
                beside = self._row({})
                if target in shared:
                    rows.append(self._joined(lane, shared[target]))
                    lane = min(lane, shared[target])
            elif target in shared:
                rows.append(self._spanned(lane, shared[target], self.strokes.left))
            else:
                new = self._free(lane + 1)
                rows.append(self._spanned(lane, new, self.strokes.fork))
                self.lanes[new] = target
        beside = beside or self._row({})
        rows += self._ended() + self._shifted()
        while self.lanes and self.lanes[-1] is None:
            self.lanes.pop()
        return Row(at, beside, tuple(rows))

    def _free(self, least: int) -> int:
        for i in range(least, len(self.lanes)):
            if self.lanes[i] is None:
                return i
        while len(self.lanes) <= least:
            self.lanes.append(None)
        if self.lanes[-1] is not None:
            self.lanes.append(None)
        self.most = max(self.most, len(self.lanes))
        return len(self.lanes) - 1

    def _joined(self, one: int, other: int) -> str:
        row = self._spanned(one, other, self.strokes.join)
        self.lanes[max(one, other)] = None
        return row

    def _ended(self) -> list[str]:
        """A dotted stroke under a lane that goes on out of sight."""
        if CUT not in self.lanes:
            return []
        lane = self.lanes.index(CUT)
        row = self._row({lane: self.strokes.cut})
        self.lanes[lane] = None
        return [row]

    def _shifted(self) -> list[str]:
        """Bring a lane that is alone to the margin."""
        live = [i for i, target in enumerate(self.lanes) if target is not None]
        if len(live) != 1 or live[0] == 0:
            return []
        lane = live[0]
        row = self._spanned(0, lane, self.strokes.join, self.strokes.shift)
        self.lanes[0], self.lanes[lane] = self.lanes[lane], None
        return [row]

    def _spanned(self, one: int, other: int, last: str, first: str | None = None) -> str:
        """A line from one lane to another, across those between."""
        left, right = min(one, other), max(one, other)
        across = {
            i: self.strokes.across if self.lanes[i] is None else self.strokes.cross
            for i in range(left + 1, right)
        }
        return self._row({left: first or self.strokes.right, **across, right: last})

    def _row(self, glyphs: dict[int, str]) -> str:
        """One line: the live lanes' strokes under `glyphs`, joined where these are neighbours."""
        cells = []
        for i, target in enumerate(self.lanes):
            glyph = glyphs.get(i, " " if target is None else self.strokes.down)
            cells.append(glyph + (self.strokes.across if {i, i + 1} <= glyphs.keys() else " "))
        return "".join(cells).rstrip()
