"""A lineage that runs downwards, for narrow screens and for paper: a row for each node.

At the left a line for each definition, as `git log --graph` has it; the words beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.render.html.lineage_fold import Folded
from minekvm.render.html.lineage_graph import Descent
from minekvm.render.html.nodes import Edge, Node
from minekvm.render.html.shapes import clipped, clipped_path

WIDTH = 340  # of the whole
STEP, CLOSE, MOST = 16, 8, 8  # between lines; where there are more than so many
TALL, LOW, FILE = 34, 20, 15  # heights: of a row that tells something, of an edit, of a file's line
LETTER, SMALL = 7.2, 6.2  # widths of a letter of a name and of a path


@dataclass(frozen=True, slots=True)
class Row:
    """A node at its place, and the words beside it: a date, a name, and a file where it changes."""

    node: Node
    x: float
    y: float
    height: float
    text: float
    date: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Down:
    """The drawing; `ends` are lines to definitions that still stand."""

    width: float
    height: float
    rows: tuple[Row, ...]
    edges: tuple[Edge, ...]
    ends: tuple[str, ...]


def down(descent: Descent, fold: Folded, nodes: Sequence[Node]) -> Down:
    """What is drawn downwards, the oldest first; `nodes` as they are drawn across."""
    places = list(dict.fromkeys(drawn.place for drawn in fold.nodes))
    step = STEP if len(places) <= MOST else CLOSE
    # With very many definitions lines share a place: the words have to have room.
    across = {place: 12.0 + step * (n % (MOST * 2)) for n, place in enumerate(places)}
    text = max(across.values()) + 16
    most, small = int((WIDTH - text) / LETTER), int((WIDTH - text) / SMALL)
    rows: list[Row] = []
    y, path = 20.0, ""
    for drawn, node in zip(fold.nodes, nodes, strict=True):
        date, place = clipped(drawn.knots[-1].date, 10), drawn.place
        name = (
            clipped(place.name, most) if node.label or not node.kind or place.path != path else ""
        )
        file = clipped_path(place.path, small) if place.path != path else ""
        height = (TALL if name else LOW) + (FILE if file else 0)
        rows.append(Row(node, across[place], y, height, text, date, name, file))
        y += height
        path = place.path
    last = {row.node.number: row for row in rows}
    ends = {drawn.place: last[drawn.number] for drawn in fold.nodes}
    return Down(
        width=WIDTH,
        height=y,
        rows=tuple(rows),
        edges=tuple(Edge(_line(last[a], last[b]), a, b) for a, b in fold.edges),
        ends=tuple(
            f"M{row.x:g} {row.y:g}V{y - 8:g}" for p, row in ends.items() if p in descent.standing
        ),
    )


def _line(older: Row, newer: Row) -> str:
    """Down its own line, then, shortly before the newer node, over to the other."""
    start = f"M{older.x:g} {older.y:g}"
    if older.x == newer.x:
        return f"{start}V{newer.y:g}"
    turn = max(older.y, newer.y - 18)
    end = f"{older.x:g} {newer.y:g} {newer.x:g} {turn:g} {newer.x:g} {newer.y:g}"
    return f"{start}V{turn:g}C{end}"
