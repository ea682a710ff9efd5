"""The text of one definition -> its control flow, as a tree of steps."""

from __future__ import annotations

import re
from bisect import bisect_right

from minekvm.core.c.statements import Reader
from minekvm.core.c.steps import Flow
from minekvm.core.c.variants import plain

_NEWLINE = re.compile(rb"\n")


def flow(text: bytes, points: frozenset[str] = frozenset()) -> Flow:
    """The control flow of a function, function-like macro or tracepoint, whatever the bytes.

    `points` are identifiers that are told where they are used without being called.
    """
    newlines = [match.start() for match in _NEWLINE.finditer(text)]

    def line_at(at: int) -> int:
        return bisect_right(newlines, at - 1)

    code = plain(text)
    names = frozenset(point.encode("latin-1", "replace") for point in points)
    reader = Reader(code, names, line_at)
    steps = reader.read(code.start)
    last = max(len(text.rstrip()) - 1, 0)
    return Flow(steps, last, line_at(last), reader.degraded)
