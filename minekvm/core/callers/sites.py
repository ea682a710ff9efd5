"""The call sites of a symbol: in one version of a file, and what a commit did to them.

A comment, a string or a mention without a call is no site. Where a call that left a function went
is told from the calls around it, from the calls that came elsewhere in the same commit, and from
what became of its function.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest
from typing import Literal, NamedTuple

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.model import Change, FilePair, Function, FunctionVersion

How = Literal["began", "moved within", "to function", "replaced", "went with", "gone"]

_REMEMBERED = 8_192
_LONGEST = 1_000  # calls that differ up to which two versions are compared one by one
_HINTS = frozenset(
    ("likely", "unlikely", "static_branch_likely", "static_branch_unlikely", "__builtin_expect")
)
_NEAR = 4  # calls between one that left and a like one that came in its place
_FEW = 3  # functions that lose the call up to which one far away may be where it went


@dataclass(frozen=True, slots=True)
class Site:
    """The nth call of a symbol in a function, from 1, with the calls right before and after it.

    `line` is the line in the file; a neighbour is "" where there is none. What only tells the
    compiler which way a branch goes is no neighbour.
    """

    function: str
    nth: int
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What a commit did to one call of a symbol.

    It `began`; it `moved within` its function; it went `to function` another; a call of `by`
    `replaced` it at the same spot; it `went with` its function, which was renamed, moved or taken
    into another; or it is `gone`. `old` and `left` are where it was, `new` and `came` where it is
    now, or for one that is replaced or gone `new` is what its function became. `first` says that
    no function of `new`'s name called the symbol in its file before, `last` that none of `old`'s
    does any more: twins under #ifdef count as one. A file's rename takes all its calls along.
    """

    how: How
    old: FunctionVersion | None
    new: FunctionVersion | None
    left: Site | None
    came: Site | None
    by: str = ""
    first: bool = False
    last: bool = False


class _Call(NamedTuple):
    name: str
    line: int


@lru_cache(maxsize=_REMEMBERED)
def _calls(text: bytes) -> tuple[_Call, ...]:
    """The direct calls in a definition, in order of evaluation, lines from its start."""
    return tuple(_Call(c.name, c.line) for c in calls(flow(text).steps) if not c.indirect)


def sites(source: bytes, functions: Sequence[Function], symbol: str) -> tuple[Site, ...]:
    """Where the functions of a file call a symbol, in file order."""
    if symbol.encode("latin-1", "replace") not in source:
        return ()
    return tuple(site for function in functions for _, site in _sites(function, symbol))


def profile(functions: Sequence[Function], symbol: str) -> tuple[tuple[Site, str], ...]:
    """The sites in a file, each with a digest of all calls of its function.

    Where those are the same before and after a commit, it did nothing to the sites.
    """
    return tuple(
        (site, _digest(function.text))
        for function in functions
        for _, site in _sites(function, symbol)
    )


@lru_cache(maxsize=_REMEMBERED)
def _digest(text: bytes) -> str:
    names = "\0".join(call.name for call in _calls(text))
    return hashlib.blake2b(names.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _sites(function: Function, symbol: str) -> Iterator[tuple[int, Site]]:
    """The sites in one function, each with the number of the call among all."""
    if symbol.encode("latin-1", "replace") not in function.text:
        return
    found = _calls(function.text)
    nth = 0
    for index, call in enumerate(found):
        if call.name == symbol:
            nth += 1
            before = _neighbour(found[:index][::-1])
            after = _neighbour(found[index + 1 :])
            line = function.start_line + call.line
            yield index, Site(function.name, nth, line, before, after)


def _neighbour(found: Sequence[_Call]) -> str:
    return next((call.name for call in found if call.name not in _HINTS), "")


@dataclass(frozen=True, slots=True)
class _Side:
    """A call that only one side has, what its function is on the other, what stands there."""

    version: FunctionVersion
    other: FunctionVersion | None
    site: Site
    alone: bool  # no function of the name calls the symbol on the other side
    instead: str = ""
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
        gone, fresh = _compared(old, new, symbol, had=had, has=has)
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
        wrappers = [each for each in every if each.version.name == side.instead]
        if wrappers:
            into = (side.version.path, side.version.name, side.instead)
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
        before = [(v, site) for v in old[name] for _, site in _sites(v.function, symbol)]
        behind = [(v, site) for v in new.get(name, ()) for _, site in _sites(v.function, symbol)]
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
    return any(True for v in versions for _ in _sites(v.function, symbol))


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
) -> tuple[list[_Side], list[_Side]]:
    """The calls that only the one and only the other side of a function has."""
    before = list(_sites(old.function, symbol)) if old else []
    behind = list(_sites(new.function, symbol)) if new else []
    olds = [call.name for call in _calls(old.function.text)] if old else []
    news = [call.name for call in _calls(new.function.text)] if new else []
    lost, won, instead = _difference(olds, news)
    gone = [
        _Side(old, new, site, not has, *_instead(index, olds, news, won, instead))
        for index, site in before
        if old and index in lost
    ]
    fresh = [_Side(new, old, site, not had) for index, site in behind if new and index in won]
    return gone, fresh


def _instead(
    index: int, old: list[str], new: list[str], won: set[int], instead: dict[int, tuple[str, bool]]
) -> tuple[str, bool]:
    """The new name that stands where a call stood, or a like one that came to stand near.

    With whether it took the place of that call.
    """
    near = [i for i in won if abs(i - index) <= _NEAR and new[i] not in old]
    like = [i for i in near if _shared(new[i], old[index]) > 1]
    best = max(like, key=lambda i: (_shared(new[i], old[index]), -i), default=None)
    name, firm = instead.get(index, ("", False))
    if name and name not in old:
        return name, firm or _alike(name, old[index])
    return ("", False) if best is None else (new[best], True)


def _difference(
    old: list[str], new: list[str]
) -> tuple[set[int], set[int], dict[int, tuple[str, bool]]]:
    """Indices on one side only, and what stands on the other where an old one stood.

    The latter with whether it stands for one call alone: as many came as went, or one went.
    """
    shortest = min(len(old), len(new))
    start = next((i for i in range(shortest) if old[i] != new[i]), shortest)
    shortest -= start
    end = next((i for i in range(shortest) if old[-1 - i] != new[-1 - i]), shortest)
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    lost, won = set(range(start, start + len(a))), set(range(start, start + len(b)))
    instead: dict[int, tuple[str, bool]] = {}
    if max(len(a), len(b)) > _LONGEST:
        return lost, won, instead
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lost -= set(range(start + i, start + j))
            won -= set(range(start + k, start + m))
        elif tag == "replace":
            for index in range(i, j):
                firm = j - i in (1, m - k)
                instead[start + index] = b[min(k + index - i, m - 1)], firm
    return lost, won, instead


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
    callees = {c.name for c in _calls(side.other.function.text)} if side.other else set()
    ties = [
        [c for c in came if (c.version.path, c.version.name) in inherited],
        [c for c in came if c.version.name in callees or _names(c.version, old.name)],
    ]
    if not (side.instead and _alike(side.instead, symbol)):
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
    return any(call.name == name for call in _calls(version.function.text))


def _alike(name: str, other: str) -> bool:
    """Whether two names share a word."""
    return _shared(name, other) > 0


def _shared(name: str, other: str) -> int:
    """How many words two names share."""
    return len(set(name.split("_")) & (set(other.split("_")) - {""}))


def _went(
    side: _Side, targets: list[_Side], heirs: dict[tuple[str, str], set[tuple[str, str]]]
) -> Iterator[Shift]:
    old, inherited = side.version, heirs.get((side.version.path, side.version.name), set())
    for target in targets:
        new = target.version
        along = side.other is None and (new.path, new.name) in inherited
        by = new.name if new.name == side.instead else ""
        how: How = "went with" if along else "to function"
        yield Shift(how, old, new, side.site, target.site, by, target.alone, side.alone)
    if not targets:
        how, by = ("replaced", side.instead) if side.firm else ("gone", "")
        yield Shift(how, old, side.other, side.site, None, by, last=side.alone)
