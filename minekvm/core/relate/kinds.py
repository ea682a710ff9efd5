"""What each kind of relation means and how it is told: a row a kind, in the order of answers.

A new kind is a row here and a finder in the list of `analyses/relate/relate.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from minekvm.core.relate.relations import Relation, RelationKind


class Words(NamedTuple):
    """A kind from one side: the heading of a group, the label of a record, the verb."""

    title: str
    label: str
    verb: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of relation: the words of who speaks and of the other, the same without direction.

    `weakness` is 0 for what says the most; a `stated` kind rests on somebody's words.
    """

    name: RelationKind
    weakness: int
    stated: bool
    out: Words
    back: Words


_PATCH = Words("Same patch", "same patch", "makes the same change as")
_SERIES = Words("Same series", "same series", "is in one series with")
_TOUCHES = "touches the same functions as"
ELSEWHERE = Words(
    "Touched the same functions on other branches", "touched on other branches", _TOUCHES
)

KINDS = (
    Kind(
        "fixes",
        1,
        True,
        Words("Fixes", "fixes", "fixes"),
        Words("Fixed by", "fixed by", "is fixed by"),
    ),
    Kind(
        "reverts",
        0,
        True,
        Words("Reverts", "reverts", "reverts"),
        Words("Reverted by", "reverted by", "is reverted by"),
    ),
    Kind(
        "backport-of",
        2,
        True,
        Words("Backport of", "backport of", "is a backport of"),
        Words("Backported as", "backported as", "is backported as"),
    ),
    Kind("same-patch", 3, False, _PATCH, _PATCH),
    Kind(
        "cites",
        4,
        True,
        Words("Cites", "cites", "cites"),
        Words("Cited by", "cited by", "is cited by"),
    ),
    Kind("same-series", 5, False, _SERIES, _SERIES),
    Kind(
        "touches-same",
        6,
        False,
        Words("Touched the same functions before", "touched before", _TOUCHES),
        Words("Touched the same functions after", "touched after", _TOUCHES),
    ),
)
_OF: dict[RelationKind, Kind] = {kind.name: kind for kind in KINDS}


def strength(relation: Relation) -> int:
    """Relations by how much they say, 0 the most."""
    return _OF[relation.kind].weakness


def is_stated(relation: Relation) -> bool:
    """Whether a relation rests on somebody's words."""
    return _OF[relation.kind].stated


def has_direction(relation: Relation) -> bool:
    """Whether a relation says another thing from the other commit's side."""
    return _OF[relation.kind].stated


def _words(relation: Relation) -> Words:
    if relation.elsewhere:
        return ELSEWHERE
    kind = _OF[relation.kind]
    return kind.out if relation.direction == "out" else kind.back


@dataclass(frozen=True, slots=True)
class Group:
    """The relations of one sort: under a heading, or as records that begin with the label."""

    title: str
    label: str
    relations: tuple[Relation, ...]


def verb(relation: Relation) -> str:
    """What a commit does to the other one: "fixes", "is cited by"."""
    return _words(relation).verb


def groups(relations: Sequence[Relation]) -> list[Group]:
    """The relations by sort, strongest sort first; a doubtful one leads its group."""
    order = [w for kind in KINDS for w in (kind.out, kind.back)] + [ELSEWHERE]
    sorts: dict[Words, list[Relation]] = {words: [] for words in order}
    for relation in sorted(relations, key=lambda r: r.outcome != "wrong subject"):
        sorts[_words(relation)].append(relation)
    return [Group(w.title, w.label, tuple(some)) for w, some in sorts.items() if some]
