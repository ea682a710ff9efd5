"""Lines that a commit's file had not got before -> where they stood in the files it took them from.

Blocks are found first; what lies between two of them that stood in order, on both sides, is
compared as a hunk: a line rewrapped while it moved still has its writer.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel

from minekvm.core.blame import reflow
from minekvm.core.blame.alignment import aligned
from minekvm.core.blame.blocks import Block, Source, moved
from minekvm.core.blame.lines import key
from minekvm.core.blame.model import How

LEAST = 40  # bytes that a block from another file must say (git's -C asks the same)
_BETWEEN = 60  # lines around a block that are compared
_MORE = 8  # old lines that are compared beyond as many as there are new ones


@dataclass(frozen=True, slots=True)
class Old:
    """A file before a commit: its lines, and the places, from 0, of those that the commit took."""

    path: str
    lines: Sequence[bytes]
    free: AbstractSet[int]


class Origin(NamedTuple):
    """The number of the file, the line in it from 1, and what befell the line."""

    file: int
    line: int
    how: How


def nearness(path: str, old_path: str, *, stays: bool) -> tuple[bool, bool, float]:
    """How near a file is that lines may have come from, the nearest sorted first: one of the same
    folder, one that went, one with a name alike."""
    folder, name = posixpath.split(path)
    other, old_name = posixpath.split(old_path)
    return other != folder, stays, -Indel.normalized_similarity(old_name, name)


def origins(new: Sequence[bytes], missing: Sequence[int], olds: Sequence[Old]) -> dict[int, Origin]:
    """By line, from 1, of those `missing`, where it stood."""
    keys = [key(line) for line in new]
    sources = [Source(str(n), [key(line) for line in o.lines], o.free) for n, o in enumerate(olds)]
    places = [line - 1 for line in missing]
    blocks = list(moved(keys, places, sources, LEAST))
    found: dict[int, Origin] = {}
    for block in blocks:
        for place in range(block.start, block.end):
            old = block.first + place - block.start
            found[place + 1] = Origin(int(block.source.path), old + 1, "moved")
    wanted = set(places)
    for n, block in enumerate(blocks):
        for around in _around(blocks, n, wanted, olds[int(block.source.path)]):
            for place, old in _compared(new, olds[int(block.source.path)], *around):
                found.setdefault(place + 1, Origin(int(block.source.path), old + 1, "moved"))
    return found


def _around(
    blocks: Sequence[Block], n: int, wanted: AbstractSet[int], old: Old
) -> Iterator[tuple[range, range]]:
    """Before a block, and behind the last one of a file: the old places and the new ones that may
    belong together. Between two blocks of one file, what stood between them."""
    block = blocks[n]
    before = blocks[n - 1] if n else None
    start = _reached(block.start, -1, wanted, before.end if before else 0)
    first = block.first - (block.start - start) - _MORE
    if before is not None and before.source is block.source and before.end >= start:
        behind = before.first + before.end - before.start
        first = behind if behind <= block.first else first
    yield range(max(first, 0), block.first), range(start, block.start)
    after = blocks[n + 1] if n + 1 < len(blocks) else None
    if after is None or after.source is not block.source:
        end = _reached(block.end, 1, wanted, after.start if after else 1 << 40)
        last = block.first + block.end - block.start
        stop = min(last + end - block.end + _MORE, len(old.lines))
        yield range(last, stop), range(block.end, end)


def _reached(place: int, step: int, wanted: AbstractSet[int], limit: int) -> int:
    """How far places in a row are wanted, up or down, no further than a limit and `_BETWEEN`."""
    for _ in range(_BETWEEN):
        at = place - 1 if step < 0 else place
        if at not in wanted or (at < limit if step < 0 else at >= limit):
            break
        place += step
    return place


def _compared(
    new: Sequence[bytes], old: Old, before: range, after: range
) -> Iterator[tuple[int, int]]:
    """New places with the old ones that the commit took and that say the same, reworded in
    nothing."""
    if not before or not after or len(before) > 2 * _BETWEEN:
        return
    pairs = aligned(old.lines[before.start : before.stop], new[after.start : after.stop])
    for place, other in enumerate(pairs):
        if other >= 0 and before[other] in old.free:
            yield after[place], before[other]
    for was, here in reflow.hunks(pairs, len(before)):
        if was and here:
            shifted = range(before.start + was.start, before.start + was.stop)
            lines = range(after.start + here.start, after.start + here.stop)
            for place, other, _ in reflow.carried(old.lines, new, shifted, lines):
                if other in old.free:
                    yield place, other
