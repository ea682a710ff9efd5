"""Two versions of a declaration to what happened to its members.

Members are one where they have one name, else where one that is gone and one that came have the
same type and stand between the same neighbours, or names alike. Thresholds are hand-set and
evaluated by `benchmarks/kinds.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

from minekvm.core.declarations import Declared, Member
from minekvm.core.declared.versions import part
from minekvm.core.model import Change, Kind

_ALIKE = 0.6  # of two names of one type anywhere in a declaration
_VERY_ALIKE = 0.7  # of two names that stand between the same neighbours, whatever their types
_OTHER_TYPE: dict[str, Kind] = {
    "field": "type-changed",
    "constant": "value-changed",
    "entry": "entry-changed",
}

Pair = tuple[Member, Member]


def member_changes(old: Declared, new: Declared) -> list[Change]:
    """What happened to the members between two versions of a declaration."""
    pairs, gone, came = paired(old.declaration.members, new.declaration.members)
    moved = _moved([(a, b) for a, b in pairs if a.name == b.name], old.declaration.members)
    found: list[Change] = []
    for a, b in pairs:
        found += _edits(old, new, a, b)
        if a.name == b.name and b in moved:
            found.append(_change("reordered", old, new, a, b, "stands elsewhere among the others"))
    found += [_change("removed", old, new, m, None, "absent from then on") for m in gone]
    found += [_change("added", old, new, None, m, "not there before") for m in came]
    return found


def _edits(old: Declared, new: Declared, a: Member, b: Member) -> Iterator[Change]:
    if a.name != b.name:
        sure = a.type == b.type
        score = 1.0 if sure else Indel.normalized_similarity(a.name, b.name)
        kinds: tuple[Kind, ...] = ("renamed",) if sure else ("renamed", _OTHER_TYPE[a.kind])
        if a.kind == "entry" and not sure and "(" in a.name:
            kinds = ("entry-changed",)  # a row that is named by what it says
        rule = "same type at the same place" if sure else "a name alike at the same place"
        yield Change(kinds, part(old, a), part(new, b), rule, score)
    elif a.type != b.type:
        yield _change(_OTHER_TYPE[a.kind], old, new, a, b, "same name")
    elif a.condition != b.condition:
        yield _change("attributes", old, new, a, b, "another preprocessor condition")


def _change(
    kind: Kind, old: Declared, new: Declared, a: Member | None, b: Member | None, rule: str
) -> Change:
    before, after = (part(old, a) if a else None), (part(new, b) if b else None)
    return Change((kind,), before, after, rule, 1.0)


def paired(
    old: Sequence[Member], new: Sequence[Member]
) -> tuple[list[Pair], list[Member], list[Member]]:
    """Which members are one, in the order of the new; and those that are gone, and that came."""
    waiting: defaultdict[str, list[Member]] = defaultdict(list)
    for member in old:
        waiting[member.name].append(member)
    found: dict[Member, Member] = {}
    for same in (_identical, _like, _named):
        for member in new:
            others = [o for o in waiting[member.name] if member not in found and same(o, member)]
            if others:
                found[member] = others[0]
                waiting[member.name].remove(others[0])
    taken = set(found.values())
    gone = [m for m in old if m not in taken]
    came = [m for m in new if m not in found]
    for a, b in _renamed(old, new, gone, came, found):
        found[b] = a
        gone.remove(a)
        came.remove(b)
    return [(found[m], m) for m in new if m in found], gone, came


def _identical(a: Member, b: Member) -> bool:
    return a.type == b.type and a.condition == b.condition


def _like(a: Member, b: Member) -> bool:
    return a.type == b.type or a.condition == b.condition


def _named(a: Member, b: Member) -> bool:
    return a.name == b.name


def _renamed(
    old: Sequence[Member],
    new: Sequence[Member],
    gone: Sequence[Member],
    came: Sequence[Member],
    found: dict[Member, Member],
) -> list[Pair]:
    """Of the members that are gone and came, those that are one under another name, surest first.

    A name that only became the part of a path, because a struct went around it, counts as alike.
    """
    if not gone or not came or len(gone) * len(came) > 10_000:
        return []
    before, after = _neighbours(old, set(gone)), _neighbours(new, set(came))
    back = {m: found[m] for m in new if m in found}
    rated: list[tuple[float, int, int, Pair]] = []
    for i, a in enumerate(gone):
        for j, b in enumerate(came):
            if a.kind != b.kind:
                continue
            low, high = after[b]
            low, high = (back[low] if low else None), (back[high] if high else None)
            place = (low is before[a][0]) + (high is before[a][1])
            alike = Indel.normalized_similarity(a.name, b.name)
            rated += [(score, -i, -j, (a, b)) for score in _rates(a, b, place, alike)]
    taken: list[Pair] = []
    for _, _, _, (a, b) in sorted(rated, key=lambda r: r[:3], reverse=True):
        if all(a is not x and b is not y for x, y in taken):
            taken.append((a, b))
    return taken


def _rates(a: Member, b: Member, place: int, alike: float) -> list[float]:
    """How sure it is that two members are one, where it is at all; `place` counts neighbours."""
    last = a.name.rpartition(".")[2] == b.name.rpartition(".")[2]
    if a.type == b.type and last and a.kind == "field":
        return [5 + alike]
    if a.type and a.type == b.type and place == 2 and (alike >= 0.25 or a.kind == "entry"):
        return [3 + alike]
    if a.type == b.type and alike >= _ALIKE and (place or a.kind != "constant"):
        return [2 + alike]
    parts = set(a.name.split("_")), set(b.name.split("_"))
    within = parts[0] <= parts[1] or parts[1] <= parts[0]
    if place == 2 and (alike >= _VERY_ALIKE or within):
        return [1 + alike]
    return []


Neighbours = dict[Member, tuple[Member | None, Member | None]]


def _neighbours(members: Sequence[Member], odd: set[Member]) -> Neighbours:
    """The closest members before and behind each odd one that are not odd themselves."""
    found: Neighbours = {}
    before: Member | None = None
    waiting: list[Member] = []
    for member in members:
        if member not in odd:
            for each in waiting:
                found[each] = found[each][0], member
            waiting, before = [], member
        else:
            found[member] = before, None
            waiting.append(member)
    return found


def _moved(pairs: Sequence[Pair], old: Sequence[Member]) -> set[Member]:
    """The fewest members whose move explains another order: those in no longest increasing run."""
    places = {id(member): n for n, member in enumerate(old)}
    order = sorted(range(len(pairs)), key=lambda n: places[id(pairs[n][0])])
    ranks = {n: rank for rank, n in enumerate(order)}
    tops: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for n in range(len(pairs)):
        at = bisect_left(tops, ranks[n])
        tops[at : at + 1] = [ranks[n]]
        ends[at : at + 1] = [n]
        if at:
            before[n] = ends[at - 1]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before.get(last)
    return {pairs[n][1] for n in range(len(pairs)) if n not in kept}
