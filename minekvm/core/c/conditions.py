"""Preprocessor conditions beside each other: whether two can hold in one build."""

from __future__ import annotations

from functools import lru_cache


def excluded(one: str, other: str) -> bool:
    """Whether a part that one condition demands is denied by the other.

    Conditions are written as `source.conditions` gives them: parts joined by ` && `.
    """
    if not one or not other or one == other:
        return False
    return _excluded(one, other)


@lru_cache(maxsize=8_192)
def _excluded(one: str, other: str) -> bool:
    theirs = parts(other)
    return any(denied(part) in theirs for part in parts(one))


@lru_cache(maxsize=8_192)
def parts(condition: str) -> frozenset[str]:
    """What a condition demands, each part by itself."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(condition):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and condition.startswith("&&", at):
            found.append(condition[start:at])
            start = at + 2
    return frozenset(bare for part in (*found, condition[start:]) if (bare := _bare(part)))


def denied(part: str) -> str:
    """The opposite of a part."""
    if part.startswith("!"):
        return _bare(part[1:])
    return f"!({part})" if "||" in part or "&&" in part else f"!{part}"


def _bare(part: str) -> str:
    """A part without blanks, and without parentheses around all of it."""
    bare = "".join(part.split())
    while bare.startswith("(") and bare.endswith(")") and _closes_last(bare):
        bare = bare[1:-1]
    if bare.startswith("!(") and bare.endswith(")") and _closes_last(bare[1:]):
        inner = bare[2:-1]
        if "&&" not in inner and "||" not in inner:
            return denied(_bare(inner))
    return bare


def _closes_last(text: str) -> bool:
    """Whether the parenthesis that opens a text is closed by its last sign."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return at == len(text) - 1
    return False
