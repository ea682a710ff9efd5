"""Lines as blame compares them: white space, a continuation's backslash and nothing else aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_COMMENT = re.compile(rb"/\*(?:(?!\*/).)*+(?:\*/)?+|//.*+|^[\s*]*+\*/", re.DOTALL)
_BRACES = re.compile(rb"[{}\\\s]++")
_WORD = re.compile(rb"\w")
_TELLING = 6  # bytes of a line's key from which it may tell a block that moved; hand-set
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*+"?+|/\*(?:(?!\*/).)*+(?:\*/)?+|//.*+|[A-Za-z_]\w*+|\d[\w.]*+|->|\+\+|--|&&'
    rb"|\|\||<<=?+|>>=?+|[-+*/%&|^=!<>]=|[^\s\w]",
    re.DOTALL,
)


@lru_cache(maxsize=1 << 16)
def key(line: bytes) -> bytes:
    """What a line says: without white space, and without the backslash that joins it to the next.

    A macro that became a function keeps its lines so.
    """
    return b"".join(line.removesuffix(b"\\").split())


@lru_cache(maxsize=1 << 14)
def bare(line: bytes) -> bytes:
    """A line's key without comments and braces; b"" where it has nothing else."""
    if b"/" in line:
        line = _COMMENT.sub(b"", line)
    return _BRACES.sub(b"", line)


def is_telling(key: bytes) -> bool:
    """Whether a line's key says enough to be recognised elsewhere."""
    return len(key) >= _TELLING and _WORD.search(key) is not None


def weight(keys: Sequence[bytes]) -> int:
    """How much a block says: the bytes of its telling lines."""
    return sum(len(k) for k in keys if is_telling(k))


def tokens(line: bytes) -> list[bytes]:
    """The words, numbers, strings, comments and signs of a line, in order."""
    return _TOKEN.findall(line)


def token_places(line: bytes) -> list[tuple[int, bytes]]:
    """The same with the column, from 0, at which each begins."""
    return [(m.start(), m.group()) for m in _TOKEN.finditer(line)]


def split(data: bytes) -> list[bytes]:
    """The lines of a text, without their ends; a last one that has no end counts."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines
