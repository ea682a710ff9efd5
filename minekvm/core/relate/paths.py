"""The paths of relations that connect two commits, the shortest and strongest first.

Both ends are widened by turns (bidirectional search), the side with fewer open commits first; then
the simple paths through what was met are listed, best first, by summed cost: one for each step and
a little for each weak one.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from minekvm.core.model import CommitId, Gap
from minekvm.core.relate.kinds import has_direction, is_stated, strength
from minekvm.core.relate.relations import About, Relation

STEPS = 4  # relations of a path at most
_OPENED = 300  # commits whose relations are looked up
_SHOWN = 5  # paths
_LISTED = 20_000  # partial paths looked at
_WEAKNESS = 0.15  # cost of a step for each degree of weakness, beside 1 for being a step


@dataclass(frozen=True, slots=True)
class Step:
    """One relation on a path, from `source` to `relation.other`."""

    source: CommitId
    relation: Relation


@dataclass(frozen=True, slots=True)
class Connection:
    """Paths from a commit to another, best first.

    `opened` commits had their relations looked up; `cut` where the search was given up early.
    """

    paths: tuple[tuple[Step, ...], ...]
    opened: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """What connects two commits: paths, best first; none where nothing does."""

    start: CommitId
    goal: CommitId
    paths: tuple[tuple[Step, ...], ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]


def stated_first(paths: Sequence[tuple[Step, ...]]) -> tuple[tuple[Step, ...], ...]:
    """Paths, each once: those of which every step is in somebody's words come first."""
    kept = {tuple((s.source, s.relation.other) for s in path): path for path in reversed(paths)}
    once = [p for p in paths if kept[tuple((s.source, s.relation.other) for s in p)] is p]
    return tuple(sorted(once, key=lambda p: not all(is_stated(s.relation) for s in p))[:_SHOWN])


def connect(
    start: CommitId,
    goal: CommitId,
    relations: Callable[[CommitId], Sequence[Relation]],
    is_hub: Callable[[CommitId], bool] = lambda _: False,
) -> Connection:
    """The best paths between two commits. Relations are asked for once for each commit.

    What `is_hub` is related to so much that it ties nothing to anything: no path goes through it.
    """
    edges: dict[CommitId, Sequence[Relation]] = {}
    through = lru_cache(maxsize=None)(lambda c: c in (start, goal) or not is_hub(c))
    depth = {start: 0}, {goal: 0}
    rims = [start], [goal]
    for _ in range(STEPS):
        side = 0 if len(rims[0]) <= len(rims[1]) else 1
        side = side if rims[side] else 1 - side
        rim: list[CommitId] = []
        for commit in rims[side]:
            if commit not in edges:
                if len(edges) >= _OPENED:
                    return Connection(_best(start, goal, edges, through), len(edges), cut=True)
                edges[commit] = relations(commit) if through(commit) else ()
            for relation in edges[commit]:
                if relation.here and relation.other not in depth[side]:
                    depth[side][relation.other] = depth[side][commit] + 1
                    rim.append(relation.other)
        rims[side][:] = rim
        if _met(depth) and _complete(depth, rims):
            break
    return Connection(_best(start, goal, edges, through), len(edges), cut=False)


def _met(depth: tuple[dict[CommitId, int], dict[CommitId, int]]) -> bool:
    return not depth[0].keys().isdisjoint(depth[1])


def _complete(
    depth: tuple[dict[CommitId, int], dict[CommitId, int]],
    rims: tuple[list[CommitId], list[CommitId]],
) -> bool:
    """Whether what is still closed could only make longer paths than one that was met."""
    best = min(depth[0][c] + depth[1][c] for c in depth[0].keys() & depth[1].keys())
    reach = sum(min((depth[i][c] for c in rims[i]), default=STEPS) for i in (0, 1))
    return reach > best


def _best(
    start: CommitId,
    goal: CommitId,
    edges: dict[CommitId, Sequence[Relation]],
    through: Callable[[CommitId], bool],
) -> tuple[tuple[Step, ...], ...]:
    """The cheapest simple paths through the known relations, each commit sequence once."""
    graph = _both_ways(edges)
    found: list[tuple[Step, ...]] = []
    open_: list[tuple[float, int, CommitId, tuple[Step, ...]]] = [(0.0, 0, start, ())]
    number = 0
    while open_ and len(found) < _SHOWN and number < _LISTED:
        cost, _, at, path = heapq.heappop(open_)
        if at == goal:
            found.append(path)
            continue
        if len(path) == STEPS or not through(at):
            continue
        passed = {start, *(s.relation.other for s in path)}
        for relation in graph.get(at, {}).values():
            if relation.other not in passed:
                number += 1
                more = cost + 1 + _WEAKNESS * strength(relation)
                heapq.heappush(open_, (more, number, relation.other, (*path, Step(at, relation))))
    return tuple(found)


def _both_ways(
    edges: dict[CommitId, Sequence[Relation]],
) -> dict[CommitId, dict[CommitId, Relation]]:
    """The strongest relation from each commit to each other, also where only the other has it."""
    graph: dict[CommitId, dict[CommitId, Relation]] = {}

    def lay(source: CommitId, relation: Relation) -> None:
        known = graph.setdefault(source, {}).get(relation.other)
        if known is None or strength(relation) < strength(known):
            graph[source][relation.other] = relation

    for source, relations in edges.items():
        for relation in relations:
            if relation.here:
                lay(source, relation)
                lay(relation.other, _turned(source, relation))
    return graph


def _turned(source: CommitId, relation: Relation) -> Relation:
    """The same relation as the other commit has it."""
    direction = relation.direction
    if has_direction(relation):
        direction = "in" if direction == "out" else "out"
    return replace(relation, direction=direction, other=source)
