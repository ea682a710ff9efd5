"""What a commit did to the calls of a symbol, given its files before and after.

Where a call that left a function went is told from the calls around it, from the calls that came
elsewhere in the same commit, and from what became of its function.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from minekvm.core.callers.replaced import compared, shared_words
from minekvm.core.callers.sites import How, Shift, Site, called, sites
from minekvm.core.model import Change, FilePair, Function, FunctionVersion

_FEW = 3  # functions that lose the call up to which one far away may be where it went


@dataclass(frozen=True, slots=True)
class _Side:
    """A call that only one side has, what its function is on the other, what stands there."""

    version: FunctionVersion
    other: FunctionVersion | None
    site: Site
    alone: bool  # no function of the name calls the symbol on the other side
    instead: tuple[str, ...] = ()
    firm: bool = False  # whether what stands there instead took its place, and not that of others


def shifts(pairs: Sequence[FilePair], changes: Sequence[Change], symbol: str) -> tuple[Shift, ...]:
    """What a commit did to the calls of a symbol, given its files and what it did to functions."""
    heirs = _heirs(changes)
    found: list[Shift] = []
    left: list[_Side] = []
    came: list[_Side] = []
    for pair in pairs:
        found += _carried(pair, symbol)
    for old, new, had, has in _paired(pairs, symbol):
        gone, fresh, regoverned = _compared(old, new, symbol, had=had, has=has)
        found += regoverned
        both = min(len(gone), len(fresh))
        found += (
            Shift("moved within", a.version, b.version, a.site, b.site)
            for a, b in zip(gone[:both], fresh[:both], strict=True)
        )
        left += gone[both:]
        came += fresh[both:]
    few = len({(side.version.path, side.version.name) for side in left})
    every = list(came)
    gone_into: Counter[tuple[str, str, str]] = Counter()
    for side in left:
        # Into a wrapper that took its place many calls may go, elsewhere each goes alone.
        wrappers = [each for each in every if each.version.name in side.instead]
        if wrappers:
            into = (side.version.path, side.version.name, side.instead[0])
            targets = [wrappers[min(gone_into[into], len(wrappers) - 1)]]
            gone_into[into] += 1
        else:
            targets = _one_each(_targets(side, came, heirs, few, symbol))
        came = [each for each in came if each not in targets]
        found += _went(side, targets, heirs)
    found += (
        Shift("began", side.other, side.version, None, side.site, first=side.alone) for side in came
    )
    return tuple(found)


def _heirs(changes: Sequence[Change]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Per function what it became or gave parts to under another name or in another file."""
    found: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for change in changes:
        if change.old is not None and change.new is not None:
            old, new = (change.old.path, change.old.name), (change.new.path, change.new.name)
            if old != new:
                found[old].add(new)
    return found


def _carried(pair: FilePair, symbol: str) -> Iterator[Shift]:
    """The calls that went with their file, which was renamed."""
    if pair.old_path is None or pair.new_path is None or pair.old_path == pair.new_path:
        return
    old, new = _by_name(pair.old_path, pair.old), _by_name(pair.new_path, pair.new)
    for name in old:
        before = [(v, site) for v in old[name] for _, site in sites(v.function, symbol)]
        behind = [(v, site) for v in new.get(name, ()) for _, site in sites(v.function, symbol)]
        for (a, left), (b, came) in zip(before, behind, strict=False):
            yield Shift("went with", a, b, left, came, first=True, last=True)


_Twins = tuple[FunctionVersion | None, FunctionVersion | None, bool, bool]


def _paired(pairs: Sequence[FilePair], symbol: str) -> Iterator[_Twins]:
    """Functions of one name on both sides of a file, where they differ and may call the symbol.

    With whether any function of that name calls it before and behind.
    """
    word = symbol.encode("latin-1", "replace")
    for pair in pairs:
        old = _by_name(pair.old_path, pair.old)
        new = _by_name(pair.new_path, pair.new)
        for name in dict.fromkeys([*old, *new]):
            olds, news = old.get(name, []), new.get(name, [])
            for a, b in _variants(olds, news):
                if any(v is not None and word in v.function.text for v in (a, b)):
                    yield a, b, _calls_it(olds, symbol), _calls_it(news, symbol)


def _calls_it(versions: Sequence[FunctionVersion], symbol: str) -> bool:
    return any(True for v in versions for _ in sites(v.function, symbol))


def _by_name(path: str | None, functions: Sequence[Function]) -> dict[str, list[FunctionVersion]]:
    found: defaultdict[str, list[FunctionVersion]] = defaultdict(list)
    for function in functions:
        if path is not None:
            found[function.name].append(FunctionVersion(path, function))
    return found


def _variants(
    old: list[FunctionVersion], new: list[FunctionVersion]
) -> Iterator[tuple[FunctionVersion | None, FunctionVersion | None]]:
    """The definitions of one name that differ: of one condition, then in their order."""
    texts = [v.function.text for v in old], [v.function.text for v in new]
    olds = [v for v in old if v.function.text not in texts[1]]
    news = [v for v in new if v.function.text not in texts[0]]
    for version in list(olds):
        condition = version.function.condition
        like = next((v for v in news if v.function.condition == condition), None)
        if like is not None:
            olds.remove(version)
            news.remove(like)
            yield version, like
    yield from zip_longest(olds, news)


def _compared(
    old: FunctionVersion | None, new: FunctionVersion | None, symbol: str, *, had: bool, has: bool
) -> tuple[list[_Side], list[_Side], list[Shift]]:
    """The calls that only the one and only the other side of a function has; and what moved."""
    before = list(sites(old.function, symbol)) if old else []
    behind = list(sites(new.function, symbol)) if new else []
    olds = called(old.function.text) if old else ()
    news = called(new.function.text) if new else ()
    orders = compared(olds, news, symbol)
    gone = [
        _Side(old, new, site, not has, *orders.instead(index))
        for index, site in before
        if old and index in orders.lost
    ]
    fresh = [
        _Side(new, old, site, not had) for index, site in behind if new and index in orders.won
    ]
    stayed = zip(
        (site for index, site in before if index not in orders.lost),
        (site for index, site in behind if index not in orders.won),
        strict=True,
    )
    regoverned = [Shift("moved within", old, new, a, b) for a, b in stayed if a.under != b.under]
    return gone, fresh, regoverned


def _targets(
    side: _Side,
    came: Sequence[_Side],
    heirs: dict[tuple[str, str], set[tuple[str, str]]],
    few: int,
    symbol: str,
) -> list[_Side]:
    """The calls that came where one that left its function went, judged by the nearest tie.

    That is: what the function became; what the function calls or is called by; and unless a like
    name replaced the call, what is in the same file, or anywhere if hardly any other function lost
    a call.
    """
    old = side.version
    inherited = heirs.get((old.path, old.name), set())
    callees = {c.name for c in called(side.other.function.text)} if side.other else set()
    ties = [
        [c for c in came if (c.version.path, c.version.name) in inherited],
        [c for c in came if c.version.name in callees or _names(c.version, old.name)],
    ]
    if not any(shared_words(name, symbol) for name in side.instead):
        near = [c for c in came if c.version.path == old.path]
        ties += [near[: None if few == 1 else 1], list(came[: None if few == 1 else 1])]
        if few > _FEW:
            ties.pop()
    return next((tie for tie in ties if tie), [])


def _one_each(sides: Sequence[_Side]) -> list[_Side]:
    """The first call of each function: as many as left come, in their order."""
    found: dict[tuple[str, str], _Side] = {}
    for side in sides:
        found.setdefault((side.version.path, side.version.name), side)
    return list(found.values())


def _names(version: FunctionVersion, name: str) -> bool:
    return any(call.name == name for call in called(version.function.text))


def _went(
    side: _Side, targets: list[_Side], heirs: dict[tuple[str, str], set[tuple[str, str]]]
) -> Iterator[Shift]:
    old, inherited = side.version, heirs.get((side.version.path, side.version.name), set())
    for target in targets:
        new = target.version
        along = side.other is None and (new.path, new.name) in inherited
        by = new.name if new.name in side.instead else ""
        how: How = "went with" if along else "to function"
        yield Shift(how, old, new, side.site, target.site, by, target.alone, side.alone)
    if not targets:
        how, names = ("replaced", side.instead) if side.firm else ("gone", ("",))
        yield Shift(
            how, old, side.other, side.site, None, names[0], last=side.alone, also=names[1:]
        )
