"""Lines that a commit's file had not got before -> where they stood in the files it took them from.

Blocks are found first; what lies between two of them that stood in order, on both sides, is
compared as a hunk: a line rewrapped while it moved still has its writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from minekvm.core.blame import reflow
from minekvm.core.blame.alignment import aligned
from minekvm.core.blame.blocks import Block, Source, moved
from minekvm.core.blame.lines import key
from minekvm.core.blame.model import How

_LEAST = 40  # bytes that a block from another file must say (git's -C asks the same)
_BETWEEN = 60  # lines between two blocks that are compared


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


def origins(new: Sequence[bytes], missing: Sequence[int], olds: Sequence[Old]) -> dict[int, Origin]:
    """By line, from 1, of those `missing`, where it stood."""
    keys = [key(line) for line in new]
    sources = [Source(str(n), [key(line) for line in o.lines], o.free) for n, o in enumerate(olds)]
    places = [line - 1 for line in missing]
    blocks = list(moved(keys, places, sources, _LEAST))
    found: dict[int, Origin] = {}
    for block in blocks:
        for place in range(block.start, block.end):
            old = block.first + place - block.start
            found[place + 1] = Origin(int(block.source.path), old + 1, "moved")
    wanted = set(places)
    for block, after in pairwise(blocks):
        for place, old in _between(new, olds, wanted, block, after):
            found.setdefault(place + 1, Origin(int(block.source.path), old + 1, "moved"))
    return found


def _between(
    new: Sequence[bytes], olds: Sequence[Old], wanted: AbstractSet[int], block: Block, after: Block
) -> Iterator[tuple[int, int]]:
    """The lines between two blocks that stood between them before, reworded in nothing."""
    if block.source.path != after.source.path:
        return
    old, gap = (
        range(block.first + block.end - block.start, after.first),
        range(block.end, after.start),
    )
    if not old or not gap or max(len(old), len(gap)) > _BETWEEN or not set(gap) <= wanted:
        return
    lines = olds[int(block.source.path)].lines
    pairs = aligned(lines[old.start : old.stop], new[gap.start : gap.stop])
    for place, other in enumerate(pairs):
        if other >= 0:
            yield gap.start + place, old.start + other
    for before, behind in reflow.hunks(pairs, len(old)):
        if before and behind:
            shifted = range(old.start + before.start, old.start + before.stop)
            here = range(gap.start + behind.start, gap.start + behind.stop)
            for place, other, _ in reflow.carried(lines, new, shifted, here):
                yield place, other
