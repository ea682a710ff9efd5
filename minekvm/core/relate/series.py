"""Which commits came as one series of patches.

Three signs: the numbers in the Message-Ids that their links give (`...-3-git-send-email-x@y`,
`2020...664389-5-x@y`), a line of commits by one author, applied together, under one prefix, and a
merge that brings a short branch in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from minekvm.core.messages.model import Mention
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import About, Citation, Register, Relation

_NUMBERED = re.compile(r"(.*?[\d.])-(\d{1,3})-([A-Za-z].*|[0-9a-f]{8,}@.*)", re.DOTALL)
_SENT = ("Link trailer", "Message-id trailer", "Lore trailer", "Patchwork trailer", "Mail trailer")
_TOGETHER = 15 * 60  # seconds between commits that one run of git-am or a rebase made
_SEASON = 30 * 24 * 3600  # seconds in which a series is written
_LONGEST = 60  # patches
_FAR = 400  # commits from one to the merge that brings it in
_WIDE = 2_000  # commits of the other side looked at, to tell the branch from it


@dataclass(frozen=True, slots=True)
class Numbered:
    """A place in a series of mails: `key` is the same for all of it."""

    key: str
    number: int


def numbered(message_id: str) -> Numbered | None:
    """What a Message-Id made by git send-email, b4 or git format-patch says of its series."""
    found = _NUMBERED.fullmatch(message_id)
    if found is None or "@" not in message_id:
        return None
    base, number, rest = found.groups()
    return Numbered(f"{base}|{rest}", int(number))


def is_place(link: Mention) -> bool:
    """Whether a link may be to the mail that a commit was sent as: it stands in a trailer.

    A link in prose, and one that closes a bug, is to what others wrote.
    """
    return link.kind == "link" and link.rule in _SENT


def places(register: Register, commit: CommitId) -> list[Numbered]:
    """The places in series of mails that a commit's links give it; a letter before one is none."""
    found = (numbered(m.target) for m in register.mentions(commit) if is_place(m))
    return [place for place in found if place is not None and place.number]


def by_mail(
    register: Register,
    commit: CommitId,
    in_series: Callable[[str], Iterable[tuple[CommitId, Mention, int]]],
) -> list[Relation]:
    """The other commits whose links are numbered in the series that this one's links are in."""
    found = []
    for place in places(register, commit):
        for other, mention, number in in_series(place.key):
            if other != commit and is_place(mention) and number:
                rule = f"patches {place.number} and {number} of one series of mails"
                cited = Citation(other, mention.first, mention.last, mention.quote)
                found.append(Relation("same-series", "out", other, rule, cited))
    return found


def in_line(register: Register, commit: CommitId) -> list[CommitId]:
    """The commits around one that continue its author's series, oldest first, itself included."""
    here = register.about(commit)
    if here is None or len(register.parents(commit)) > 1:
        return [commit]
    back = list(_going_on(register, here, _only_parent))
    forth = list(_going_on(register, here, _only_child))
    return [*reversed(back), commit, *forth]


def _going_on(
    register: Register, start: About, step: Callable[[Register, CommitId], CommitId | None]
) -> Iterator[CommitId]:
    last = start
    for _ in range(_LONGEST):
        to = step(register, last.id)
        about = register.about(to) if to is not None else None
        if about is None or len(register.parents(about.id)) > 1 or not _together(last, about):
            return
        keys = _keys(register, last.id), _keys(register, about.id)
        if all(keys) and keys[0].isdisjoint(keys[1]):
            return  # each came by mail, but not in the same series
        yield about.id
        last = about


def _keys(register: Register, commit: CommitId) -> set[str]:
    """The series of mails that a commit's links are numbered in."""
    return {place.key for place in places(register, commit)}


def _only_parent(register: Register, commit: CommitId) -> CommitId | None:
    found = register.parents(commit)
    return found[0] if len(found) == 1 else None


def _only_child(register: Register, commit: CommitId) -> CommitId | None:
    found = register.children(commit)
    return found[0] if len(found) == 1 else None


def _together(a: About, b: About) -> bool:
    """Whether two neighbours are of one author and prefix, and were written or applied together."""
    if a.email != b.email or not _prefix(a.subject) or _prefix(a.subject) != _prefix(b.subject):
        return False
    apart = abs(_seconds(a.authored) - _seconds(b.authored))
    applied = abs(a.committed - b.committed) <= _TOGETHER and apart <= _SEASON
    return applied or apart <= _TOGETHER


def _prefix(subject: str) -> str:
    """The part before the first colon: `KVM` of `KVM: x86: Do this`."""
    head, colon, _ = subject.partition(":")
    return head.strip().casefold() if colon and " " not in head.strip() else ""


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


Branches = dict[tuple[CommitId, CommitId], list[CommitId]]
"""By the tip of a side branch and the mainline that it came into: the branch, newest first."""


def merge_of(
    register: Register,
    commit: CommitId,
    merges: Callable[[CommitId], CommitId | None],
    known: Branches | None = None,
) -> tuple[CommitId, list[CommitId]] | None:
    """The merge that brought a commit in with a short branch, and that branch, newest first.

    `merges` tells the merge that has a commit as its second parent. None where the commit is on
    no such branch, or the branch is longer than a series. Who asks of many commits gives what is
    `known` of branches, to which others are added.
    """
    tip = commit
    merge = merges(tip)
    for _ in range(_FAR):
        if merge is not None:
            break
        after = register.children(tip)
        if len(after) != 1:
            return None
        tip = after[0]
        merge = merges(tip)
    if merge is None:
        return None
    main = register.parents(merge)[0]
    branches = {} if known is None else known
    if (tip, main) not in branches:
        branches[tip, main] = _branch(register, tip, main)
    branch = branches[tip, main]
    return (merge, branch) if branch and commit in branch else None


def of_one_mind(register: Register, commits: Sequence[CommitId]) -> bool:
    """Whether commits of a branch look like one series: of one author, or under one prefix."""
    known = [about for c in commits if (about := register.about(c)) is not None]
    authors = {about.email for about in known}
    prefixes = {_prefix(about.subject) for about in known}
    return len(authors) == 1 or (len(prefixes) == 1 and "" not in prefixes)


def _branch(register: Register, tip: CommitId, main: CommitId) -> list[CommitId]:
    """The commits of a straight branch that its mainline has not got; [] where not a series."""
    line: list[CommitId] = []
    at: CommitId | None = tip
    while at is not None and len(line) <= _LONGEST + 1:
        line.append(at)
        at = _only_parent(register, at)
    oldest = register.about(line[-1])
    limit = oldest.committed if oldest is not None else 0
    known = _reached(register, main, limit)
    if known is None:
        return []
    branch = [c for c in line if c not in known]
    if len(branch) > _LONGEST or len(branch) == len(line):
        return []
    return branch


def _reached(register: Register, start: CommitId, oldest: int) -> set[CommitId] | None:
    """The commits from one back to a date; None where those are too many."""
    seen: set[CommitId] = set()
    todo = [start]
    while todo:
        commit = todo.pop()
        about = register.about(commit)
        if commit in seen or about is None:
            continue
        seen.add(commit)
        if len(seen) > _WIDE:
            return None
        if about.committed >= oldest:
            todo += register.parents(commit)
    return seen
