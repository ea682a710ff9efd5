"""What objects a C file declares, and of which types: read off the text, no header being open.

Only what may be, or lead to, a table of functions counts: variables and fields whose type has a
name of its own (`struct ops *run`, `ops_t run`). A type is told by its tag or its typedef's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_BACK = 100  # bytes in which `typedef` is looked for
_KNOWN = 4_096  # definitions whose objects are kept
_NAME = rb"[A-Za-z_]\w*+"
# The start of a piece between `;`, `,`, brackets and braces: qualifiers, a type, stars, a name.
_PIECE = re.compile(rb"[;{}(),]")
_DECLARED = re.compile(
    rb"\s*+(?:(?:const|volatile|static|extern|register|__\w++)\b\s*+)*+"
    rb"(?:(?:struct|union)\s++)?+(" + _NAME + rb")\b(?:\s|\*|\bconst\b|\b__\w++\b)*?"
    rb"(?<!\w)(" + _NAME + rb")\s*+(?:\Z|[=\[:]|__\w++)"
)
_FIRST_COLUMN = re.compile(rb"^[A-Za-z_][^\n;={(]*+[;={]", re.MULTILINE)
_STRUCT = re.compile(rb"struct\s++(?:__\w++(?:\([^()]*+\))?+\s++)*+(" + _NAME + rb")?+\s*+\{")
_ALIAS = re.compile(rb"\btypedef\s++(?:struct|union)\s++(" + _NAME + rb")\s*+\**+\s*+(" + _NAME
                    + rb")\s*+;")  # fmt: skip
_BEHIND = re.compile(rb"\s*+(?:__\w++(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\))?+\s*+)*+\**+\s*+("
                     + _NAME + rb")")  # fmt: skip
_OPERATION = re.compile(rb"\(\s*+\*\s*+(" + _NAME + rb")\s*+\)\s*+\(")
# Words that stand where a type would, and types that hold no function.
_NO_TYPE = frozenset(
    b"return goto else case struct union enum typedef sizeof do if while for switch break continue"
    b" int char long short unsigned signed float double void bool _Bool const volatile static"
    b" extern register inline size_t ssize_t u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64"
    b" uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t".split()
)

# How a header says that a function never returns: `__noreturn`, `_Noreturn`, `[[noreturn]]`,
# `__attribute__((noreturn))`, `G_GNUC_NORETURN`, `OVS_NO_RETURN`.
_NEVER = re.compile(rb"(?<![A-Za-z0-9])no_?return(?!_?[A-Za-z0-9])", re.IGNORECASE)
_NEVER_WORDS = (b"noreturn", b"NORETURN", b"NO_RETURN", b"no_return", b"NoReturn")
_PROTOTYPE = re.compile(rb"^(?:\[\[|[A-Za-z_])[^;{}#=]*+;", re.MULTILINE)
_ATTRIBUTE = re.compile(rb"__attribute(?:__)?\s*+\(\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\)\)")
_CALLED = re.compile(rb"(" + _NAME + rb")\s*+\(")

_INCLUDE = re.compile(rb"^[ \t]*+#[ \t]*+include[ \t]*+[<\"]([^>\"\n]++)[>\"]", re.MULTILINE)
INCLUDE = "include"  # the owner of the name of a file that is included
OPERATION = "()"  # the type of a field that points to a function
ENDS = "noreturn"  # the owner of a function's name that is declared never to return
ALIAS = "typedef"  # the owner of a typedef's name, whose type is the tag


class Declared(NamedTuple):
    """A variable (no owner) or a field of an owner, and the type's name."""

    owner: str
    name: str
    type: str


def declared(text: bytes, closing: Mapping[int, int]) -> tuple[Declared, ...]:
    """The variables at file scope and the fields of types in a masked file, each once.

    `closing` gives per opening bracket where it closes.
    """
    found: dict[Declared, None] = {}
    for match in _STRUCT.finditer(text):
        end = closing.get(match.end() - 1)
        if end is None:
            continue
        owner = match.group(1)
        named = text[max(match.start() - _BACK, 0) : match.start()].rstrip().endswith(b"typedef")
        behind = _BEHIND.match(text, end + 1) if named else None
        if behind is not None and owner is not None:
            found[Declared(ALIAS, _text(behind.group(1)), _text(owner))] = None
        owner = owner or (behind.group(1) if behind else None)
        if owner is not None:
            body = text[match.end() : end]
            found |= dict.fromkeys(Declared(_text(owner), *pair) for pair in _pairs(body))
            for operation in _OPERATION.finditer(body):
                found[Declared(_text(owner), _text(operation.group(1)), OPERATION)] = None
    for match in _ALIAS.finditer(text):
        found[Declared(ALIAS, _text(match.group(2)), _text(match.group(1)))] = None
    found |= dict.fromkeys(Declared(ENDS, name, "") for name in _never(text))
    for match in _FIRST_COLUMN.finditer(text):
        if not match.group().startswith(b"typedef"):
            found |= dict.fromkeys(Declared("", *pair) for pair in _pairs(match.group()))
    return tuple(found)


def included(source: bytes) -> tuple[Declared, ...]:
    """The files that a file's text, not masked, includes, by the names that it gives them."""
    names = dict.fromkeys(_text(match.group(1).strip()) for match in _INCLUDE.finditer(source))
    return tuple(Declared(INCLUDE, name, "") for name in names)


def ends(header: str) -> bool:
    """Whether a function's header says that it never returns."""
    return _NEVER.search(header.encode("latin-1", "replace")) is not None


def _never(text: bytes) -> list[str]:
    """The functions that the prototypes of a masked file say never return."""
    if not any(word in text for word in _NEVER_WORDS):
        return []
    found = []
    for prototype in _PROTOTYPE.finditer(text):
        if _NEVER.search(prototype.group()):
            named = _CALLED.search(_ATTRIBUTE.sub(b" ", prototype.group()))
            if named is not None:
                found.append(_text(named.group(1)))
    return found


@lru_cache(maxsize=_KNOWN)
def local(text: bytes) -> Mapping[str, str]:
    """The types of a definition's parameters and variables; of a name declared twice the last."""
    return dict(_pairs(text))


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Names and the names of their types, in the order of the text."""
    found = []
    for piece in _PIECE.split(text):
        match = _DECLARED.match(piece)
        if match is not None and not _NO_TYPE.intersection(match.groups()):
            kind, name = match.groups()
            found.append((_text(name), _text(kind)))
    return found


def _text(word: bytes) -> str:
    return word.decode("latin-1")
