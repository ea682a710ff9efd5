"""Calls that two others came to stand around: `x();` that became `a_begin(); x(); a_end();`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minekvm.core.model import Change, Kind
from minekvm.core.region.alignment import stays
from minekvm.core.region.marker_pairs import opposite

_REMEMBERED = 1_024
_NAMED = re.compile(rb"[A-Za-z_][\w$]*+(?=\s*+\()")
_MOST = 6  # calls, either way, from which what two alike names enclose is no pair's by name alone
_COUNTERPARTS = frozenset(
    (
        ("before", "after"),
        ("pre", "post"),
        ("guest", "host"),
        ("set", "restore"),
        ("prologue", "epilogue"),
    )
)
_PAIRS = 4  # that are told of one change
# Of these the old side is another function, whose callers may have had the pair before.
_ANOTHERS: frozenset[Kind] = frozenset(("inlined", "merged"))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What two calls that came enclose, of what was called before: `calls`, each name once."""

    calls: tuple[str, ...]
    opens: str
    closes: str


def wraps(change: Change) -> tuple[Wrapped, ...]:
    """The pairs of calls that a change put around calls, the outermost first.

    Two names are a pair where the one undoes the other, or where they have words that are each
    other's counterparts, share most of the rest, and enclose little.
    """
    old, new = change.old, change.new
    if old is None or new is None or not _ANOTHERS.isdisjoint(change.kinds):
        return ()
    return _around(old.function.text, new.function.text)


@lru_cache(maxsize=_REMEMBERED)
def _around(old: bytes, new: bytes) -> tuple[Wrapped, ...]:
    came = Counter(_NAMED.findall(new)) - Counter(_NAMED.findall(old))
    names = [name.decode("latin-1") for name in came]
    if not any(_pair(a, b) for a in names for b in names):
        return ()
    before, behind = _calls(old), _calls(new)
    kept = stays(before, behind)[1]
    won = [i for i in range(len(behind)) if i not in kept]
    return tuple(_enclosing(behind, won, kept))[:_PAIRS]


def _calls(text: bytes) -> list[str]:
    from minekvm.core.c.flow import flow  # most changes come to their answer without
    from minekvm.core.c.governed import HINTS, calls_in

    return [call.name for call, _ in calls_in(flow(text).steps) if call.name not in HINTS]


def _enclosing(names: Sequence[str], won: Sequence[int], kept: frozenset[int]) -> Iterator[Wrapped]:
    """For each call that came and opens, the last one that closes it, and what stayed between."""
    told: set[str] = set()
    for place, start in enumerate(won):
        opens = names[start]
        if opens in told:
            continue
        ends = [i for i in won[place + 1 :] if _pair(opens, names[i])]
        if not ends:
            continue
        end = ends[-1]
        inside = [i for i in range(start + 1, end) if i in kept]
        by_name = opposite(opens, names[end]) or opposite(names[end], opens)
        if inside and (by_name or end - start <= _MOST):
            told |= {opens, names[end]}
            yield Wrapped(tuple(dict.fromkeys(names[i] for i in inside)), opens, names[end])


def _pair(one: str, other: str) -> bool:
    """Whether two names may be the ends of something."""
    a, b = (set(name.lower().split("_")) - {""} for name in (one, other))
    counterparts = sum(any(_counter(x, y) for y in b - a) for x in a - b)
    return counterparts > 0 and 2 * (len(a & b) + counterparts) >= max(len(a), len(b))


def _counter(one: str, other: str) -> bool:
    """Whether of two words the one undoes what the other says."""
    both = ((one, other), (other, one))
    return any(pair in _COUNTERPARTS or opposite(*pair) for pair in both)
