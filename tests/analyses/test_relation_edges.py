"""From what commits say to the edges of a graph."""

from __future__ import annotations

from minekvm.analyses.report.relations import edges
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import Citation, Direction, Relation, RelationKind

A, B, C, D = (CommitId(letter * 40) for letter in "abcd")
NEWEST_FIRST = [A, B, C]


def _relation(
    kind: RelationKind, direction: Direction, other: CommitId, *, quoted: bool = True
) -> Relation:
    return Relation(
        kind, direction, other, "a rule", Citation(A, 1, 1, "words") if quoted else None
    )


def _drawn(found: dict[CommitId, list[Relation]], named: set[CommitId]) -> list[str]:
    made = edges(found, named, NEWEST_FIRST)
    return [f"{e.source[0]} {e.kind} {e.target[0]}" for e in made]


def test_both_ends_say_one_edge() -> None:
    found = {A: [_relation("fixes", "out", B)], B: [_relation("fixes", "in", A)], C: []}
    assert _drawn(found, set()) == ["a fixes b"]


def test_who_is_outside_is_told_for_the_named_only() -> None:
    found = {A: [_relation("cites", "out", D)], B: [_relation("cites", "in", D)], C: []}
    assert _drawn(found, set()) == []
    assert _drawn(found, {A}) == ["a cites d"]
    assert _drawn(found, {A, B}) == ["a cites d", "d cites b"]


def test_touching_the_same_is_told_of_two_that_say_nothing_else() -> None:
    touches = [_relation("touches-same", "out", other, quoted=False) for other in (B, C, D)]
    found = {A: [*touches, _relation("cites", "out", B)], B: [], C: []}
    assert _drawn(found, {A}) == ["a cites b", "a touches-same c"]


def test_a_series_is_a_chain() -> None:
    found = {
        commit: [_relation("same-series", "out", other, quoted=False) for other in NEWEST_FIRST]
        for commit in NEWEST_FIRST
    }
    found[A].append(_relation("same-series", "out", D, quoted=False))
    assert _drawn(found, {A}) == ["a same-series b", "b same-series c"]


def test_words_are_kept_rather_than_none() -> None:
    found = {
        A: [_relation("cites", "out", B, quoted=False)],
        B: [_relation("cites", "in", A)],
        C: [],
    }
    (edge,) = edges(found, set(), NEWEST_FIRST)
    assert edge.citation is not None
    assert edge.citation.quote == "words"
