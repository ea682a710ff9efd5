"""Words for relations between commits and for what says so, shared by terminal and Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.render import text

if TYPE_CHECKING:
    from minekvm.core.relate.relations import (
        About,
        Direction,
        Outcome,
        Related,
        Relation,
        RelationKind,
        Unresolved,
    )

# In the order of the answer: kind and direction, heading, label of a record, verb. A kind without
# direction is listed once for both, or not at all for the second.
_NAMED: tuple[tuple[RelationKind, Direction, str, str, str], ...] = (
    ("fixes", "out", "Fixes", "fixes", "fixes"),
    ("fixes", "in", "Fixed by", "fixed by", "is fixed by"),
    ("reverts", "out", "Reverts", "reverts", "reverts"),
    ("reverts", "in", "Reverted by", "reverted by", "is reverted by"),
    ("backport-of", "out", "Backport of", "backport of", "is a backport of"),
    ("backport-of", "in", "Backported as", "backported as", "is backported as"),
    ("same-patch", "out", "Same patch", "same patch", "makes the same change as"),
    ("same-patch", "in", "Same patch", "same patch", "makes the same change as"),
    ("cites", "out", "Cites", "cites", "cites"),
    ("cites", "in", "Cited by", "cited by", "is cited by"),
    ("same-series", "out", "Same series", "same series", "is in one series with"),
    ("same-series", "in", "Same series", "same series", "is in one series with"),
    (
        "touches-same",
        "out",
        "Touched the same functions before",
        "touched before",
        "touches the same functions as",
    ),
    (
        "touches-same",
        "in",
        "Touched the same functions after",
        "touched after",
        "touches the same functions as",
    ),
)
_VERBS = {(kind, direction): verb for kind, direction, _, _, verb in _NAMED}
_RULED: frozenset[RelationKind] = frozenset(("same-patch", "same-series"))  # quotes tell little
_WAYS: dict[Outcome, str] = {
    "through backport": "through its backport: ",
    "by subject": "by its subject: ",
}
_REASONS: dict[Outcome, str] = {
    "absent": "not in this clone",
    "ambiguous": "several commits fit",
    "malformed": "names no commit",
}
_HASH = re.compile(r"\b[0-9a-f]{7,64}\b")
_CONTEXT = 0.75  # of an excerpt, where the hash ends that it is about
_DIGITS = 12  # of a hash, to be seen
NOT_HERE = "not in this clone"
NOTHING = "nothing connects them"


@dataclass(frozen=True, slots=True)
class Group:
    """The relations of one sort: under a heading, or as records that begin with the label."""

    title: str
    label: str
    relations: tuple[Relation, ...]


def groups(relations: Sequence[Relation]) -> list[Group]:
    """The relations by sort, strongest sort first; a doubtful one leads its group."""
    found = []
    for title, label in dict.fromkeys((title, label) for _, _, title, label, _ in _NAMED):
        sorts = {(kind, direction) for kind, direction, t, _, _ in _NAMED if t == title}
        some = [r for r in relations if (r.kind, r.direction) in sorts]
        if some:
            some.sort(key=lambda r: r.outcome != "wrong subject")
            found.append(Group(title, label, tuple(some)))
    return found


def tally(found: Related) -> str:
    """All of it in one line: "fixes 1, cited by 12; 1 mention not found"."""
    sorts = groups(found.relations)
    counts = ", ".join(f"{g.label} {len(g.relations)}" for g in sorts)
    parts = [counts or "no other commit relates to it"]
    wrong = sum(r.outcome == "wrong subject" for r in found.relations)
    if wrong:
        parts.append(text.count(wrong, "wrong subject"))
    lost = len(lone(found))
    if lost:
        parts.append(f"{text.count(lost, 'mention')} not found")
    return "; ".join(parts)


def verb(relation: Relation) -> str:
    """What a commit does to the other one: "fixes", "is cited by"."""
    return _VERBS[relation.kind, relation.direction]


def role_groups(people: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Who is named, by role, each once; roles that differ in case are one."""
    found: dict[str, tuple[str, dict[str, None]]] = {}
    for role, who in people:
        found.setdefault(role.casefold(), (role, {}))[1][who] = None
    return [(role, list(names)) for role, names in found.values()]


# --- what says so


def told(quote: str) -> str:
    """A quote on one line, safe, from the line on that tells: the one with a hash in it, if any."""
    lines = [line.strip() for line in quote.split("\n") if re.search(r"\w", line)]
    at = next((i for i, line in enumerate(lines) if _HASH.search(line)), 0)
    if at and _HASH.match(lines[at]):
        at -= 1  # wrapped before the hash
    return text.safe(" ".join(" ".join(lines[at:]).split()))


def skipped(string: str, room: int) -> int:
    """How many characters to leave out before a hash that would not be seen in some room."""
    found = _HASH.search(string)
    if found is None or len(string) <= room:
        return 0
    end = min(found.end(), found.start() + _DIGITS)
    if end < room:
        return 0
    least = max(0, end - int(room * _CONTEXT))
    space = string.find(" ", least, found.start())
    return least if space < 0 else space + 1


def place(commit: CommitId, first: int, last: int, code: text.Quote = text.safe) -> str:
    """Where words stand: "message:3 of 87fa7f3e98a1"."""
    lines = "-".join(map(str, dict.fromkeys((first, last))))
    return f"message:{lines} of {code(commit[:12])}"


def way(relation: Relation) -> str:
    """How a mention led to its commit, where not by its hash: goes before the quote."""
    return _WAYS.get(relation.outcome, "")


def ruled(relation: Relation) -> bool:
    """Whether the rule says more than the quote, or nobody said it."""
    return relation.citation is None or relation.kind in _RULED


def mistake(
    relation: Relation,
    unresolved: Sequence[Unresolved],
    commits: Mapping[CommitId, About],
    code: text.Quote = text.safe,
    prose: text.Quote = text.safe,
) -> str:
    """The commit that a wrongly quoted subject is of, in words; "" where nothing is wrong."""
    if relation.outcome != "wrong subject":
        return ""
    for other in unresolved:
        if other.citation == relation.citation and other.resolution.outcome == "wrong subject":
            return _fitting(other.resolution.others, commits, code, prose)
    return "the subject quoted is another commit's"


def lone(found: Related) -> list[Unresolved]:
    """The unresolved mentions that are not told beside a relation."""
    cited = {r.citation for r in found.relations if r.outcome == "wrong subject"}
    return [u for u in found.unresolved if u.citation not in cited]


def why(
    unresolved: Unresolved,
    commits: Mapping[CommitId, About],
    code: text.Quote = text.safe,
    prose: text.Quote = text.safe,
) -> str:
    """Why a mention led to no commit, with the commits that fit."""
    resolution = unresolved.resolution
    if resolution.outcome == "wrong subject":
        return _fitting(resolution.others, commits, code, prose)
    reason = _REASONS.get(resolution.outcome, resolution.outcome)
    fits = ", ".join(code(c[:12]) for c in resolution.others)
    return f"{reason}: {fits}" if fits else reason


def _fitting(
    fits: Sequence[CommitId],
    commits: Mapping[CommitId, About],
    code: text.Quote,
    prose: text.Quote,
) -> str:
    if not fits:
        return "the subject quoted is of no commit here"
    subject = commits[fits[0]].subject if fits[0] in commits else ""
    more = f" (or {', '.join(code(c[:12]) for c in fits[1:])})" if fits[1:] else ""
    return f"the subject quoted is of {code(fits[0][:12])}{more} {prose(subject)}".rstrip()
