"""How each kind of relation is told: a row for each kind and direction, in the order of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from minekvm.core.relate.relations import Direction, Relation, RelationKind


class Words(NamedTuple):
    """A kind in one direction: the heading of a group, the label of a record, the verb.

    A kind without direction has the same words for both.
    """

    kind: RelationKind
    direction: Direction
    title: str
    label: str
    verb: str


KINDS = (
    Words("fixes", "out", "Fixes", "fixes", "fixes"),
    Words("fixes", "in", "Fixed by", "fixed by", "is fixed by"),
    Words("reverts", "out", "Reverts", "reverts", "reverts"),
    Words("reverts", "in", "Reverted by", "reverted by", "is reverted by"),
    Words("backport-of", "out", "Backport of", "backport of", "is a backport of"),
    Words("backport-of", "in", "Backported as", "backported as", "is backported as"),
    Words("same-patch", "out", "Same patch", "same patch", "makes the same change as"),
    Words("same-patch", "in", "Same patch", "same patch", "makes the same change as"),
    Words("cites", "out", "Cites", "cites", "cites"),
    Words("cites", "in", "Cited by", "cited by", "is cited by"),
    Words("same-series", "out", "Same series", "same series", "is in one series with"),
    Words("same-series", "in", "Same series", "same series", "is in one series with"),
    Words(
        "touches-same",
        "out",
        "Touched the same functions before",
        "touched before",
        "touches the same functions as",
    ),
    Words(
        "touches-same",
        "in",
        "Touched the same functions after",
        "touched after",
        "touches the same functions as",
    ),
)
_WORDS = {(words.kind, words.direction): words for words in KINDS}


@dataclass(frozen=True, slots=True)
class Group:
    """The relations of one sort: under a heading, or as records that begin with the label."""

    title: str
    label: str
    relations: tuple[Relation, ...]


def verb(relation: Relation) -> str:
    """What a commit does to the other one: "fixes", "is cited by"."""
    return _WORDS[relation.kind, relation.direction].verb


def groups(relations: Sequence[Relation]) -> list[Group]:
    """The relations by sort, strongest sort first; a doubtful one leads its group."""
    sorts: dict[tuple[str, str], list[Relation]] = {(w.title, w.label): [] for w in KINDS}
    for relation in sorted(relations, key=lambda r: r.outcome != "wrong subject"):
        words = _WORDS[relation.kind, relation.direction]
        sorts[words.title, words.label].append(relation)
    return [Group(title, label, tuple(some)) for (title, label), some in sorts.items() if some]
