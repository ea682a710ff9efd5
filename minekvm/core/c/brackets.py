"""Masked C: which bracket closes which, where conditionals go on, what stands between colons."""

from __future__ import annotations

import re

from minekvm.core.c.variants import ENDIF, IF

_BRACKET = re.compile(rb"[(){}]")
_MARK = re.compile(rb"[\x01-\x03]")
_SIGN = re.compile(rb"[():]")


def pairs(text: bytes) -> dict[int, int]:
    """Per opening parenthesis or brace that closes: where. A brace closes what it encloses."""
    found: dict[int, int] = {}
    braces: list[int] = []
    opened: list[int] = []  # parentheses since the last brace, or that brace as -1
    for match in _BRACKET.finditer(text):
        bracket, at = match.group(), match.start()
        if bracket == b"(":
            opened.append(at)
        elif bracket == b"{":
            braces.append(at)
            opened.append(-1)
        elif bracket == b")":
            if opened and opened[-1] >= 0:
                found[opened.pop()] = at
        elif braces:
            while opened.pop() >= 0:
                pass  # never closed
            found[braces.pop()] = at
    return found


def groups(text: bytes) -> dict[int, list[int]]:
    """Per mark of an `#if`: where it, its `#else` marks and its `#endif` mark stand."""
    found: dict[int, list[int]] = {}
    stack: list[list[int]] = []
    for match in _MARK.finditer(text):
        at = match.start()
        if text[at] == IF:
            stack.append([at])
        elif stack:
            stack[-1].append(at)
            if text[at] == ENDIF:
                group = stack.pop()
                found[group[0]] = group
    return found


def sections(text: bytes) -> list[bytes]:
    """What stands between the colons outside of parentheses."""
    found, depth, start = [], 0, 0
    for match in _SIGN.finditer(text):
        sign = match.group()
        if sign != b":":
            depth += 1 if sign == b"(" else -1
        elif depth <= 0:
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def folded(text: bytes) -> str:
    """A piece of code on one line."""
    return b" ".join(text.split()).decode("latin-1")
