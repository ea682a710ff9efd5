"""Evidence about earlier commits: what each had to do with the places and words of a later one.

Every sign is a number, mostly between 0 and 1, that grows with the share a commit had in something:
the removed lines, their surroundings, the names, the message. What they are worth is said in
`ranking`; those that end with "before" are worth nothing and only told as reasons.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

from minekvm.core.model import Commit, CommitId
from minekvm.core.origins.lines import Place, Record, Touch, likeness, telling, tokens_of
from minekvm.core.origins.sites import Asked, Role, Sites, identifiers, is_trivial
from minekvm.core.origins.text import Prose, Rarity, area, names, prose, words

_FADING = 0.6  # what each further commit in a line's past counts of the one before
_DAY = 86_400
_HUGE = 60  # files from which a commit is a sweep over the tree
_REPAIR = re.compile(r"\b(?:fix(?:e[sd])?|revert|bug|correct|avoid|prevent)\b", re.IGNORECASE)
_FIXES = re.compile(r"^\s*+fixes:", re.IGNORECASE | re.MULTILINE)
_TIDYING = re.compile(
    r"\b(?:clean\s?up|coding style|checkpatch|whitespace|indent|typo|spdx|license|copyright|rename"
    r"|reformat|spelling|coccinelle|style|comments?|doxygen|cosmetic|constify)\b",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:moved?|split|reorgani[sz]e|refactor|restructure|relocate|convert|rename|replace|switch"
    r"|unify|factor)\b",
    re.IGNORECASE,
)
_WORN = re.compile(r"^[ \t]*+(?:(?:[a-z]++-)++by|fixes|cc|change-id|link):[^\n]*+$", re.I | re.M)

Signs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A commit, its places, the past of the files it touches, and of the lines asked for."""

    commit: Commit
    paths: frozenset[str]
    sites: Sites
    records: Sequence[Record]
    pasts: Mapping[Place, tuple[Touch, ...]]


@dataclass(slots=True)
class Share:
    """What a commit wrote of the lines asked for: who last did, and who did before."""

    last: dict[Role, set[Place]] = field(default_factory=lambda: defaultdict(set))
    ever: dict[Role, set[Place]] = field(default_factory=lambda: defaultdict(set))
    first: dict[Role, set[Place]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class Wrote:
    """The names in what a commit added and removed, of those in question."""

    commits: list[Record]
    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    created: bool = False
    paths: set[str] = field(default_factory=set)

    @property
    def commit(self) -> Commit:
        return self.commits[0].commit


@dataclass(frozen=True)
class Table:
    """The signs of every candidate, and what they were read from."""

    signs: dict[CommitId, Signs]
    shares: dict[CommitId, Share]
    wrote: dict[CommitId, Wrote]
    first_named: dict[CommitId, dict[str, float]]
    said: Prose
    rarity: Rarity


def weigh(evidence: Evidence, imports: Collection[CommitId] = ()) -> Table:
    """The signs of every commit in the files' past but the `imports`.

    A history that begins with a whole tree tells nothing of why that was written.
    """
    said = prose(evidence.commit.message)
    wrote = _written(evidence, said)
    signs: dict[CommitId, Signs] = {c: defaultdict(float) for c in wrote}
    shares = _lines(evidence, signs)
    first = _names(evidence, said, wrote, signs)
    rarity = _messages(evidence, said, wrote, signs)
    _circumstances(evidence, wrote, signs)
    for commit in imports:
        signs.pop(commit, None)
    return Table(signs, shares, wrote, first, said, rarity)


def sized(signs: Signs, files: int) -> Signs:
    """The signs of a commit of which it is known how many files it changed."""
    return signs | {"size": log1p(files) / 5, "sweep": float(files > _HUGE)}


def speaks_of_repair(commit: Commit) -> bool:
    """Whether a commit is a repair by its subject or by a `Fixes:` line."""
    return bool(_REPAIR.search(commit.subject) or _FIXES.search(commit.message))


# --- lines


def _lines(evidence: Evidence, signs: Mapping[CommitId, Signs]) -> dict[CommitId, Share]:
    """Who wrote the lines asked for, by the part these have in the change."""
    totals: dict[Role, float] = defaultdict(float)
    for asked in evidence.sites.asked:
        totals[asked.role] += asked.weight
    shares: dict[CommitId, Share] = defaultdict(Share)
    last_at: dict[CommitId, set[int]] = defaultdict(set)
    inside: dict[CommitId, set[int]] = defaultdict(set)
    bare = {n for n, s in enumerate(evidence.sites.sites) if all(map(is_trivial, s.hunk.old))}
    for asked in evidence.sites.asked:
        past = evidence.pasts.get(asked.place, ())
        if not past:
            continue
        weight = asked.weight / totals[asked.role]
        writers = [t.commit for t in past if not t.carried] or [past[-1].commit]
        _share(asked, weight, past, writers, signs, shares)
        if asked.role == "removed" or (asked.role == "near" and asked.site in bare):
            last_at[writers[0]].add(asked.site)
            if asked.role == "removed":
                _tokens(asked, weight, past, evidence, signs)
        elif asked.role == "function":
            for touch in past:
                inside[touch.commit].add(asked.site)
    many = len(evidence.sites.sites) or 1
    for commit, at in last_at.items():
        signs[commit]["sites"] = len(at) / many
    for commit, at in inside.items():
        signs[commit]["functions"] = len(at) / many
    return dict(shares)


def _share(
    asked: Asked,
    weight: float,
    past: Sequence[Touch],
    writers: Sequence[CommitId],
    signs: Mapping[CommitId, Signs],
    shares: dict[CommitId, Share],
) -> None:
    role = asked.role
    for touch in past:
        if touch.carried:
            signs[touch.commit][f"{role} carried"] += weight
    signs[writers[0]][role] += weight
    shares[writers[0]].last[role].add(asked.place)
    for depth, commit in enumerate(writers[1:]):
        signs[commit][f"{role} before"] += weight * _FADING**depth
        shares[commit].ever[role].add(asked.place)
    signs[past[-1].commit][f"{role} first"] += weight
    shares[past[-1].commit].first[role].add(asked.place)


def _tokens(
    asked: Asked,
    weight: float,
    past: Sequence[Touch],
    evidence: Evidence,
    signs: Mapping[CommitId, Signs],
) -> None:
    """Who wrote what goes away of a removed line: later changes may have been to other parts."""
    hunk = evidence.sites.sites[asked.site].hunk
    old = hunk.old[asked.place[1] - hunk.old_start]
    stays = max(hunk.new, key=lambda line: likeness(old, line), default=b"")
    gone = set(tokens_of(old)) - (set(tokens_of(stays)) if likeness(old, stays) >= 0.4 else set())
    if not gone:
        return
    texts = [set(tokens_of(t.text)) for t in past]
    for token in gone:
        at = 0
        while at + 1 < len(past) and (past[at].carried or token in texts[at + 1]):
            at += 1
        signs[past[at].commit]["tokens"] += weight / len(gone)


# --- names


def _written(evidence: Evidence, said: Prose) -> dict[CommitId, Wrote]:
    """What each commit in the past added and removed of the names in question."""
    asked = set(evidence.sites.removed) | set(evidence.sites.added)
    asked |= {s.function for s in evidence.sites.sites} | names(f"{said.subject} {said.body}")
    found: dict[CommitId, Wrote] = {}
    for record in evidence.records:
        wrote = found.setdefault(record.commit.id, Wrote([]))
        wrote.commits.append(record)
        if len(record.commit.parents) > 1 and len(wrote.commits) > 1:
            continue  # a merge, once more against another parent
        for edit in record.edits:
            wrote.paths.add(edit.path)
            wrote.created |= edit.old is None
            for old, new in telling(edit, record.commit.subject):
                _count(new, asked, wrote.added)
                _count(old, asked, wrote.removed)
    return found


def _count(lines: Iterable[bytes], asked: Collection[str], into: Counter[str]) -> None:
    for line in lines:
        for word in identifiers(line):
            if word in asked:
                into[word] += 1


def _names(
    evidence: Evidence,
    said: Prose,
    wrote: Mapping[CommitId, Wrote],
    signs: Mapping[CommitId, Signs],
) -> dict[CommitId, dict[str, float]]:
    """Who wrote the names that the change has, that it adds or removes, and that its message has;
    returns the names that each commit was the first to write."""
    removed, added = evidence.sites.removed, evidence.sites.added
    touched = set(removed) | set(added) | {s.function for s in evidence.sites.sites if s.function}
    changed = {w for w in set(removed) | set(added) if removed[w] != added[w]}
    told = set(names(f"{said.subject} {said.body}"))
    rarity = Rarity(w.added for w in wrote.values())
    oldest = sorted(wrote, key=lambda c: wrote[c].commit.committed)
    first: dict[CommitId, dict[str, float]] = defaultdict(dict)
    begun: set[str] = set()
    for commit in oldest:
        for word in wrote[commit].added:
            if word not in begun:
                begun.add(word)
                first[commit][word] = rarity[word]
    for label, group in (("touched", touched), ("changed", changed), ("told", told)):
        total = rarity.total(w for w in group if w in rarity)
        if not total:
            continue
        for commit, what in wrote.items():
            has = rarity.total(w for w in what.added if w in group)
            if has:
                signs[commit][f"names {label}"] = has / total
                signs[commit][f"names {label} first"] = (
                    sum(v for w, v in first.get(commit, {}).items() if w in group) / total
                )
    return dict(first)


# --- messages


def _messages(
    evidence: Evidence,
    said: Prose,
    wrote: Mapping[CommitId, Wrote],
    signs: Mapping[CommitId, Signs],
) -> Rarity:
    """How far the messages speak of the same, rare words counting more."""
    theirs = {c: set(words(_WORN.sub("", w.commit.message))) for c, w in wrote.items()}
    rarity = Rarity(theirs.values())
    subject, whole = set(words(said.subject)), set(words(f"{said.subject} {said.body}"))
    place = area(said.subject)
    sites = evidence.sites
    touched = set(sites.removed) | set(sites.added) | {s.function for s in sites.sites}
    of_subject = rarity.total(subject)
    for commit, what in wrote.items():
        mine = signs[commit]
        title = set(words(what.commit.subject))
        of_title = rarity.total(title)
        mine["message"] = rarity.cosine(theirs[commit], whole)
        mine["subject"] = rarity.total(title & subject) / of_subject if of_subject else 0.0
        mine["title told"] = rarity.total(title & whole) / of_title if of_title else 0.0
        parts = {p for w in touched for p in words(w)}
        mine["title touched"] = rarity.total(title & parts) / of_title if of_title else 0.0
        mine["area"] = float(bool(place) and area(what.commit.subject) == place)
    return rarity


# --- circumstances


def _circumstances(
    evidence: Evidence, wrote: Mapping[CommitId, Wrote], signs: Mapping[CommitId, Signs]
) -> None:
    """When, by whom, how much, and what kind of change the subject speaks of."""
    mine = evidence.commit
    newest = sorted(wrote, key=lambda c: -wrote[c].commit.committed)
    for rank, commit in enumerate(newest):
        what, about = wrote[commit], wrote[commit].commit
        days = max(mine.committed - about.committed, 0) / _DAY
        same = about.email.lower() == mine.email.lower() or about.author == mine.author
        signs[commit] |= {
            "author": float(same),
            "age": log1p(days) / 8,
            "rank": log1p(rank) / 5,
            "repairs": float(speaks_of_repair(about)),
            "tidies": float(_TIDYING.search(about.subject) is not None),
            "moves": float(_MOVING.search(about.subject) is not None),
            "merge": float(len(about.parents) > 1),
            "creates": float(what.created),
            "files": len(what.paths & evidence.paths) / (len(evidence.paths) or 1),
        }
