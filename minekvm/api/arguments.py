"""What the caller of the public API gives, as the analyses take it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Literal

Date = str | int | None
"""As git reads it ("2 weeks ago"), or in seconds since the epoch."""

_COMMA = re.compile(r",(?![^()]*\))")  # but not between arguments


def normal(path: str | None) -> str | None:
    """A path of a clone as git writes it."""
    return None if path is None else posixpath.normpath(path)


def names(values: str | Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or separated by commas; `()` behind a name is no part of it."""
    given = [values] if isinstance(values, str) else values
    names = (name.strip().removesuffix("()") for value in given for name in _COMMA.split(value))
    return tuple(dict.fromkeys(name for name in names if name))


def seconds(date: Date, which: Literal["since", "until"]) -> int | None:
    """A date in seconds since the epoch. Raises MinekvmError where git cannot read it."""
    if date is None or isinstance(date, int):
        return date
    from minekvm.adapters.git.revisions import timestamp

    return timestamp(date, which)
