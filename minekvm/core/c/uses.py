"""Where C uses a name that is no function's: read by shape, with how sure it is.

A compiler knows the type of `x->field`; here it is known where what `x` is declared to be stands in
the same definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from minekvm.core.c.source import CLOSE, HASH, OPEN, events

How = Literal["reads", "writes", "calls", "takes the address of", "names"]

_WRITES = re.compile(rb"\s*+(?:\[[^\]\n]*+\]\s*+)*+(?:=(?!=)|(?:[-+*/%&|^]|<<|>>)=(?!=)|\+\+|--)")
_CALLS = re.compile(rb"\s*+(?:\[[^\]\n]*+\]\s*+)*+\(")
_BASE = re.compile(rb"(->|\.)?\s*+\b([A-Za-z_]\w*+)\s*+(?:\[[^\[\]]*+\]\s*+)?\Z")
_INITIAL = re.compile(rb"[{,]\s*+\Z")
_OPENED = re.compile(rb"\b(?:struct|union)\s++(\w++)\b[^;{}()=]*+=\s*+\{[^{}]*+\Z")
_ADDRESS = re.compile(rb"(?<!&)&\s*+\Z")
_NO_TYPES = frozenset((b"return", b"else", b"case", b"goto", b"sizeof", b"in"))
_BEFORE = 400  # bytes in front of a use that say what it is of


class Use(NamedTuple):
    """A use: its offset, what is done, and whether it is sure that the very symbol is meant."""

    at: int
    how: How
    is_sure: bool = True


@lru_cache(maxsize=512)
def _code(text: bytes) -> bytes:
    """A text with its comments and literals blanked; directives stay."""
    pieces: list[bytes] = []
    done = 0
    for char, start, end in events(text):
        if char not in (OPEN, CLOSE, HASH):
            pieces += (text[done:start], b" " * (end - start))
            done = end
    return b"".join((*pieces, text[done:]))


def fields(text: bytes, name: str, of: str) -> Iterator[Use]:
    """The uses of a field of the struct, union or typedef `of`; not those of another struct's."""
    code, word, tag = _code(text), _word(name), _word(of)
    for match in re.finditer(rb"(?:struct|union)\s+" + tag + rb"\s*,\s*(" + word + rb")\b", code):
        yield Use(match.start(1), "names")  # offsetof, container_of
    for match in re.finditer(rb"(->|\.)\s*(" + word + rb")\b", code):
        before = code[max(0, match.start() - _BEFORE) : match.start()]
        if match.group(1) == b"." and _INITIAL.search(before):
            opened = _OPENED.search(before)
            if opened is None or opened.group(1) == tag:
                yield Use(match.start(2), "writes", opened is not None)
            continue
        declared = _declared(code, before)
        if declared is None or declared[1] == tag:
            yield Use(match.start(2), _done(code, before, match.end()), declared is not None)
        elif declared[0] not in (b"struct", b"union"):  # a typedef may be of it
            yield Use(match.start(2), _done(code, before, match.end()), is_sure=False)


def _done(code: bytes, before: bytes, end: int) -> How:
    if _WRITES.match(code, end):
        return "writes"
    if _CALLS.match(code, end):
        return "calls"
    base = _BASE.search(before)
    front = before[: base.start()] if base is not None else before
    return "takes the address of" if _ADDRESS.search(front) else "reads"


def _declared(code: bytes, before: bytes) -> tuple[bytes, bytes] | None:
    """The sort (`struct`, `union`, "" for a typedef) and name of what stands before a field."""
    base = _BASE.search(before)
    if base is None or base.group(1):
        return None
    return _type_of(code, base.group(2))


@lru_cache(maxsize=4_096)
def _type_of(code: bytes, variable: bytes) -> tuple[bytes, bytes] | None:
    """What a variable is declared to be in a definition; None where that does not stand there."""
    name = re.escape(variable)
    plain = re.compile(
        rb"\b(struct|union)\s++(\w++)\s*+(?:\b(?:const|volatile|__\w++)\s*+|\*\s*+)*+"
        rb"\b" + name + rb"\b(?!\s*+\()"
    )
    among = re.compile(
        rb"\b(struct|union)\s++(\w++)\b(?:(?!\b(?:struct|union)\b)[^;(){}])*?,[\s*]*"
        + name
        + rb"\b"
    )
    found = plain.search(code)
    if found is None:
        found = among.search(code, max(code.find(b"{"), 0))
    if found is not None:
        return found.group(1), found.group(2)
    typed = re.search(rb"\b([A-Za-z_]\w*+)\s*+\*++\s*+(?:const\s++)?" + name + rb"\b", code)
    if typed is None or typed.group(1) in _NO_TYPES:
        return None
    return b"", typed.group(1)


def tags(text: bytes, kind: str, name: str) -> Iterator[Use]:
    """The uses of a struct, union or enum by its tag."""
    for match in re.finditer(_word(kind) + rb"\s+(" + _word(name) + rb")\b", _code(text)):
        yield Use(match.start(1), "names")


def names(text: bytes, name: str, *, is_variable: bool = False) -> Iterator[Use]:
    """The uses of a constant, macro, typedef or variable by its name; not where a field, a label
    or a local variable is called so."""
    code, word = _code(text), _word(name)
    hides = rb"\b([A-Za-z_]\w*+)(?:\s*+\*++\s*+|\s++)" + word + rb"\s*+(?:[;=,)\[]|\Z)"
    if is_variable and any(
        m.group(1) not in _NO_TYPES and m.group(1) != b"extern" for m in re.finditer(hides, code)
    ):
        return
    for match in re.finditer(rb"(?<![\w$.])(?<!->)" + word + rb"\b(?![\w$])", code):
        before = code[max(0, match.start() - 8) : match.start()]
        how: How = "reads"
        if is_variable:
            how = "writes" if _WRITES.match(code, match.end()) else how
            how = "takes the address of" if _ADDRESS.search(before) else how
        yield Use(match.start(), how)


def _word(name: str) -> bytes:
    return re.escape(name).encode("latin-1", "replace")
