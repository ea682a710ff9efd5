"""The text of one definition -> its control flow, as a tree of steps."""

from __future__ import annotations

import re
from bisect import bisect_right

from minekvm.core.c.statements import Reader
from minekvm.core.c.steps import Flow
from minekvm.core.c.variants import plain

_NEWLINE = re.compile(rb"\n")


def flow(
    text: bytes, points: frozenset[str] = frozenset(), scoped: frozenset[str] = frozenset()
) -> Flow:
    """The control flow of a function, function-like macro or tracepoint, whatever the bytes.

    `points` are identifiers that are told where they are used without being called; `scoped` are
    macros that declare what is undone where its scope ends.
    """
    newlines = [match.start() for match in _NEWLINE.finditer(text)]

    def line_at(at: int) -> int:
        return bisect_right(newlines, at - 1)

    code = plain(text)
    names = frozenset(point.encode("latin-1", "replace") for point in points)
    guards = frozenset(name.encode("latin-1", "replace") for name in scoped)
    reader = Reader(code, names, line_at, guards)
    steps = reader.read(code.start)
    last = max(len(text.rstrip()) - 1, 0)
    return Flow(steps, last, line_at(last), reader.degraded)
