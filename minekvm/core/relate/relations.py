"""What commits say of one another, checked: mentions -> relations in both directions.

A mention is resolved against the commits at hand each time it is asked, because a hash that is
absent today may be fetched tomorrow. In a tree of backports an upstream hash stands for the commit
that names it as its origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from minekvm.core.messages.model import Mention
from minekvm.core.messages.subjects import agrees, cut, folded
from minekvm.core.model import CommitId, Gap

RelationKind = Literal[
    "fixes",
    "reverts",
    "backport-of",
    "cites",
    "same-patch",
    "same-series",
    "touches-same",
]
Direction = Literal["out", "in"]
Outcome = Literal[
    "here",  # the hash is a commit's, and a quoted subject agrees
    "through backport",  # the hash is absent, but a commit here says it is a backport of it
    "by subject",  # no hash, or an absent one; the quoted subject is a commit's
    "wrong subject",  # the hash is a commit's, whose subject is another than the one quoted
    "ambiguous",  # several commits fit
    "absent",  # not in this clone
    "malformed",  # nothing that could be looked up
]
FULL = (40, 64)  # digits of a whole hash

_KINDS: dict[str, RelationKind] = {
    "fixes": "fixes",
    "reverts": "reverts",
    "backport-of": "backport-of",
    "cites": "cites",
    "depends": "cites",
    "previous": "cites",
}
_LOOSE = ("bare hash", "one-line log")  # words that look like hashes, of which many are none


class About(Protocol):
    """What a register knows of a commit; see `model.Commit`."""

    @property
    def id(self) -> CommitId: ...
    @property
    def author(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def authored(self) -> str: ...
    @property
    def committed(self) -> int: ...
    @property
    def subject(self) -> str: ...


class Register(Protocol):
    """What is asked of an index of commits."""

    def find(self, prefix: str, limit: int = 5) -> list[CommitId]:
        """The commits whose hash begins with some digits."""

    def about(self, commit: CommitId) -> About | None:
        """What is known of a commit."""

    def titled(self, subject: str) -> list[CommitId]:
        """The commits of a subject, the oldest first."""

    def titled_like(self, subject: str, limit: int = 20) -> list[tuple[CommitId, str]]:
        """Commits whose subject has the words of another, with their subjects."""

    def mentions(self, commit: CommitId) -> list[Mention]:
        """What a commit says of others."""

    def mentioning(self, hash_: str) -> list[tuple[CommitId, Mention]]:
        """The mentions of a hash: of its first digits, or of one that it is the first digits of."""

    def mentioning_title(self, subject: str) -> list[tuple[CommitId, Mention]]:
        """The mentions that quote a subject."""

    def parents(self, commit: CommitId) -> list[CommitId]:
        """A commit's parents."""

    def children(self, commit: CommitId) -> list[CommitId]:
        """The commits that have this one as first parent."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a commit's message, verbatim; lines count from 1 and include both ends."""

    commit: CommitId
    first: int
    last: int
    quote: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention was found to mean.

    `commit` is the one meant, None where none could be told; `others` are those that fit as well
    or, for a wrong subject, that the subject fits.
    """

    outcome: Outcome
    commit: CommitId | None = None
    others: tuple[CommitId, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """How a commit stands to another.

    `direction` is "out" where the commit speaks of the other, "in" where the other speaks of it;
    relations that have no direction are "out" to what is older. `here` tells whether the other is
    in this clone; `outcome` how sure the mention was.
    """

    kind: RelationKind
    direction: Direction
    other: CommitId
    rule: str
    citation: Citation | None = None
    outcome: Outcome = "here"
    here: bool = True


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A mention that led to no commit, or to another than its quoted subject says."""

    mention: Mention
    resolution: Resolution
    citation: Citation


@dataclass(frozen=True, slots=True)
class Related:
    """Everything that ties a commit to others.

    `relations` are the strongest first; `links` are addresses that the message gives, `people` the
    trailers that name somebody, by role; `commits` has what is known of every commit named.
    """

    commit: CommitId
    relations: tuple[Relation, ...]
    unresolved: tuple[Unresolved, ...]
    links: tuple[Mention, ...]
    people: tuple[tuple[str, str], ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]


def resolve(register: Register, source: CommitId, mention: Mention) -> Resolution:
    """The commit that a mention in `source` means, checked against its quoted subject."""
    if mention.kind == "previous":
        return _neighbour(register, source, mention)
    if mention.hash:
        return _by_hash(register, source, mention)
    if mention.subject:
        return _by_subject(register, source, mention)
    return Resolution("malformed")


def _neighbour(register: Register, source: CommitId, mention: Mention) -> Resolution:
    if mention.target == "previous":
        found = register.parents(source)
    elif mention.target == "next":
        found = register.children(source)
    else:
        return Resolution("ambiguous")
    return Resolution("here", found[0]) if len(found) == 1 else Resolution("ambiguous")


def _by_hash(register: Register, source: CommitId, mention: Mention) -> Resolution:
    found = [c for c in register.find(mention.hash) if c != source]
    if len(found) == 1:
        return _checked(register, source, mention, found[0])
    if found:
        fit = _exactly(register, found, mention.subject)
        fit = fit or [c for c in found if mention.subject and _titled(register, c, mention.subject)]
        if len(fit) == 1:
            return Resolution("here", fit[0])
        return Resolution("ambiguous", None, tuple(found))
    if mention.kind != "backport-of":
        ports = [c for c in backports(register, mention.hash) if c != source]
        fit = [c for c in ports if not mention.subject or _titled(register, c, mention.subject)]
        if ports:
            chosen = _nearest(register, source, fit or ports)
            return Resolution("through backport", chosen, _but(fit or ports, chosen))
    if mention.subject and mention.kind != "backport-of":
        by_title = _by_subject(register, source, mention)
        if by_title.commit is not None:
            return by_title
    return Resolution("absent")


def _checked(register: Register, source: CommitId, mention: Mention, found: CommitId) -> Resolution:
    """A commit found by its hash, checked against the quoted subject."""
    about = register.about(found)
    if not mention.subject or about is None:
        return Resolution("here", found)
    if folded(cut(mention.subject)) == folded(about.subject):
        return Resolution("here", found)
    exact = [c for c in register.titled(mention.subject) if c not in (source, found)]
    if not exact and agrees(mention.subject, about.subject):
        return Resolution("here", found)
    near = exact or [
        c
        for c, title in register.titled_like(mention.subject)
        if c not in (source, found) and agrees(mention.subject, title)
    ]
    return Resolution("wrong subject", found, tuple(near[:5]))


def _by_subject(register: Register, source: CommitId, mention: Mention) -> Resolution:
    found = [c for c in register.titled(mention.subject) if c != source]
    if not found:
        found = [
            c
            for c, title in register.titled_like(mention.subject)
            if c != source and agrees(mention.subject, title)
        ]
    if not found:
        return Resolution("absent")
    chosen = _nearest(register, source, found)
    return Resolution("by subject", chosen, _but(found, chosen))


def _exactly(register: Register, found: Iterable[CommitId], quoted: str) -> list[CommitId]:
    """Those commits whose whole subject is the quoted one."""
    known = [about for c in found if (about := register.about(c)) is not None]
    return [about.id for about in known if quoted and folded(about.subject) == folded(quoted)]


def _titled(register: Register, commit: CommitId, quoted: str) -> bool:
    about = register.about(commit)
    return about is not None and agrees(quoted, about.subject)


def _nearest(register: Register, source: CommitId, found: Sequence[CommitId]) -> CommitId:
    """Of several commits that fit, the last one committed before the one that speaks."""
    here = register.about(source)
    limit = here.committed if here is not None else 0
    when = {c: about.committed for c in found if (about := register.about(c)) is not None}
    return max(found, key=lambda c: (when.get(c, 0) <= limit, _closeness(when.get(c, 0), limit), c))


def _closeness(when: int, limit: int) -> int:
    return -abs(when - limit)


def _but(found: Iterable[CommitId], chosen: CommitId) -> tuple[CommitId, ...]:
    return tuple(c for c in found if c != chosen)


def backports(register: Register, hash_: str) -> list[CommitId]:
    """The commits that say they are a backport of a hash, the newest first."""
    return _unique(c for c, m in register.mentioning(hash_) if m.kind == "backport-of")


def origins_named(register: Register, commit: CommitId) -> list[tuple[str, Mention]]:
    """The hashes that a commit names as what it was backported from."""
    return [(m.hash, m) for m in register.mentions(commit) if m.kind == "backport-of" and m.hash]


def outward(
    register: Register, commit: CommitId
) -> tuple[list[Relation], list[Unresolved], list[Mention]]:
    """What a commit says of others: relations, mentions that lead nowhere, and links."""
    relations: list[Relation] = []
    unresolved: list[Unresolved] = []
    links: list[Mention] = []
    for mention in register.mentions(commit):
        if mention.kind == "link":
            links.append(mention)
            continue
        found = resolve(register, commit, mention)
        cited = Citation(commit, mention.first, mention.last, mention.quote)
        kind = _KINDS.get(mention.kind, "cites")
        if found.commit is not None:
            relations.append(
                Relation(kind, "out", found.commit, mention.rule, cited, found.outcome)
            )
            if found.outcome == "wrong subject":
                unresolved.append(Unresolved(mention, found, cited))
        elif len(mention.hash) in FULL and mention.rule not in _LOOSE:
            absent = CommitId(mention.hash)
            relations.append(
                Relation(kind, "out", absent, mention.rule, cited, found.outcome, here=False)
            )
        elif mention.rule not in _LOOSE and mention.kind != "previous":
            unresolved.append(Unresolved(mention, found, cited))
    return once(relations), unresolved, links


def inward(register: Register, commit: CommitId) -> list[Relation]:
    """What others say of a commit, by its hash, by its origin's hash, or by its subject."""
    about = register.about(commit)
    said = list(register.mentioning(commit))
    said += [
        pair for hash_, _ in origins_named(register, commit) for pair in register.mentioning(hash_)
    ]
    if about is not None and about.subject:
        said += register.mentioning_title(about.subject)
    relations = []
    for source, mention in dict.fromkeys(said):
        if source == commit or mention.kind in ("link", "previous"):
            continue
        found = resolve(register, source, mention)
        if found.commit == commit:
            cited = Citation(source, mention.first, mention.last, mention.quote)
            kind = _KINDS.get(mention.kind, "cites")
            relations.append(Relation(kind, "in", source, mention.rule, cited, found.outcome))
    return once(relations)


def siblings(register: Register, commit: CommitId) -> list[Relation]:
    """The other commits here that are backports of what this one is a backport of."""
    relations = []
    for hash_, mention in origins_named(register, commit):
        cited = Citation(commit, mention.first, mention.last, mention.quote)
        relations += [
            Relation("same-patch", "out", other, f"both are backports of {hash_[:12]}", cited)
            for other in backports(register, hash_)
            if other != commit
        ]
    return once(relations)


def _unique(commits: Iterable[CommitId]) -> list[CommitId]:
    return list(dict.fromkeys(commits))


_STRENGTH: dict[RelationKind, int] = {
    "reverts": 0,
    "fixes": 1,
    "backport-of": 2,
    "same-patch": 3,
    "cites": 4,
    "same-series": 5,
    "touches-same": 6,
}


def strength(relation: Relation) -> int:
    """Relations by how much they say, 0 the most."""
    return _STRENGTH[relation.kind]


def once(relations: Iterable[Relation]) -> list[Relation]:
    """Each other commit once per direction: mere citing adds nothing to a stronger word.

    Of several mentions of one kind the one that gives a hash is kept, and of those the first.
    """
    found: dict[tuple[CommitId, Direction, RelationKind], Relation] = {}
    for relation in relations:
        key = (relation.other, relation.direction, relation.kind)
        if key not in found or (
            found[key].outcome == "by subject" and relation.outcome != "by subject"
        ):
            found[key] = relation
    said = {(r.other, r.direction) for r in found.values() if r.kind != "cites"}
    return [r for r in found.values() if r.kind != "cites" or (r.other, r.direction) not in said]
