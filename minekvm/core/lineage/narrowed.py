"""The ladder, on those definitions of a commit alone that differ: what `ladder.changes` gives.

Of a commit in which no name came or went, what stands as it stood tells the ladder nothing. Where
one did, it is asked of all: neighbours and originals of copies are looked for among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from minekvm.core.lineage.ladder import changes
from minekvm.core.model import Change, FilePair, Function


def narrowed_changes(pairs: Sequence[FilePair], message: str) -> list[Change]:
    """Every function-level change of one (commit, parent) pair, in the order of its files."""
    names_of = [differing(pair) for pair in pairs]
    if all(_is_even(pair, names) for pair, names in zip(pairs, names_of, strict=True)):
        few = [narrowed(p, names) for p, names in zip(pairs, names_of, strict=True) if names]
        found = changes(few, message)
        # A name may still have passed to another body, and a new body be a copy of what stands.
        if not any("added" in change.kinds for change in found):
            return found
    return changes(pairs, message)


def narrowed(pair: FilePair, names: set[str]) -> FilePair:
    """A pair of files with the definitions of some names alone."""
    return replace(pair, old=_of(pair.old, names), new=_of(pair.new, names))


def _of(functions: Sequence[Function], names: set[str]) -> tuple[Function, ...]:
    return tuple(f for f in functions if f.name in names)


def differing(pair: FilePair) -> set[str]:
    """The names whose definitions differ in text or number between two versions of a file."""
    start, ends = _alike(pair.old, pair.new)
    old = Counter((f.name, f.text) for f in pair.old[start : len(pair.old) - ends])
    new = Counter((f.name, f.text) for f in pair.new[start : len(pair.new) - ends])
    if old == new:
        return set()
    return {name for name, _ in (old - new).keys() | (new - old).keys()}


def _alike(old: Sequence[Function], new: Sequence[Function]) -> tuple[int, int]:
    """How many definitions at the start and at the end of two files are surely the same."""
    most = min(len(old), len(new))
    start = 0
    while start < most and _is_one(old[start], new[start]):
        start += 1
    ends = 0
    while ends < most - start and _is_one(old[-1 - ends], new[-1 - ends]):
        ends += 1
    return start, ends


def _is_one(old: Function, new: Function) -> bool:
    """Whether two definitions are surely the same: versions of a file share what stayed."""
    return old.text is new.text and old.name == new.name


def _is_even(pair: FilePair, names: set[str]) -> bool:
    """Whether as many definitions of each of some names stand on both sides."""
    if pair.old_path is None or pair.new_path is None:
        return not names
    old = Counter(f.name for f in pair.old if f.name in names)
    return old == Counter(f.name for f in pair.new if f.name in names)
