"""Markers that are told apart by what they are given: `mutex_lock(&x->lock)`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from minekvm.core.c.steps import Call

_GIVEN = re.compile(r"([A-Za-z_]\w*+)\s*+\((.*)\)\Z", re.DOTALL)
_MEMBER = re.compile(r"->|\.")
_CAST = re.compile(r"\A\((?:const\s++)?+(?:struct\s++)?+\w++[\s*]*+\)(?=[\w&(])")


def names(markers: frozenset[str], call: Call) -> bool:
    """Whether one of some markers is what is called: its name, the callee as written, or both its
    name and its first arguments."""
    if call.name in markers or call.callee in markers:
        return True
    return any(
        name == call.name and alike(wanted, call.arguments)
        for name, wanted in _with_arguments(markers)
    )


def called(marker: str) -> str:
    """The name of what a marker calls."""
    match = _GIVEN.match(marker)
    return match.group(1) if match else marker


def given(marker: str) -> str:
    """What a marker is to be given, as written; "" where that does not matter."""
    match = _GIVEN.match(marker)
    return match.group(2) if match else ""


@lru_cache(maxsize=1_024)
def _with_arguments(markers: frozenset[str]) -> tuple[tuple[str, str], ...]:
    matches = (_GIVEN.match(marker) for marker in sorted(markers))
    return tuple((match.group(1), match.group(2)) for match in matches if match)


@lru_cache(maxsize=16_384)
def alike(asked: str, passed: str) -> bool:
    """Whether a call is given what was asked for, as its first arguments.

    Blanks, casts, `&` and parentheses aside they are written alike; or the same field of what is
    called alike: `&kvm->lock` is `&vcpu->kvm->lock`.
    """
    wanted, found = split(asked), split(passed)
    if not wanted or len(found) < len(wanted):
        return False
    return all(_same(a, b) for a, b in zip(wanted, found, strict=False))


def _same(one: str, other: str) -> bool:
    a, b = _MEMBER.split(_bare(one)), _MEMBER.split(_bare(other))
    return a == b or (min(len(a), len(b)) > 1 and a[-2:] == b[-2:])


def _bare(argument: str) -> str:
    """An argument without what does not tell which object it is."""
    text = "".join(_CAST.sub("", argument.strip()).split())
    while True:
        shorter = text.lstrip("&*")
        if shorter.startswith("(") and shorter.endswith(")") and ")" not in shorter[1:-1]:
            shorter = shorter[1:-1]
        if shorter == text:
            return text
        text = shorter


def split(arguments: str) -> tuple[str, ...]:
    """Arguments one by one."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(arguments):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            found.append(arguments[start:at].strip())
            start = at + 1
    return tuple(part for part in (*found, arguments[start:].strip()) if part)


def spelled(calls: Iterable[Call]) -> list[str]:
    """Calls as markers: with the object that they are given where it is a global's or a field."""
    found = []
    for call in calls:
        first = next(iter(split(call.arguments)), "")
        told = first.startswith("&") or (first and not first[0].isdigit() and "->" in first)
        found.append(f"{call.name}({first})" if told and not call.indirect else call.name)
    return list(dict.fromkeys(found))
