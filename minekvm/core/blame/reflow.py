"""A hunk's old and new lines -> new lines that only rewrap, rebrace or comment what stood there.

Lines are compared without braces and comments first, then token by token: a line whose tokens all
stood there in a row, broken into lines otherwise, says what was said before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from minekvm.core.blame.alignment import Pairing, common
from minekvm.core.blame.lines import bare, tokens
from minekvm.core.blame.model import How

_SILENT = frozenset((b"{", b"}", b"\\"))
_ENDS = frozenset((b";", b"{", b"}"))


def hunks(pairing: Pairing, size: int) -> Iterator[tuple[range, range]]:
    """Runs of old and of new places without partner, between partners that stand in order."""
    old_at = start = 0
    for place, other in enumerate([*pairing, size]):
        if other < 0:
            continue
        if other > old_at or place > start:
            yield range(old_at, max(old_at, other)), range(start, place)
        old_at, start = other + 1, place + 1


def carried(
    old: Sequence[bytes], new: Sequence[bytes], before: range, after: range
) -> Iterator[tuple[int, int, How]]:
    """The new places of a hunk that say what old places said, with these and how they differ."""
    olds, news = [bare(old[p]) for p in before], [bare(new[p]) for p in after]
    left = set(after)
    places = [n for n, b in enumerate(olds) if b]
    others = [n for n, b in enumerate(news) if b]
    pairs = common([olds[n] for n in places], [news[n] for n in others])
    for n, pair in zip(others, pairs, strict=True):
        if pair >= 0:
            left.discard(after[n])
            yield after[n], before[places[pair]], "rebraced"
    for place, other in _rewrapped(old, new, before, after):
        if place in left:
            yield place, other, "rewrapped"


def _rewrapped(
    old: Sequence[bytes], new: Sequence[bytes], before: range, after: range
) -> Iterator[tuple[int, int]]:
    """The new places whose tokens all stood in a row in the old lines, and in which most did."""
    was = [(p, t) for p in before for t in tokens(old[p]) if t not in _SILENT and not _remark(t)]
    here = [[t for t in tokens(new[p]) if t not in _SILENT and not _remark(t)] for p in after]
    flat = [t for line in here for t in line]
    pairs = common([t for _, t in was], flat)
    starts = [0, *accumulate(map(len, here))]
    for n, line in enumerate(here):
        first, last = starts[n], starts[n + 1]
        if not line or not _in_a_row(pairs, first, last):
            continue
        if not (_joins(pairs, was, first) and _joins_on(pairs, was, last)):
            continue
        lines = [was[pairs[at]][0] for at in range(first, last)]
        yield after[n], max(dict.fromkeys(lines), key=lines.count)


def _remark(token: bytes) -> bool:
    return token[:2] in (b"/*", b"//")


def _in_a_row(pairs: Pairing, first: int, last: int) -> bool:
    return pairs[first] >= 0 and all(
        pairs[at] == pairs[first] + at - first for at in range(first, last)
    )


def _joins(pairs: Pairing, was: Sequence[tuple[int, bytes]], first: int) -> bool:
    """Whether what stands before a line's first token did so before, or a statement began there."""
    at = pairs[first]
    if at == 0 or was[at - 1][1] in _ENDS:
        return True
    return first > 0 and pairs[first - 1] == at - 1


def _joins_on(pairs: Pairing, was: Sequence[tuple[int, bytes]], last: int) -> bool:
    """The same of what follows its last token."""
    at = pairs[last - 1]
    if at + 1 == len(was) or was[at][1] in _ENDS:
        return True
    return last < len(pairs) and pairs[last] == at + 1


def token_pairs(
    old: Sequence[bytes], new: Sequence[bytes], before: range, after: range
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The tokens of a hunk's new lines that stood in its old ones: (place, number) of both."""
    was = [(p, n, t) for p in before for n, t in enumerate(tokens(old[p]))]
    here = [(p, n, t) for p in after for n, t in enumerate(tokens(new[p]))]
    for at, pair in enumerate(common([t for _, _, t in was], [t for _, _, t in here])):
        if pair >= 0:
            yield here[at][:2], was[pair][:2]
