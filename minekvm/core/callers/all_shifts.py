"""What a commit did to the calls of every symbol at once: what `shifts` gives of each.

Two short cuts give the same: where a symbol's calls only became more, they began, and where a
function is gone with all its calls, so are they. Calls are looked for where the words before
parentheses differ; what only came to stand elsewhere in its function is not told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from minekvm.core.c.expressions import NO_CALLS
from minekvm.core.callers.shifts import shifts
from minekvm.core.callers.sites import Shift, called
from minekvm.core.lineage.narrowed import differing, narrowed
from minekvm.core.model import Change, FilePair, Function, FunctionVersion

_BEFORE_PARENTHESIS = re.compile(rb"[A-Za-z_$][\w$]*+(?=\s*+\()")
_REMEMBERED = 8_192


class _Place(NamedTuple):
    """A name in a file, its variants on both sides, and how often they call what they call."""

    pair: int
    name: str
    old: tuple[FunctionVersion, ...]
    new: tuple[FunctionVersion, ...]
    before: Counter[str]
    behind: Counter[str]

    def gain(self, symbol: str) -> int:
        return self.behind[symbol] - self.before[symbol]


def all_shifts(
    pairs: Sequence[FilePair], changes: Sequence[Change]
) -> Iterator[tuple[str, tuple[Shift, ...]]]:
    """Per symbol whose calls came or left, in order: what a commit did to them, but for those that
    came along with their file. Shifts that the short cuts tell have no sites."""
    places = [p for at, pair in enumerate(pairs) for p in _places(at, pair)]
    where: defaultdict[str, list[_Place]] = defaultdict(list)
    for place in places:
        for symbol in place.before.keys() | place.behind.keys():
            if place.gain(symbol):
                where[symbol].append(place)
    renamed = {(p.old_path, p.new_path) for p in pairs if p.old_path != p.new_path}
    for symbol in sorted(where):
        found = _plain(symbol, where[symbol])
        if found is None:
            few = [narrowed(pairs[at], some) for at, some in _by_pair(where[symbol]).items()]
            found = [s for s in shifts(few, changes, symbol) if s.how != "moved within"]
        told = tuple(shift for shift in found if not _carried(shift, renamed))
        if told:
            yield symbol, told


def _places(at: int, pair: FilePair) -> Iterator[_Place]:
    """The names in a file whose calls may differ."""
    few = narrowed(pair, differing(pair))
    old, new = _by_name(few.old_path, few.old), _by_name(few.new_path, few.new)
    for name in dict.fromkeys([*old, *new]):
        olds, news = tuple(old.get(name, ())), tuple(new.get(name, ()))
        if _words(olds) != _words(news):
            yield _Place(at, name, olds, news, _calls(olds), _calls(news))


def _by_name(path: str | None, functions: Sequence[Function]) -> dict[str, list[FunctionVersion]]:
    found: defaultdict[str, list[FunctionVersion]] = defaultdict(list)
    for function in functions if path is not None else ():
        found[function.name].append(FunctionVersion(path or "", function))
    return found


def _plain(symbol: str, places: Sequence[_Place]) -> list[Shift] | None:
    """What happened, where that can be told without looking at the order of calls."""
    gains = [place.gain(symbol) for place in places]
    single = all(len(p.old) < 2 and len(p.new) < 2 for p in places)
    if single and min(gains) > 0:
        return [
            Shift("began", _only(p.old), _only(p.new), None, None, first=not p.before[symbol])
            for p, gain in zip(places, gains, strict=True)
            for _ in range(gain)
        ]
    if single and max(gains) < 0 and not any(p.new for p in places):
        return [
            Shift("gone", _only(p.old), None, None, None, last=True)
            for p, gain in zip(places, gains, strict=True)
            for _ in range(-gain)
        ]
    return None


def _only(versions: Sequence[FunctionVersion]) -> FunctionVersion | None:
    return versions[0] if versions else None


def _by_pair(places: Sequence[_Place]) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for place in places:
        found[place.pair].add(place.name)
    return found


def _carried(shift: Shift, renamed: set[tuple[str | None, str | None]]) -> bool:
    """Whether a call only came along with its file."""
    old, new = shift.old, shift.new
    if shift.how != "went with" or old is None or new is None or old.name != new.name:
        return False
    return (old.path, new.path) in renamed


@lru_cache(maxsize=_REMEMBERED)
def _words_of(text: bytes) -> Counter[bytes]:
    return Counter(w for w in _BEFORE_PARENTHESIS.findall(text) if w not in NO_CALLS)


def _words(versions: Sequence[FunctionVersion]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for version in versions:
        found.update(_words_of(version.function.text))
    return found


def _calls(versions: Sequence[FunctionVersion]) -> Counter[str]:
    return Counter(call.name for v in versions for call in called(v.function.text))
