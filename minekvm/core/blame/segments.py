"""A file in segments, each blamed on its own: its definitions, and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def spans(lines: int, definitions: Sequence[tuple[int, int]]) -> Mapping[int, int]:
    """By line of a file of so many lines the segment that it belongs to: a definition, or between.

    `definitions` are first and last lines, in order.
    """
    found: dict[int, int] = {}
    segment, line = 0, 1
    for first, last in definitions:
        begin = max(first, line)
        if last < begin:
            continue
        found |= dict.fromkeys(range(line, begin), segment)
        found |= dict.fromkeys(range(begin, last + 1), segment + 1)
        segment, line = segment + 2, last + 1
    return found | dict.fromkeys(range(line, lines + 1), segment)
