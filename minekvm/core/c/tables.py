"""Tables of functions: which function an operation leads to.

Read off the text of a file: `.run = vmx_vcpu_run` in the initialiser of a variable (also the old
`run: vmx_vcpu_run`), `[EXIT_HLT] = handle_halt`, `ops->run = vmx_vcpu_run;`, and static calls
(`DEFINE_STATIC_CALL`, `static_call_update`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.c.brackets import pairs
from minekvm.core.c.objects import Declared, declared, included, local
from minekvm.core.c.source import condition_at, conditions, mask

_TABLE = re.compile(
    rb"\b([A-Za-z_]\w*+)[\s*]++([A-Za-z_]\w*+)\s*+(?:\[[^\][]*+\]\s*+)*+"
    rb"(?:__\w++(?:\([^()]*+\))?+\s*+)*+=\s*+\{"
)
_ENTRY = re.compile(
    rb"(?:\.\s*+(\w++)\s*+=|(?<=[{,\n])[^\S\n]*+([A-Za-z_]\w*+)\s*+:|(\[)[^\][]*+\]\s*+=)"
    rb"\s*+&?+\s*+([A-Za-z_]\w*+)\s*+(?=[,}])"
)
_ASSIGNED = re.compile(
    rb"\b([A-Za-z_]\w*+)\s*+(?:->|\.)\s*+(\w++)\s*+=\s*+&?+\s*+([A-Za-z_]\w*+)\s*+;"
)
_CALLED = re.compile(rb"\b([A-Za-z_]\w*+)\s*+\(")
_STATIC = re.compile(
    rb"\b(?:DEFINE_STATIC_CALL\w*+|static_call_update)\s*+\(\s*+(\w++)\s*+,\s*+&?+\s*+(\w++)\s*+\)"
)
_OPENING = re.compile(rb"\{")
_NESTED = re.compile(rb"\.\s*+(\w++)\s*+=\s*+\Z")
_LITERAL = re.compile(rb"\(\s*+(?:const\s++)?+(?:struct\s++)?+([A-Za-z_]\w*+)\s*+\)\s*+\Z")
_BACK = 200  # bytes in which what stands before a brace is looked for
_NO_FUNCTION = frozenset((b"NULL", b"true", b"false"))


@dataclass(frozen=True, slots=True)
class Op:
    """An entry of a table: a variable, its type's name, the field (or `[]`), and the function.

    A static call is a field of no table. `within` is the field of `struct` that is the table, where
    one stands in another; of an unknown `struct` where `a->within->field` was assigned to.
    `condition` is the preprocessor's, `path` the file, where that is known.
    """

    table: str
    struct: str
    field: str
    target: str
    line: int
    within: str = ""
    condition: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """What a file says of tables: their entries, and the objects through which they are reached."""

    ops: tuple[Op, ...] = ()
    objects: tuple[Declared, ...] = ()


def ops(source: bytes) -> tuple[Op, ...]:
    """The entries in a file that may name functions, in file order."""
    return entries(source).ops


def entries(source: bytes) -> Entries:
    """The entries in a file that may name functions, in file order, and what it declares."""
    text, directives = mask(source)
    closing = pairs(text)
    found = [*_initialised(text, closing), *_assigned(text)]
    found += ((m.start(), b"", b"", m.group(1), m.group(2), b"") for m in _STATIC.finditer(text))
    objects = (*declared(text, closing), *included(source))
    if not found:  # as in most files: their lines need not be counted
        return Entries((), objects)
    newlines = [match.start() for match in re.finditer(rb"\n", text)]
    changes = list(conditions(source, directives))
    return Entries(
        tuple(
            Op(
                _text(table),
                _text(struct),
                _text(field),
                _text(target),
                1 + bisect_right(newlines, at),
                _text(within),
                condition_at(changes, at),
            )
            for at, table, struct, field, target, within in sorted(found)
            if target not in _NO_FUNCTION and not target.isupper()
        ),
        objects,
    )


_Found = tuple[int, bytes, bytes, bytes, bytes, bytes]  # at, table, struct, field, target, within


def _initialised(text: bytes, closing: Mapping[int, int]) -> Iterator[_Found]:
    """The entries of initialisers."""
    end = 0
    for match in _TABLE.finditer(text):
        start = match.end() - 1
        if start < end:
            continue  # in the table before
        end = closing.get(start, start) + 1
        found = list(_ENTRY.finditer(text, start, end))
        if not found:
            continue
        braces = [m.start() for m in _OPENING.finditer(text, start + 1, end)]
        inner = [(b, closing.get(b, end)) for b in braces]
        for entry, (struct, within) in zip(
            found, _nested(text, inner, [e.start(4) for e in found]), strict=True
        ):
            yield (
                entry.start(4),
                match.group(2),
                struct or match.group(1),
                _field(entry),
                entry.group(4),
                b"" if struct else within,
            )


def _nested(
    text: bytes, inner: Sequence[tuple[int, int]], places: Sequence[int]
) -> Iterator[tuple[bytes, bytes]]:
    """For places in an initialiser, in order: the type of the literal, or the field, around them.

    `inner` are the braces in it, in order; elements of arrays are looked through.
    """
    around: list[tuple[int, bytes, bytes]] = []  # where it ends, a literal's type, a field
    coming = iter(inner)
    brace = next(coming, None)
    for place in places:
        while brace is not None and brace[0] < place:
            while around and around[-1][0] < brace[0]:
                around.pop()
            before = text[max(brace[0] - _BACK, 0) : brace[0]]
            literal, field = _LITERAL.search(before), _NESTED.search(before)
            outer = around[-1][1:] if around else (b"", b"")
            mine = (literal.group(1), b"") if literal else outer
            around.append((brace[1], *((b"", field.group(1)) if field else mine)))
            brace = next(coming, None)
        while around and around[-1][0] < place:
            around.pop()
        yield around[-1][1:] if around else (b"", b"")


def _assigned(text: bytes) -> Iterator[_Found]:
    """What is assigned to fields: of a variable, whose declaration stands before, or of a field."""
    assigned = list(_ASSIGNED.finditer(text))
    if not assigned:
        return
    called = set(_CALLED.findall(text))
    assigned = [match for match in assigned if match.group(3) in called]
    known: dict[int, Mapping[str, str]] = {}
    for match in assigned:
        name, before = match.group(1), text[max(match.start() - 2, 0) : match.start()]
        struct, within = b"", b""
        if before.endswith((b"->", b".")):
            within = name
        else:
            start = text.rfind(b"\n}", 0, match.start()) + 1  # behind the function before
            if start not in known:
                known[start] = local(text[start : text.find(b"\n}", match.start()) + 1])
            struct = known[start].get(_text(name), "").encode("latin-1")
        yield match.start(), name, struct, match.group(2), match.group(3), within


def leading(source: bytes, symbol: str) -> tuple[Op, ...]:
    """The entries in a file that lead to one function; quick where its name is in none."""
    name = re.escape(symbol.encode("latin-1", "replace"))
    if not re.search(rb"[=:,]\s*+&?+\s*+" + name + rb"\s*+[,;})]", source):
        return ()
    return tuple(op for op in ops(source) if op.target == symbol)


def _text(word: bytes) -> str:
    return word.decode("latin-1")


def _field(entry: re.Match[bytes]) -> bytes:
    return entry.group(1) or entry.group(2) or b"[]"
