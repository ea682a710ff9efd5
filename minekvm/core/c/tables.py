"""Tables of functions: which function an operation leads to.

Read off the text of a file: `.run = vmx_vcpu_run` in the initialiser of a variable (also the old
`run: vmx_vcpu_run`), `[EXIT_HLT] = handle_halt`, `ops->run = vmx_vcpu_run;`, and static calls
(`DEFINE_STATIC_CALL`, `static_call_update`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minekvm.core.c.brackets import pairs
from minekvm.core.c.source import mask
from minekvm.core.c.steps import Call

_TABLE = re.compile(
    rb"\b([A-Za-z_]\w*+)[\s*]++([A-Za-z_]\w*+)\s*+(?:\[[^\][]*+\]\s*+)*+"
    rb"(?:__\w++(?:\([^()]*+\))?+\s*+)*+=\s*+\{"
)
_ENTRY = re.compile(
    rb"(?:\.\s*+(\w++)\s*+=|(?<=[{,\n])\s*+([A-Za-z_]\w*+)\s*+:|(\[)[^\][]*+\]\s*+=)"
    rb"\s*+&?+\s*+([A-Za-z_]\w*+)\s*+(?=[,}])"
)
_ASSIGNED = re.compile(
    rb"\b([A-Za-z_]\w*+)\s*+(?:->|\.)\s*+(\w++)\s*+=\s*+&?+\s*+([A-Za-z_]\w*+)\s*+;"
)
_CALLED = re.compile(rb"\b([A-Za-z_]\w*+)\s*+\(")
_STATIC = re.compile(
    rb"\b(?:DEFINE_STATIC_CALL\w*+|static_call_update)\s*+\(\s*+(\w++)\s*+,\s*+&?+\s*+(\w++)\s*+\)"
)
_WHAT = re.compile(r"\(\s*+([\w$]++)\s*+\)\Z")
_BASE = re.compile(r"\A[(*&\s]*+([A-Za-z_]\w*+)")
_NO_FUNCTION = frozenset((b"NULL", b"true", b"false"))


@dataclass(frozen=True, slots=True)
class Op:
    """An entry of a table: a variable, its type's name, the field (or `[]`), and the function.

    A static call is a field of no table. `path` is the file, where that is known.
    """

    table: str
    struct: str
    field: str
    target: str
    line: int
    path: str = ""


def ops(source: bytes) -> tuple[Op, ...]:
    """The entries in a file that may name functions, in file order."""
    text, _ = mask(source)
    closing = pairs(text)
    newlines = [match.start() for match in re.finditer(rb"\n", text)]
    found: list[tuple[int, bytes, bytes, bytes, bytes]] = []
    end = 0
    for match in _TABLE.finditer(text):
        start = match.end() - 1
        if start < end:
            continue  # in the table before
        end = closing.get(start, start) + 1
        found += (
            (entry.start(4), match.group(2), match.group(1), _field(entry), entry.group(4))
            for entry in _ENTRY.finditer(text, start, end)
        )
    assigned = list(_ASSIGNED.finditer(text))
    called = set(_CALLED.findall(text)) if assigned else set()
    found += (
        (m.start(), m.group(1), b"", m.group(2), m.group(3))
        for m in assigned
        if m.group(3) in called
    )
    found += ((m.start(), b"", b"", m.group(1), m.group(2)) for m in _STATIC.finditer(text))
    return tuple(
        Op(_text(table), _text(struct), _text(field), _text(target), 1 + bisect_right(newlines, at))
        for at, table, struct, field, target in sorted(found)
        if target not in _NO_FUNCTION and not target.isupper()
    )


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


@dataclass(frozen=True, slots=True)
class Target:
    """A function that a call through a table may reach, and the file that says so."""

    name: str
    table: str
    struct: str
    path: str = ""


def _target(op: Op) -> Target:
    return Target(op.target, op.table, op.struct, op.path)


class Tables:
    """Where calls through tables lead, given the entries of all files that are known."""

    def __init__(self, entries: Iterable[Op]) -> None:
        self._fields: defaultdict[str, list[Op]] = defaultdict(list)
        self._arrays: defaultdict[str, list[Op]] = defaultdict(list)
        for op in entries:
            if op.field == "[]":
                self._arrays[op.table].append(op)
            else:
                self._fields[op.field].append(op)

    def targets(self, call: Call) -> tuple[Target, ...]:
        """The functions that an indirect call may reach, each with its table, in file order."""
        found = dict.fromkeys(map(_target, self._entries(call)))
        return tuple(found)

    def _entries(self, call: Call) -> Iterator[Op]:
        if not call.indirect:
            return
        what = _WHAT.search(call.callee)
        if what is not None and not call.callee.startswith("("):
            yield from self._by_suffix(what.group(1))
            return
        if call.name in self._arrays and "[" in call.callee:
            yield from self._arrays[call.name]
            return
        if not call.callee.endswith((f"->{call.name}", f".{call.name}")):
            return  # a plain pointer
        entries = self._fields.get(call.name, [])
        base = _BASE.match(call.callee)
        named = [op for op in entries if base and base.group(1) in (op.table, op.struct)]
        yield from named or (op for op in entries if op.table)

    def _by_suffix(self, name: str) -> list[Op]:
        """What `static_call(kvm_x86_run)` and `kvm_x86_call(run)` lead to: the field `run`."""
        rest, before = name, ""
        while rest not in self._fields and rest:
            head, _, rest = rest.partition("_")
            before += f"{head}_"
        entries = self._fields.get(rest, [])
        near = [op for op in entries if before and op.struct.startswith(before)]
        return near or entries
