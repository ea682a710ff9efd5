"""Two sequences of lines -> which line of the new one is which of the old one.

The longest common subsequence (rapidfuzz's bit-parallel one) of what the lines say; where an
insertion or deletion could as well stand some lines higher or lower, it is put where a reader would
put it, after the idea of git's indent heuristic (Haggerty, 2016).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from minekvm.core.blame.lines import is_telling, key

_AFTER_BLANK, _AFTER_BRACE, _BEFORE_BLANK = 3.0, 2.0, 0.5  # how well a block begins or ends there
_INDENT = (
    0.25  # how badly, per column of indentation; all hand-set, evaluated by benchmarks/blame.py
)
_DEEP = 8
_CELLS = 400_000_000  # of the table that an alignment fills; beyond it is cut at equal halves

Pairing = list[int]
"""By new line, from 0, the old line, or -1."""


def common(old: Sequence[bytes], new: Sequence[bytes]) -> Pairing:
    """The pairing of two sequences of keys that has the most pairs."""
    from rapidfuzz.distance import LCSseq

    numbers: dict[bytes, int] = {}
    one = [numbers.setdefault(k, len(numbers)) for k in old]
    other = [numbers.setdefault(k, len(numbers)) for k in new]
    found = [-1] * len(other)
    if not one or not other:
        return found
    if len(one) * len(other) > _CELLS:
        return _halved(old, new)
    for operation in LCSseq.opcodes(one, other):
        if operation.tag == "equal":
            first = operation.src_start
            for place in range(operation.dest_start, operation.dest_end):
                found[place] = first + place - operation.dest_start
    return found


def _halved(old: Sequence[bytes], new: Sequence[bytes]) -> Pairing:
    """Aligned half by half, where the whole would take too long."""
    middle, cut = len(old) // 2, len(new) // 2
    lower = common(old[middle:], new[cut:])
    return [*common(old[:middle], new[:cut]), *(p if p < 0 else p + middle for p in lower)]


def aligned(old: Sequence[bytes], new: Sequence[bytes]) -> Pairing:
    """The pairing of two sequences of lines; what came or went stands where it reads best."""
    old_keys, new_keys = [key(line) for line in old], [key(line) for line in new]
    found = common(old_keys, new_keys)
    _slide_insertions(found, new, new_keys)
    inverse = inverted(found, len(old))
    _slide_insertions(inverse, old, old_keys)
    return inverted(inverse, len(new))


def weakly(pairing: Pairing, old: Sequence[bytes], new: Sequence[bytes]) -> dict[int, int]:
    """The pairs between changes of which no line in a row stands once on both sides.

    What they say (a brace, `return 0;`) stands at several places: chance may have paired them.
    """
    olds, news = Counter(map(key, old)), Counter(map(key, new))
    found: dict[int, int] = {}
    start = 0
    while start < len(pairing):
        end = start + 1
        while end < len(pairing) and 0 <= pairing[end] == pairing[end - 1] + 1:
            end += 1
        if pairing[start] >= 0 and start > 0 and end < len(pairing):
            run = [key(new[place]) for place in range(start, end)]
            if not any(is_telling(k) and olds[k] == news[k] == 1 for k in run):
                found |= {place: pairing[place] for place in range(start, end)}
        start = end
    return found


def inverted(pairing: Pairing, size: int) -> Pairing:
    """The pairing seen from the other side, which has so many lines."""
    found = [-1] * size
    for place, other in enumerate(pairing):
        if other >= 0:
            found[other] = place
    return found


def _slide_insertions(pairing: Pairing, lines: Sequence[bytes], keys: Sequence[bytes]) -> None:
    """Move each block without partners, between partners in a row, to where it fits."""
    place = 0
    while place < len(pairing):
        if pairing[place] >= 0:
            place += 1
            continue
        end = place
        while end < len(pairing) and pairing[end] < 0:
            end += 1
        place = _slid(pairing, lines, keys, place, end)


def _slid(
    pairing: Pairing, lines: Sequence[bytes], keys: Sequence[bytes], start: int, end: int
) -> int:
    """Slide the block of lines [start, end); returns where to go on."""
    before = pairing[start - 1] if start else -1
    if start and end < len(pairing) and pairing[end] != before + 1:
        return end  # lines went as well as came
    up = 0
    while (
        start - up > 0
        and pairing[start - 1 - up] >= 0
        and keys[start - 1 - up] == keys[end - 1 - up]
    ):
        if up and pairing[start - 1 - up] != pairing[start - up] - 1:
            break
        up += 1
    down = 0
    while (
        end + down < len(pairing)
        and pairing[end + down] >= 0
        and keys[start + down] == keys[end + down]
    ):
        if down and pairing[end + down] != pairing[end + down - 1] + 1:
            break
        down += 1
    if not up and not down:
        return end
    best = max(
        range(-up, down + 1), key=lambda s: (_fit(lines, start + s) + _fit(lines, end + s), s)
    )
    for step in range(0, best, -1):  # the block goes up: the line above it goes below
        pairing[end - 1 + step] = pairing[start - 1 + step]
        pairing[start - 1 + step] = -1
    for step in range(best):
        pairing[start + step] = pairing[end + step]
        pairing[end + step] = -1
    return end + max(best, 0)


def _fit(lines: Sequence[bytes], place: int) -> float:
    """How well a block may begin, or have ended, before a line."""
    if place in (0, len(lines)):
        return _AFTER_BLANK
    above, below = lines[place - 1], lines[place]
    fit = 0.0
    if not above.strip():
        fit = _AFTER_BLANK
    elif above[:1] in (b"}", b"#") or above.rstrip()[-2:] == b"*/":
        fit = _AFTER_BRACE if above[:1] == b"}" else 0.0
    if not below.strip():
        return fit + _BEFORE_BLANK
    indent = len(below.expandtabs(8)) - len(below.lstrip())
    return fit - _INDENT * min(max(indent, 0), _DEEP)
