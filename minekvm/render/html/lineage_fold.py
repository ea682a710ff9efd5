"""A lineage's nodes as they are drawn: long runs of commits that only edit stand as one.

So a drawing shows where something happened, and how many edits lie between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.render.html.lineage_graph import Descent, Knot, Place
from minekvm.render.html.shapes import QUIET, telling

FEW = 12  # so many commits are all drawn
RUN = 4  # commits in a row that only edit, from which they are drawn as one


@dataclass(frozen=True, slots=True)
class Drawn:
    """One node: the knots of one place that it stands for, the oldest first, and its column."""

    number: int
    column: int
    knots: tuple[Knot, ...]

    @property
    def first(self) -> Knot:
        return self.knots[0]

    @property
    def place(self) -> Place:
        return self.knots[0].place

    @property
    def kind(self) -> str:
        """The most telling thing that happened; empty for a part that came of another."""
        kinds = [kind for knot in self.knots for kind in knot.kinds]
        return telling(kinds) if kinds else ""


@dataclass(frozen=True, slots=True)
class Folded:
    """Columns of commits, nodes in them, and edges between nodes by their numbers."""

    columns: tuple[tuple[str, ...], ...]
    nodes: tuple[Drawn, ...]
    edges: tuple[tuple[int, int], ...]


def folded(descent: Descent) -> Folded:
    """What is drawn of a descent."""
    columns = tuple(_columns(descent))
    at = {commit: number for number, column in enumerate(columns) for commit in column}
    groups: defaultdict[tuple[int, Place], list[Knot]] = defaultdict(list)
    for knot in descent.knots:
        groups[at[knot.commit], knot.place].append(knot)
    nodes = tuple(
        Drawn(number, column, tuple(knots))
        for number, ((column, _), knots) in enumerate(groups.items())
    )
    number = {knot.number: node.number for node in nodes for knot in node.knots}
    ends = dict.fromkeys((number[a], number[b]) for a, b in descent.edges)
    return Folded(columns, nodes, tuple((a, b) for a, b in ends if a != b))


def _columns(descent: Descent) -> Iterator[tuple[str, ...]]:
    if len(descent.commits) <= FEW:
        yield from ((commit,) for commit in descent.commits)
        return
    loud = {k.commit for k in descent.knots if not k.kinds or telling(k.kinds) not in QUIET}
    run: list[str] = []
    for commit in descent.commits:
        if commit in loud:
            yield from _run(run)
            run = []
            yield (commit,)
        else:
            run.append(commit)
    yield from _run(run)


def _run(commits: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(commits) < RUN:
        yield from ((commit,) for commit in commits)
    else:
        yield tuple(commits)
