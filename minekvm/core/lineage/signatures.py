"""What callers see of a function's header: its tokens without storage words and annotations."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Said of storage, linkage and placement: not part of what callers see of a function.
_STORAGE = frozenset(
    b"static extern inline noinline noinstr notrace asmlinkage nokprobe_inline _Noreturn noreturn"
    b" register".split()
)
# Words that begin with two underscores are annotations, but for these.
_TYPE = re.compile(
    rb"__(?:[usi]\d+|[lb]e\d+|int\d+\w*|m\d+\w*|\w+_t|wsum|sum16|typeof(?:__)?|signed__|const__|const"
    rb"|volatile__|kernel_\w+|virtio\d+)"
)
_UNUSED = re.compile(rb"(?:\w*_)?UNUSED(?:_\w*)?")
SELF = b"\0self"  # stands for the own name of a definition
_OPEN, _CLOSE = (b"(", b"["), (b")", b"]")


def signature(header: Sequence[bytes]) -> tuple[bytes, ...]:
    """The tokens of a header that make its type: no storage words, no annotations, no attributes.

    What stands behind the parameters annotates, unless declarations of parameters do.
    """
    found: list[bytes] = []
    at, end = 0, len(header)
    while at < end:
        token = header[at]
        if _annotation(token):
            at = _behind(header, at + 1, (b"(",))
        elif token == b"[" and header[at + 1 : at + 2] == [b"["]:
            at = _behind(header, at, (b"[",))
        else:
            found.append(token)
            at += 1
    return tuple(_without_tail(found))


def _annotation(token: bytes) -> bool:
    if token in _STORAGE or _UNUSED.fullmatch(token):
        return True
    return token.startswith(b"__") and _TYPE.fullmatch(token) is None


def _behind(header: Sequence[bytes], at: int, opening: tuple[bytes, ...]) -> int:
    """Behind the group that opens at a token, if one does."""
    if at >= len(header) or header[at] not in opening:
        return at
    depth = 0
    for end in range(at, len(header)):
        depth += (header[end] in _OPEN) - (header[end] in _CLOSE)
        if depth == 0:
            return end + 1
    return len(header)


def _without_tail(found: list[bytes]) -> list[bytes]:
    """Without what stands behind the parameters of a name that no parentheses hold."""
    own = found.index(SELF) if SELF in found else -1
    before = found[:own]
    if own < 0 or b";" in found or b"#" in found or before.count(b"(") > before.count(b")"):
        return found
    return found[: _behind(found, own + 1, (b"(",))]
