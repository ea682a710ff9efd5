"""The call sites of a symbol in one version of a file, and the noun of what a commit did to one.

A comment, a string or a mention without a call is no site.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from minekvm.core.c.flow import flow
from minekvm.core.c.governed import HINTS, calls_in
from minekvm.core.model import Function, FunctionVersion

How = Literal["began", "moved within", "to function", "replaced", "went with", "gone"]

_REMEMBERED = 8_192


@dataclass(frozen=True, slots=True)
class Site:
    """The nth call of a symbol in a function, from 1, with the calls right before and after it.

    `line` is the line in the file; a neighbour is "" where there is none. What only tells the
    compiler which way a branch goes is no neighbour. `under` names what governs it, from the
    outermost in: `if/loop`. Of what is no function a site is a use, and `how` says what it does:
    reads, writes, names.
    """

    function: str
    nth: int
    line: int
    before: str
    after: str
    under: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """What a commit did to one call of a symbol.

    It `began`; it `moved within` its function, past other calls or into or out of a branch or loop;
    it went `to function` another; a call of `by` `replaced` it at the same spot, and with it those
    of `also`, where one call became several; it `went with` its function, which was renamed, moved
    or taken into another; or it is `gone`. `old` and `left` are where it was, `new` and `came`
    where it is now, or for one that is replaced or gone `new` is what its function became. `first`
    says that no function of `new`'s name called the symbol in its file before, `last` that none of
    `old`'s does any more: twins under #ifdef count as one. A file's rename takes all calls along.
    """

    how: How
    old: FunctionVersion | None
    new: FunctionVersion | None
    left: Site | None
    came: Site | None
    by: str = ""
    first: bool = False
    last: bool = False
    also: tuple[str, ...] = ()


class Called(NamedTuple):
    """A direct call: its line and offset from the definition's start, and what governs it.

    `under` has an entry for each branch, loop and switch around it, from the outermost in.
    """

    name: str
    line: int
    at: int
    arguments: str
    under: tuple[str, ...]


@lru_cache(maxsize=_REMEMBERED)
def called(text: bytes) -> tuple[Called, ...]:
    """The direct calls in a definition, in order of evaluation."""
    return tuple(
        Called(call.name, call.line, call.at, call.arguments, under)
        for call, under in calls_in(flow(text).steps)
        if not call.indirect
    )


def profile(functions: Sequence[Function], symbol: str) -> tuple[tuple[Site, str], ...]:
    """The sites in a file, each with a digest of all calls of its function.

    Where those are the same before and after a commit, it did nothing to the sites.
    """
    return tuple(
        (site, _digest(function.text))
        for function in functions
        for _, site in sites(function, symbol)
    )


@lru_cache(maxsize=_REMEMBERED)
def _digest(text: bytes) -> str:
    names = "\0".join("/".join((call.name, *call.under)) for call in called(text))
    return hashlib.blake2b(names.encode("utf-8", "replace"), digest_size=8).hexdigest()


def sites(function: Function, symbol: str) -> Iterator[tuple[int, Site]]:
    """The calls of a symbol in a function, each with its number among all calls there."""
    if symbol.encode("latin-1", "replace") not in function.text:
        return
    found = called(function.text)
    after = _next_names(found)
    before = _next_names(found[::-1])[::-1]
    nth = 0
    for index, call in enumerate(found):
        if call.name == symbol:
            nth += 1
            line = function.start_line + call.line
            under = "/".join(call.under)
            yield index, Site(function.name, nth, line, before[index], after[index], under)


def _next_names(found: Sequence[Called]) -> list[str]:
    """For each call the name of the next one that is no hint, else ""; in one pass."""
    names, name = [], ""
    for call in reversed(found):
        names.append(name)
        name = name if call.name in HINTS else call.name
    return names[::-1]
