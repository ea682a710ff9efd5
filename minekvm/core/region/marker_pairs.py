"""Pairs of names that look like the two ends of a region: enter/exit, lock/unlock, begin/end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_OPPOSITES = (
    ("enter", "exit"), ("enter", "leave"), ("entry", "exit"), ("lock", "unlock"),
    ("begin", "end"), ("start", "stop"), ("start", "end"), ("start", "finish"),
    ("disable", "enable"), ("get", "put"), ("prepare", "finish"), ("prepare", "cleanup"),
    ("prepare", "unprepare"), ("save", "restore"), ("on", "off"), ("open", "close"),
    ("acquire", "release"), ("hold", "release"), ("hold", "commit"), ("hold", "rollback"),
    ("begin", "commit"), ("begin", "abort"), ("load", "put"), ("load", "unload"),
    ("map", "unmap"), ("pin", "unpin"), ("block", "unblock"), ("mask", "unmask"),
    ("suspend", "resume"), ("freeze", "thaw"), ("stop", "start"), ("set", "clear"),
    ("push", "pop"), ("up", "down"), ("attach", "detach"), ("inc", "dec"), ("add", "del"),
    ("add", "remove"), ("register", "unregister"), ("init", "exit"), ("init", "destroy"),
    ("alloc", "free"), ("create", "destroy"), ("trylock", "unlock"),
)  # fmt: skip
_PARTS = re.compile(r"[^\W_]+")


def _folded(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


_CLOSES: dict[str, tuple[str, ...]] = {}
for _first, _second in _OPPOSITES:
    _CLOSES[_first] = (*_CLOSES.get(_first, ()), _second)


def opposite(enter: str, exit_: str) -> bool:
    """Whether two names differ in one word, and the second undoes what the first does."""
    a, b = _folded(_PARTS.findall(enter)), _folded(_PARTS.findall(exit_))
    if len(a) != len(b):
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(differing) != 1:
        return False
    x, y = differing[0]
    return y in _CLOSES.get(x, ()) or _affixed(x, y)


def _affixed(word: str, other: str) -> bool:
    """Whether a word is another with `un`, `dis` or `de` before it: `locked`, `unlocked`."""
    return len(word) > 2 and other in (f"un{word}", f"dis{word}", f"de{word}")


def marker_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of names, given in order of evaluation, whose second may close the first.

    The order of the names decides which of two opposite ones opens: what stands first. So
    `srcu_read_unlock(); wait(); srcu_read_lock();` is a region too, the time without the lock.
    Pairs are told in the order of their first names, those that close soonest first.
    """
    order = list(names)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for at, name in enumerate(order):
        first.setdefault(name, at)
        last[name] = at
    found = [
        (at, last[exit_], enter, exit_)
        for enter, at in first.items()
        for exit_, other in first.items()
        if at < last[exit_] and (opposite(enter, exit_) or (at < other and opposite(exit_, enter)))
    ]
    return [(enter, exit_) for _, _, enter, exit_ in sorted(found)]
