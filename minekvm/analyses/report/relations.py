"""What ties the commits of a story to one another: the edges of a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from minekvm.adapters.index.index import Index
from minekvm.analyses.relate import relate as related
from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import Relation, RelationKind
from minekvm.core.report.model import Edge


def spoken(
    index: Index,
    touching: SameFunctionChanges,
    commits: Iterable[CommitId],
    named: Collection[CommitId],
) -> dict[CommitId, list[Relation]]:
    """The relations of each commit; of those that the story names also what touches the same."""
    return {
        c: [*related.spoken(index, c), *(touching.around(c) if c in named else ())] for c in commits
    }


_WEAK = ("cites", "touches-same")  # kinds that add nothing to a drawing beside another tie


def edges(
    found: Mapping[CommitId, Sequence[Relation]],
    named: Collection[CommitId],
    order: Sequence[CommitId],
) -> list[Edge]:
    """The edges between commits of a story, and from those it names to any other.

    What is of one series is a chain, each leading to the next older one of `order`; who merely
    touched the same functions is told only of two that are both in the story.
    """
    kept: dict[tuple[CommitId, CommitId, RelationKind], Edge] = {}
    series: dict[CommitId, dict[CommitId, str]] = defaultdict(dict)
    for commit, relations in found.items():
        for r in relations:
            inside = r.other in found
            if r.kind == "same-series":
                if inside:
                    series[commit][r.other] = series[r.other][commit] = r.rule
                continue
            if r.elsewhere or (not inside and (commit not in named or r.kind == "touches-same")):
                continue
            ends = (commit, r.other) if r.direction == "out" else (r.other, commit)
            key = (*ends, r.kind)
            if key not in kept or kept[key].citation is None:
                kept[key] = Edge(*ends, r.kind, r.rule, r.citation)
    said = {frozenset((e.source, e.target)) for e in kept.values() if e.kind != "touches-same"}
    stronger = {(e.source, e.target) for e in kept.values() if e.kind not in _WEAK}
    spoken = [
        e
        for e in kept.values()
        if (e.kind != "touches-same" or frozenset((e.source, e.target)) not in said)
        and (e.kind != "cites" or (e.source, e.target) not in stronger)
    ]
    place = {c: n for n, c in enumerate(order)}
    chained = _chains(series, place)
    return sorted(
        [*spoken, *chained],
        key=lambda e: (
            place.get(e.source, len(place)),
            place.get(e.target, len(place)),
            e.source,
            e.target,
            e.kind,
        ),
    )


def _chains(
    series: Mapping[CommitId, Mapping[CommitId, str]], place: Mapping[CommitId, int]
) -> list[Edge]:
    """One edge from each commit of a series to the next older one."""
    found = []
    seen: set[CommitId] = set()
    for start in sorted(series, key=lambda c: place[c]):
        if start in seen:
            continue
        members, open_ = {start}, [start]
        while open_:
            for other in series[open_.pop()]:
                if other not in members:
                    members.add(other)
                    open_.append(other)
        seen |= members
        line = sorted(members, key=lambda c: place[c])
        for newer, older in pairwise(line):
            rule = series[newer].get(older, "the same series")
            found.append(Edge(newer, older, "same-series", rule, None))
    return found
