"""What commits say of one another, checked: mentions -> relations in both directions.

A mention is resolved against the commits at hand each time it is asked, because a hash that is
absent today may be fetched tomorrow. In a tree of backports an upstream hash stands for the commit
that names it as its origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from minekvm.core.messages.model import Mention
from minekvm.core.messages.subjects import agrees, cut, folded
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import (
    Citation,
    Direction,
    Register,
    Relation,
    RelationKind,
    Resolution,
    Unresolved,
)

FULL = (40, 64)  # digits of a whole hash

_KINDS: dict[str, RelationKind] = {
    "fixes": "fixes",
    "reverts": "reverts",
    "backport-of": "backport-of",
    "cites": "cites",
    "depends": "cites",
    "previous": "cites",
}
_REVERT_SUBJECT = "Revert subject"  # the rule of the subject that a revert's own subject quotes
_LOOSE = ("bare hash", "one-line log")  # words that look like hashes, of which many are none


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
    said = register.mentions(commit)
    reverted = [m.subject for m in said if m.rule == _REVERT_SUBJECT]
    for mention in said:
        if mention.kind == "link":
            links.append(mention)
            continue
        titled = mention.kind == "reverts" and not mention.subject and len(reverted) == 1
        meant = replace(mention, subject=reverted[0]) if titled else mention
        found = resolve(register, commit, meant)
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


def once(relations: Iterable[Relation]) -> list[Relation]:
    """Each relation to each other commit once per direction and kind.

    Of several mentions of one kind the one that gives a hash is kept, and of those the first.
    """
    found: dict[tuple[CommitId, Direction, RelationKind], Relation] = {}
    for relation in relations:
        key = (relation.other, relation.direction, relation.kind)
        if key not in found or (
            found[key].outcome == "by subject" and relation.outcome != "by subject"
        ):
            found[key] = relation
    return list(found.values())
