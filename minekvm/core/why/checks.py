"""Whether a check holds, read off a file on the two sides of a commit, or off a message.

This shares nothing with what made the claim but the reader of C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from minekvm.core.c.finder import find
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.model import Function
from minekvm.core.relate.relations import About
from minekvm.core.why.model import Check, CheckSort
from minekvm.core.why.occurrence import counted

PARTS: tuple[CheckSort, CheckSort] = ("declaration", "body")
_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{7,64}(?![0-9a-f])")
_SPOKEN = {
    "fixes": re.compile(r"\bfix", re.IGNORECASE),
    "reverts": re.compile(r"revert|\bback(?:s|ed|ing)? out\b|\bundo", re.IGNORECASE),
    "cites": re.compile(""),
}


NOTHING = b""
"""What a file is that is not there."""


def holds(check: Check, before: bytes, after: bytes) -> bool:
    """Whether a check of code holds between the two sides of a file."""
    if check.sort in PARTS:
        return _differ(check, before, after) == check.after
    sides = ((check.before, before), (check.after, after))
    return all(wanted is None or _found(check, side) == wanted for wanted, side in sides)


@lru_cache(maxsize=128)
def _definitions(source: bytes, name: str) -> tuple[Function, ...]:
    return find(source, name)


def _found(check: Check, side: bytes) -> bool:
    if check.sort == "defines":
        return bool(_definitions(side, check.name))
    if check.sort == "uses" and not check.function:
        return check.name in counted(side)
    here = [f.text for f in _definitions(side, check.function)]
    if check.sort == "uses":
        return any(check.name in counted(text) for text in here)
    called = [_called(text) for text in here]
    if check.sort == "calls":
        return any(check.name in names for names in called)
    return any(_follows(names, check.name, check.other) for names in called)


@lru_cache(maxsize=512)
def _called(text: bytes) -> tuple[str, ...]:
    """The names that a definition calls, in their order."""
    return tuple(one.name for one in calls(flow(text).steps))


def _follows(names: tuple[str, ...], name: str, other: str) -> bool:
    """Whether some calls have one of a name behind one of another."""
    return other in names and name in names[names.index(other) + 1 :]


def _differ(check: Check, before: bytes, after: bytes) -> bool:
    """Whether a part of the definitions of a name is not the same on both sides."""
    nth = 0 if check.sort == "declaration" else 1

    def parts(side: bytes) -> Iterator[tuple[bytes, ...]]:
        yield from (_parts(f)[nth] for f in _definitions(side, check.name))

    return sorted(parts(before)) != sorted(parts(after))


def differences(old: Function, new: Function) -> tuple[bool, bool]:
    """Whether two definitions differ before the body, and in it, but for white space."""
    was, now = _parts(old), _parts(new)
    return was[0] != now[0], was[1] != now[1]


def _parts(function: Function) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The words before the first brace and from it on; a macro without one is a body alone."""
    head, brace, body = function.text.partition(b"{")
    if not brace:
        return (), tuple(head.split())
    return tuple(head.split()), tuple(body.split())


def speaks_of(message: str, about: About, its_message: str, how: str) -> bool:
    """Whether a message names a commit as `how` says.

    By the beginning of its hash, by its subject, or by a hash that its own message has, too (that
    of which it is a backport).
    """
    if not _SPOKEN[how].search(message):
        return False
    hashes = set(_HASH.findall(message.lower()))
    theirs = set(_HASH.findall(its_message.lower()))
    one_line = " ".join(message.split())
    return (
        any(about.id.startswith(h) for h in hashes)
        or any(t.startswith(h) for h in hashes for t in theirs)
        or _title(about.subject) in one_line
    )


def _title(subject: str) -> str:
    """A subject as it may be quoted: on one line, without what mail puts before it."""
    return re.sub(r"^(?:\[[^\]]*\]\s*)+", "", " ".join(subject.split()))
