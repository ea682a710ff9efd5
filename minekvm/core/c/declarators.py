"""C declarators: which name a piece of a declaration declares, and as what.

Read by shape, as headers of functions are, since macros may stand anywhere: the name is the last
word that is no annotation, or the one behind the star of a pointer to a function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from minekvm.core.c.words import AGGREGATES, ANNOTATIONS, BUILT_IN, CONTROL, GROUP, WORD

_ATTRIBUTE = re.compile(
    rb"\b(?:__attribute(?:__)?|__\w++|_?[aA]lign(?:as|ed)|asm|[A-Z]\w*+_?[A-Z_]{3,}\w*+)\s*+"
    + GROUP
)
_POINTER = re.compile(
    rb"\(\s*+(?:(?:[A-Z_][A-Z_0-9]*+|__\w++)\s*+)*+[*^](?:\s|\*|\bconst\b|\bvolatile\b|\b__\w++\b(?=\s*+[\w*]))*+"
    rb"(" + WORD + rb")?"
)
_IDENTIFIER = re.compile(WORD)
_SIGN = re.compile(rb"[,({\[]")
_ENDS = re.compile(rb"[=:({\[]")
_SQUARE = re.compile(rb"\[[^\]]*+\]")
_GROUP = re.compile(GROUP)
_ENCLOSED = re.compile(rb"\(\s*+(" + WORD + rb")\s*+\)\s*+(?=\()")  # `int (f)(void)`
_OTHER = re.compile(rb"[^\w\s*^,\[\](){}$]")
_TYPES = BUILT_IN | frozenset((b"const", b"volatile", b"restrict", b"__restrict", b"_Atomic"))
_TAGS = AGGREGATES - {b"class"}
_NO_NAME = _TYPES | _TAGS | ANNOTATIONS | (CONTROL - {b"namespace"})
_STORAGE = frozenset(b"static extern inline register auto typedef _Thread_local __thread".split())
_LEADING = _STORAGE | frozenset((b"const", b"volatile"))
_DECORATED = re.compile(rb"_{2,}\w+\Z|\w*(?:_in_smp|aligned|_read_mostly|_section|_percpu)\w*\Z")


class Declarator(NamedTuple):
    """A name with its place; `value` is where its initialiser or width begins, or -1.

    `lead` is where the stars and words before the name begin, as far as they are its own;
    `function` says that it is declared as one, `bare` that nothing stands before the name.
    """

    name: bytes
    at: int
    start: int
    end: int
    value: int
    function: bool
    bare: bool


def split(
    text: bytes, start: int, end: int, closing: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """The pieces between commas outside of brackets."""
    at = begin = start
    while (match := _SIGN.search(text, at, end)) is not None:
        at = match.end()
        if match.group() == b",":
            yield begin, match.start()
            begin = at
        else:
            at = closing.get(match.start(), match.start()) + 1
    yield begin, end


def declarator(
    text: bytes, start: int, end: int, closing: Mapping[int, int], *, first: bool
) -> Declarator | None:
    """The name that a piece of a declaration declares; of the `first`, the type stands in it."""
    value = _value(text, start, end, closing)
    over = end if value < 0 else value
    piece = _SQUARE.sub(_blank, _ATTRIBUTE.sub(_blank, text[start:over]))
    if _OTHER.search(_GROUP.sub(b"", piece)):
        return None
    parenthesis = piece.find(b"(")
    if parenthesis >= 0:
        lone = first and not piece[:parenthesis].strip()
        pointer = _POINTER.match(piece, parenthesis)
        if (
            pointer is not None
            and pointer.group(1)
            and _points(piece, parenthesis, text[start:over])
        ):
            at = start + pointer.start(1)
            return Declarator(pointer.group(1), at, start, end, value, False, lone)
        inner = _ENCLOSED.match(piece, parenthesis)
        if inner is not None and piece[:parenthesis].strip():
            at = start + inner.start(1)
            return Declarator(inner.group(1), at, start, end, value, True, False)
        piece = piece[:parenthesis]
    name = _last_word(piece, first)
    if name is None:
        return None
    at, lone = start + name[1], first and name[2]
    return Declarator(name[0], at, start, end, value, parenthesis >= 0, lone)


def _last_word(piece: bytes, first: bool) -> tuple[bytes, int, bool] | None:
    """The last word that is no annotation, its place, and whether it stands alone."""
    words = [m for m in _IDENTIFIER.finditer(piece) if m.group() not in _LEADING]
    while len(words) > 1 and _annotates(words, piece):
        words.pop()
    if not words or words[-1].group() in _NO_NAME:
        return None
    if not first and len(words) == 1 and _DECORATED.match(words[0].group()):
        return None  # behind a body: `} __packed;`
    if len(words) > 1 and words[-2].group() in _TAGS:
        return None  # `struct x`, which names no object
    return words[-1].group(), words[-1].start(), len(words) == 1


def _points(piece: bytes, parenthesis: int, whole: bytes) -> bool:
    """Whether a group with a star declares a pointer: to a function, an array, or nothing else."""
    group = _GROUP.match(piece, parenthesis)
    if group is None:
        return False
    behind = piece[group.end() :].strip()
    return (
        behind.startswith(b"(")
        or whole[group.end() :].lstrip().startswith(b"[")
        or (not behind and piece[:parenthesis].rstrip()[-1:] in b" *")
    )


def _annotates(words: list[re.Match[bytes]], piece: bytes) -> bool:
    """Whether the last word annotates the name that stands before it."""
    last, before = words[-1], words[-2].group()
    if before in _NO_NAME or b"*" in piece[words[-2].end() : last.start()]:
        return False
    if len(words) > 2 and words[-3].group() in _TAGS:
        return False  # the word before is a tag
    typed = len(words) > 2 or b"*" in piece[: words[-2].start()]
    return typed and (_DECORATED.match(last.group()) is not None or last.group().isupper())


def _value(text: bytes, start: int, end: int, closing: Mapping[int, int]) -> int:
    """Where an initialiser or a width begins outside of brackets, or -1."""
    at = start
    while (match := _ENDS.search(text, at, end)) is not None:
        if match.group() in (b"=", b":"):
            return match.start()
        at = closing.get(match.start(), match.start()) + 1
    return -1


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match.group())
