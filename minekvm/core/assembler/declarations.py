"""Assembler files to the entry points and macros that they declare."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minekvm.core.declarations import Declaration
from minekvm.core.model import Function

_START = re.compile(
    rb"^[ \t]*(SYM_(?:FUNC|CODE|DATA|INNER_LABEL|TYPED_FUNC)_?(?:START)?\w*|(?:BP)?(?:W?ENTRY|PROC"
    rb"|LEAF|NESTED|_GLOBAL|GLOBAL|FUNC|AENTRY))[ \t]*\([ \t]*(\w+)[^)\n]*\)",
    re.MULTILINE,
)
_MACRO = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:[ \t]+((?:[^\n\\]|\\\n|\\.)*))?$", re.MULTILINE
)
_END = rb"^[ \t]*(?:SYM_\w*END\w*|END\w*|WEND\w*)[ \t]*\([ \t]*%s[ \t]*\)"


def declarations(source: bytes, _: Sequence[Function] | None = None) -> tuple[Declaration, ...]:
    """The entry points of an assembler file and its macros without arguments, in file order.

    `type` is the macro that begins an entry point; its text goes to what ends it, where something
    does, and is its first line else.
    """
    found = [_entry(source, match) for match in _START.finditer(source) if _begins(match.group(1))]
    found += [_macro(source, match) for match in _MACRO.finditer(source)]
    return tuple(sorted(found, key=lambda d: d.start_line))


def _begins(macro: bytes) -> bool:
    return b"_END" not in macro and b"ALIAS" not in macro


def _entry(source: bytes, match: re.Match[bytes]) -> Declaration:
    name = match.group(2)
    last = re.compile(_END % re.escape(name), re.MULTILINE).search(source, match.end())
    end = last.end() if last is not None else match.end()
    start = match.start(1)
    return Declaration(
        name.decode("ascii", "replace"),
        "entry-point",
        1 + source.count(b"\n", 0, start),
        1 + source.count(b"\n", 0, end),
        source[start:end],
        match.group(1).decode("ascii", "replace"),
    )


def _macro(source: bytes, match: re.Match[bytes]) -> Declaration:
    value = b" ".join((match.group(2) or b"").replace(b"\\\n", b" ").split())
    return Declaration(
        match.group(1).decode("ascii", "replace"),
        "macro",
        1 + source.count(b"\n", 0, match.start()),
        1 + source.count(b"\n", 0, match.end()),
        match.group().strip(),
        value.decode("utf-8", "replace"),
    )
