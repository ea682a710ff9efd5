"""What drawings are made of: a shape for each kind of event, and how wide and long text is.

Every kind has a shape of its own and a family, which colours it: colour alone tells nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from minekvm.core.kinds import EDITS, RANK
from minekvm.render.text import safe_line

MONO = 0.61  # a letter's width in a fixed-width font, as a part of its size
SANS, BOLD = 0.55, 0.64  # the same on average in wide proportional ones

# Outlines around 0, 0, within a circle of about 7.
_CIRCLE = "M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0Z"
_DOT = "M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1 -3.5 0Z"
_SQUARE = "M-5 -5H5V5H-5Z"
_DIAMOND = "M0 -7L7 0L0 7L-7 0Z"
_CROSS = "M-6 -4L-4 -6L0 -2L4 -6L6 -4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z"
_PLUS = "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z"
_RIGHT = "M-5 -6L7 0L-5 6Z"
_LEFT = "M5 -6L-7 0L5 6Z"
_UP = "M0 -7L6 5H-6Z"
_DOWN = "M0 7L6 -5H-6Z"
_ARROW = "M-7 -3H0V-7L7 0L0 7V3H-7Z"
_HEXAGON = "M-4 -6H4L7 0L4 6H-4L-7 0Z"
_FORK = "M-7 -2H-1L5 -7L7 -4L2 0L7 4L5 7L-1 2H-7Z"
_JOIN = "M7 -2H1L-5 -7L-7 -4L-2 0L-7 4L-5 7L1 2H7Z"
_RING = "M-7 0A7 7 0 1 1 7 0A7 7 0 1 1 -7 0ZM-3 0A3 3 0 1 0 3 0A3 3 0 1 0 -3 0Z"
_HOLLOW = "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0ZM-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z"
_HALF = "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0ZM0 -4A4 4 0 0 1 0 4Z"
_DASH = "M-7 -2.5H7V2.5H-7Z"
_BEAM = "M-6 -6H6V-3H1.5V3H6V6H-6V3H-1.5V-3H-6Z"
_DOUBLE = "M-7 0L-2 -5V-2H2V-5L7 0L2 5V2H-2V5Z"
_APART = "M-1 -6L-7 0L-1 6ZM1 -6L7 0L1 6Z"
_TOGETHER = "M-7 -6L-1 0L-7 6ZM7 -6L1 0L7 6Z"
_BARS = "M-6 -6H6V-2H-6ZM-6 2H6V6H-6Z"

_SHAPES = {
    "introduced": (_DIAMOND, "birth"),
    "added": (_PLUS, "birth"),
    "removed": (_CROSS, "end"),
    "modified": (_DOT, "edit"),
    "signature": (_SQUARE, "edit"),
    "attributes": (_SQUARE, "edit"),
    "renamed": (_RIGHT, "move"),
    "moved": (_ARROW, "move"),
    "renamed+moved": (_HEXAGON, "move"),
    "file-renamed": (_BARS, "move"),
    "split": (_FORK, "part"),
    "extracted": (_UP, "part"),
    "merged": (_JOIN, "part"),
    "inlined": (_DOWN, "part"),
    "superseded": (_RING, "part"),
    "became": (_HEXAGON, "move"),
    "type-changed": (_SQUARE, "edit"),
    "value-changed": (_SQUARE, "edit"),
    "entry-changed": (_SQUARE, "edit"),
    "reordered": (_DOUBLE, "edit"),
    "began": (_PLUS, "birth"),
    "to function": (_ARROW, "move"),
    "went with": (_RIGHT, "move"),
    "moved within": (_DOUBLE, "move"),
    "replaced": (_HEXAGON, "end"),
    "gone": (_CROSS, "end"),
    "begins": (_DIAMOND, "birth"),
    "widened": (_APART, "part"),
    "narrowed": (_TOGETHER, "end"),
    "changed": (_DASH, "edit"),
    "markers moved": (_BEAM, "move"),
    "inside": (_CIRCLE, "part"),
    "partly": (_HALF, "part"),
    "outside": (_HOLLOW, "edit"),
}
_OTHER = (_CIRCLE, "edit")
_ALL = (*_SHAPES.values(), _OTHER)

_RANK: dict[str, int] = {str(kind): rank for kind, rank in RANK.items()}
QUIET: frozenset[str] = frozenset(EDITS)  # drawn small and without a word beside


# Every outline once in the page, by the id that drawings and lists refer to.
OUTLINES = {f"shape{n}": path for n, path in enumerate(dict.fromkeys(s for s, _ in _ALL))}
_IDS = {path: id_ for id_, path in OUTLINES.items()}


def shape(kind: str) -> str:
    """The id of a kind's outline."""
    return _IDS[_SHAPES.get(kind, _OTHER)[0]]


def family(kind: str) -> str:
    """The family of a kind: birth, end, edit, move or part."""
    return _SHAPES.get(kind, _OTHER)[1]


# Kinds whose names say little by themselves, in words.
_LABELS = {
    "to function": "moved to another function",
    "went with": "moved along with its function",
    "moved within": "moved within its function",
    "began": "call began",
    "replaced": "call replaced",
    "gone": "call gone",
}


def label(kind: str) -> str:
    """A kind in words."""
    return _LABELS.get(kind, kind)


def telling(kinds: Iterable[str]) -> str:
    """The most telling of some kinds; "modified" where there is none."""
    return next(iter(ranked(kinds)), "modified")


def ranked(kinds: Iterable[str]) -> list[str]:
    """Kinds, the most telling first."""
    return sorted(kinds, key=lambda k: (_RANK.get(k, len(_RANK)), k))


def width(string: str, size: float, each: float = MONO) -> float:
    """About how wide a line of text is; East Asian letters count twice."""
    cells = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in string)
    return cells * size * each


def clipped(string: str, most: int) -> str:
    """The beginning of a text, shown, with an ellipsis where it was cut."""
    seen = safe_line(string[: most + 1])
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def clipped_path(path: str, most: int) -> str:
    """The end of a path, which tells it from others, with an ellipsis where it was cut."""
    seen = safe_line(path[-most - 1 :])
    if len(seen) <= most and len(path) <= most:
        return seen
    end = seen[-most + 1 :]
    _, slash, rest = end.partition("/")
    return f"…/{rest}" if slash and len(rest) > most // 2 else f"…{end}"
