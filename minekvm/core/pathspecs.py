"""Which paths a scope names, by the rules of git's pathspecs as far as they are plain."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

_WITHOUT = (":!", ":^", ":(exclude)")


def within(path: str, scope: Sequence[str]) -> bool:
    """Whether a path is one of those named, lies below it, or matches it as a glob.

    What begins with `:!`, `:^` or `:(exclude)` is taken out. No scope is everything.
    """
    out = [s.removeprefix(sign) for s in scope for sign in _WITHOUT if s.startswith(sign)]
    inside = [s for s in scope if not s.startswith(_WITHOUT)]
    return (not inside or _matches(path, inside)) and not _matches(path, out)


def _matches(path: str, specs: Sequence[str]) -> bool:
    return any(
        path == one or path.startswith(f"{one}/") or fnmatchcase(path, one) or one in ("", ".")
        for one in (s.removeprefix("./").rstrip("/") for s in specs)
    )
