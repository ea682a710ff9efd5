"""Which pairs of markers make a region, and which locks are the same.

Pairs are told by rule, from the names that a function calls in order, and by the rules that
somebody declared. Locks of one name are told apart by the object that they are given, as written:
`mutex_lock(&x->lock)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from minekvm.core.c.steps import Call
from minekvm.core.model import FunctionVersion
from minekvm.core.needs.places import called_in
from minekvm.core.region.arguments import alike, called, given, split
from minekvm.core.region.marker_pairs import marker_pairs
from minekvm.core.region.region import Markers

_PAIRS = 12  # regions looked at from one function
# Opposites that make a region in which other things hold than outside: who holds what, what may
# interrupt. Others (get and put, map and unmap) are about the life of things.
_WORDS = frozenset(
    (
        *("lock", "unlock", "trylock", "locked", "unlocked", "enter", "exit", "leave", "begin"),
        *("end", "disable", "enable", "save", "restore", "acquire", "release", "block", "unblock"),
        *("suspend", "resume", "freeze", "thaw", "mask", "unmask"),
    )
)
_PARTS = re.compile(r"[a-z]+")
_FIELD = re.compile(r"(?:->|\.)\s*+(\w++)\W*+\Z")

Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""The markers that open a region, and those that close it, some with what they are given."""


def pairs(version: FunctionVersion) -> list[Pair]:
    """The pairs of markers in a function that make a region in which other things hold.

    Where markers are given an object (`&x->lock`), each object's are a pair of their own.
    """
    made = called_in(version.function)
    found: list[Pair] = []
    for enter, exit_ in marker_pairs([call.name for call in made]):
        if _holds(enter, exit_):
            found += _by_object(enter, exit_, made)
    return found[:_PAIRS]


def _holds(enter: str, exit_: str) -> bool:
    a, b = (_PARTS.findall(name.casefold()) for name in (enter, exit_))
    return bool((set(a) ^ set(b)) & _WORDS)


def _by_object(enter: str, exit_: str, made: Sequence[Call]) -> list[Pair]:
    ends = _spelled(exit_, made)
    found: list[Pair] = []
    for start in _spelled(enter, made):
        end = next((e for e in ends if given(start) and alike(given(start), given(e))), None)
        if end is not None and not any(alike(given(start), given(p[0][0])) for p in found):
            found.append(((start,), (end,)))
    told_apart = any("&" in start or "->" in start for (start,), _ in found)
    return found if told_apart else [((enter,), (exit_,))]


def _spelled(name: str, made: Iterable[Call]) -> list[str]:
    """The calls of a name as markers with their first argument, each once."""
    firsts = (next(iter(split(c.arguments)), "") for c in made if c.name == name)
    return list(dict.fromkeys(f"{name}({first})" if first else name for first in firsts))


def markers(pair: Pair, top: FunctionVersion) -> Markers:
    """A pair as the regions take it that are seen from a function.

    Where all markers of that name in the function are given the same object, or where it has none,
    the name alone decides: what it calls may know the object by another name.
    """
    made = called_in(top.function)
    enter, exit_ = (
        frozenset(used for marker in side for used in _used(marker, made)) for side in pair
    )
    return Markers(enter, exit_)


def _used(marker: str, made: Sequence[Call]) -> list[str]:
    """What stands for a marker in a function."""
    name, wanted = called(marker), given(marker)
    if not wanted:
        return [marker]
    there = _spelled(name, made)
    chosen = [m for m in there if alike(wanted, given(m))] or [m for m in there if _one(marker, m)]
    if len(chosen) == len(there):
        return [name]
    return chosen or [marker]


def nearest(pair: Pair, others: Iterable[Pair]) -> Pair | None:
    """Which of some pairs is the same region's: alike in name, and in the object where both tell
    it. None where none is.
    """
    found = [other for other in others if same(pair, other)]
    strict = (
        other for other in found
        if any(alike(given(a), given(b)) for a in pair[0] for b in other[0])
    )  # fmt: skip
    return next(strict, next(iter(found), None))


def same(pair: Pair, other: Pair) -> bool:
    """Whether two pairs may be one region's, in one version of the code or another."""
    return all(
        any(_one(a, b) for a in side for b in others)
        for side, others in zip(pair, other, strict=True)
    )


def _one(marker: str, other: str) -> bool:
    """Whether two markers are of one kind of lock: the same field of what may be called otherwise,
    or the same global."""
    if called(marker) != called(other):
        return False
    a, b = given(marker), given(other)
    if not a or not b or alike(a, b):
        return True
    fields = [_FIELD.search(text) for text in (a, b)]
    return fields[0] is not None and fields[1] is not None and fields[0][1] == fields[1][1]


def told(marker: str) -> str:
    """A marker in words: with what it is given, or as a call."""
    return marker if given(marker) else f"{marker}()"
