"""Lines that came here and lines that went elsewhere -> the blocks that moved.

A block begins at a telling line that is among the lines that went, and reaches as far up and down
as both sides agree. Braces and blank lines may be shared with what stayed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from minekvm.core.blame.lines import is_telling, weight

_CHOICES = 12  # places at which one line may have stood that are tried


class Source(NamedTuple):
    """A file's lines, as keys, before a commit; `free` are the places, from 0, that it left."""

    path: str
    keys: Sequence[bytes]
    free: AbstractSet[int]


class Block(NamedTuple):
    """New places [start, end) that stood at `first` and on in a source."""

    start: int
    end: int
    source: Source
    first: int


def moved(
    keys: Sequence[bytes], missing: Sequence[int], sources: Sequence[Source], least: int
) -> Iterator[Block]:
    """The blocks of lines that stood in the sources, from top to bottom.

    `missing` are the places, in order, that are to be explained; a block must say at least `least`
    bytes, and a single line stand nowhere else. Behind a block, the place where it went on is tried
    first. What went to one place went to no other, which has a copy.
    """
    where: dict[bytes, list[tuple[int, int]]] = {}
    wanted = {keys[place] for place in missing}
    for number, source in enumerate(sources):
        for at in sorted(source.free):
            if source.keys[at] in wanted and is_telling(source.keys[at]):
                where.setdefault(source.keys[at], []).append((number, at))
    left = [set(source.free) for source in sources]
    for start, end in _runs(missing):
        done, last = start, None
        place = start
        while place < end:
            places = [p for p in where.get(keys[place], ()) if p[1] in left[p[0]]]
            blocks = [
                _grown(keys, (done, end), place, sources[n], at, left[n])
                for n, at in _nearest(places, last)
            ]
            best = max(blocks, key=lambda b: weight(keys[b.start : b.end]), default=None)
            if best is None or not _tells(keys[best.start : best.end], best.source, least):
                place += 1
                continue
            yield best
            taken = range(best.first, best.first + best.end - best.start)
            left[sources.index(best.source)].difference_update(taken)
            done = place = best.end
            last = best


def _tells(block: Sequence[bytes], source: Source, least: int) -> bool:
    """Whether a block says enough to have come from where it stood."""
    if weight(block) < least:
        return False
    telling = [k for k in block if is_telling(k)]
    return len(telling) > 1 or source.keys.count(telling[0]) == 1


def _nearest(places: Sequence[tuple[int, int]], last: Block | None) -> Sequence[tuple[int, int]]:
    """At most so many places to try, those behind the last block first."""
    if len(places) <= _CHOICES:
        return places
    behind = last.first + last.end - last.start if last else 0
    at = bisect_right([p for _, p in places], behind) if last else 0
    return places[max(0, at - 1) : max(0, at - 1) + _CHOICES]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places in order as runs [start, end) of neighbours."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _grown(
    keys: Sequence[bytes],
    within: tuple[int, int],
    place: int,
    source: Source,
    at: int,
    free: AbstractSet[int],
) -> Block:
    """The block around a pair of equal lines, as far as both sides agree."""

    def same(new: int, old: int) -> bool:
        if not 0 <= old < len(source.keys) or keys[new] != source.keys[old]:
            return False
        return old in free or not is_telling(keys[new])

    up = 0
    while place - up > within[0] and same(place - up - 1, at - up - 1):
        up += 1
    down = 1
    while place + down < within[1] and same(place + down, at + down):
        down += 1
    return Block(place - up, place + down, source, at - up)
