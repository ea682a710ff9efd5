"""The blocks of a C file at its first column (functions, types, tables, macros), read by lines.

A line that begins with a letter or `_` begins a block, as for git's hunk headings (`def_ff` in its
xdiff/xemit.c), and so does `#define`. What a block is called: what stands before the first
parenthesis, the tag of a type, the name of a variable or macro, and what a typedef's closing line
names. No parser: it also reads what does not compile, and may be wrong where layout is unusual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

_START = re.compile(rb"^(?:#[ \t]*define[ \t]+(?P<macro>\w+)|(?P<head>[A-Za-z_][^\n]*))", re.M)
_LABEL = re.compile(rb"\w+[ \t]*:(?!:)")
_TYPE = re.compile(rb"(?:typedef[ \t]+)?(?:struct|union|enum|class)[ \t]+(\w+)[ \t]*(?:\{|\Z)")
_CALLED = re.compile(rb"(\w+)[ \t]*\(")
_OBJECT = re.compile(rb"(\w+)[ \t]*(?:\[[^\n\]]*\][ \t]*)*(?:=|;|\Z)")
_CLOSING = re.compile(rb"^\}[ \t]*(?:__\w+[ \t]*)*\*?[ \t]*(\w+)", re.M)


def blocks(source: bytes, names: Iterable[str]) -> dict[str, bytes]:
    """The text of the blocks of some names, that of several of one name in one."""
    wanted = {name for name in names if name.encode() in source}
    found: dict[str, bytes] = {}
    if wanted:
        for called, text in _blocks(source):
            for name in called & wanted:
                found[name] = found.get(name, b"") + text
    return found


def lines_in(source: bytes, names: Iterable[str]) -> dict[str, Counter[bytes]]:
    """The lines in the blocks of some names, without white space at their ends, how often each."""
    return {
        name: Counter(line.strip() for line in text.split(b"\n"))
        for name, text in blocks(source, names).items()
    }


def _blocks(source: bytes) -> Iterator[tuple[set[str], bytes]]:
    """Every block's names and text."""
    starts = [m for m in _START.finditer(source) if not _LABEL.match(m.group())]
    ends = [*(m.start() for m in starts), len(source)][1:]
    for match, end in zip(starts, ends, strict=True):
        text = source[match.start() : end]
        yield {name.decode("ascii", "replace") for name in _names(match, text)}, text


def _names(match: re.Match[bytes], text: bytes) -> Iterator[bytes]:
    macro, head = match.group("macro"), match.group("head")
    if macro is not None:
        yield macro
        return
    kind = _TYPE.match(head.rstrip())
    called = _CALLED.search(head)
    if kind is not None:
        yield kind.group(1)
    elif called is not None:
        yield called.group(1)
    else:
        thing = _OBJECT.search(head.rstrip().removesuffix(b"{").rstrip())
        if thing is not None:
            yield thing.group(1)
    if head.startswith(b"typedef"):
        yield from _CLOSING.findall(text)[:1]
