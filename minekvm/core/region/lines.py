"""Lines of calls in a version in which only other lines of their files are different.

A region is carried from version to version while all that it rests on is the same; where it is told
how it was before a commit, its calls have to stand at the lines of that commit's parent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from minekvm.core.c.flow import flow
from minekvm.core.c.governed import calls_in
from minekvm.core.model import Function
from minekvm.core.region.changes import Difference, MarkerMoved, Passed
from minekvm.core.region.region import Marker, Placed, Region

Defined = Callable[[str, str], Sequence[Function]]
"""The definitions of a name in a file, in the version that is wanted."""


def at_lines(difference: Difference, old: Sequence[Region], defined: Defined) -> Difference:
    """A difference whose former side has the lines of a version; what is not found stays."""
    moves: dict[tuple[str, str], int] = {}

    def by(path: str, function: str) -> int:
        if (path, function) not in moves:
            moves[path, function] = _moved(old, path, function, defined)
        return moves[path, function]

    left = tuple(
        Passed(replace(p.what, line=p.what.line + by(p.what.path, p.what.function)), p.how)
        for p in difference.left
    )
    markers = tuple(
        m
        if m.old is None
        else MarkerMoved(replace(m.old, line=m.old.line + by(m.old.path, m.old.function)), m.new)
        for m in difference.markers
    )
    return replace(difference, left=left, markers=markers)


def _moved(regions: Sequence[Region], path: str, function: str, defined: Defined) -> int:
    """By how many lines a function stands lower than where some regions have it.

    Told by a call that it has: its text is the same, as long as its regions are.
    """
    known: dict[str, int] = {}
    for region in regions:
        uses: list[Placed | Marker] = [*region.calls, *region.markers]
        for use in uses:
            if (use.path, use.function) == (path, function):
                known[use.call] = min(use.line, known.get(use.call, use.line))
    for definition in defined(path, function):
        first: dict[str, int] = {}
        for call, _ in calls_in(flow(definition.text).steps):
            line = definition.start_line + call.line
            first[call.name] = min(line, first.get(call.name, line))
        moves = {first[name] - known[name] for name in first.keys() & known.keys()}
        if len(moves) == 1:  # else it is another variant
            return moves.pop()
    return 0
