"""Kconfig files to their symbols: type, prompt, defaults, what they depend on and select."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from minekvm.core.declarations import Declaration, Member
from minekvm.core.model import Function

_BEGINS = re.compile(rb"(?:menu)?config[ \t]+(\w+)[ \t]*(?:#.*)?\Z")
_ENDS = re.compile(
    rb"(?:(?:menu)?config|menu|endmenu|choice|endchoice|comment|if|endif|source|mainmenu)\b"
)
_TYPE = re.compile(rb"(def_)?(bool|tristate|int|hex|string)\b[ \t]*(.*)\Z")
_HELP = re.compile(rb"(?:---)?help(?:---)?\Z")
_NAMED = re.compile(rb"(select|imply)[ \t]+(\w+)[ \t]*(.*)\Z")
_PLAIN = re.compile(rb"(prompt|default|depends on|range|visible if|option)\b[ \t]*(.*)\Z")


def declarations(source: bytes, _: Sequence[Function] | None = None) -> tuple[Declaration, ...]:
    """The symbols that a Kconfig file declares, in file order.

    `type` is the symbol's; members are its attributes: `depends on`, `default` and `prompt` with
    what they say, `select NAME` and `imply NAME` with their condition. Help texts are no members.
    """
    lines = source.split(b"\n")
    starts = [n for n, line in enumerate(lines) if _BEGINS.match(line.strip())]
    return tuple(_declaration(lines, start) for start in starts)


def _declaration(lines: list[bytes], start: int) -> Declaration:
    match = _BEGINS.match(lines[start].strip())
    assert match is not None
    end = start + 1
    while end < len(lines) and not _ENDS.match(
        lines[end].lstrip() if _is_flush(lines[end]) else b""
    ):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    rows = list(_attributes(lines, start + 1, end))
    types = [row for row in rows if row[0] == "type"]
    members: dict[str, Member] = {}
    for name, told, line in rows:
        if name != "type" and (told or " " in name):
            before = members.get(name)
            joint = " && " if name == "depends on" else "; "
            both = f"{before.type}{joint}{told}" if before is not None else told
            members[name] = Member(name, "entry", both, before.line if before else line)
    return Declaration(
        match.group(1).decode("ascii", "replace"),
        "config",
        start + 1,
        end,
        b"\n".join(lines[start:end]),
        types[0][1] if types else "",
        tuple(members.values()),
    )


def _is_flush(line: bytes) -> bool:
    return line[:1] not in (b"\t", b" ", b"")


def _attributes(lines: list[bytes], start: int, end: int) -> Iterator[tuple[str, str, int]]:
    """The attributes between two lines: name, what it says, line."""
    at = start
    while at < end:
        first, line = at, lines[at].strip()
        while line.endswith(b"\\") and at + 1 < end:
            at += 1
            line = line[:-1] + b" " + lines[at].strip()
        at += 1
        if _HELP.match(line):
            return  # help is the last that a symbol says
        yield from _read(_told(line), first + 1)


def _told(line: bytes) -> bytes:
    return b" ".join(line.split())


def _read(line: bytes, number: int) -> Iterator[tuple[str, str, int]]:
    typed = _TYPE.match(line)
    if typed is not None:
        yield "type", typed.group(2).decode("ascii"), number
        name = "default" if typed.group(1) else "prompt"
        yield name, typed.group(3).decode("utf-8", "replace"), number
        return
    for pattern in (_NAMED, _PLAIN):
        match = pattern.match(line)
        if match is not None:
            *words, told = (g.decode("utf-8", "replace") for g in match.groups())
            yield " ".join(words), told, number
            return
