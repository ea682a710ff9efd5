"""A story to mine: what a query file asks, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Followed:
    """A symbol to follow; `path` is the file meant, where several define it."""

    name: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A region: the markers that open and close it, and the function from which it is seen.

    `depth` is how deep calls are looked into, None as deep as by default; `where` are the symbols
    whose calls are asked for, inside or outside, over time.
    """

    enter: tuple[str, ...]
    exit: tuple[str, ...]
    function: str
    path: str | None = None
    depth: int | None = None
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What must not be called in a region: names, in which `*` stands for any letters.

    `reason` says why; `name` is the file that has the rule.
    """

    enter: tuple[str, ...]
    exit: tuple[str, ...]
    forbid: tuple[str, ...]
    reason: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that a query file asks for.

    `callers` are symbols whose call sites are told over time; `commits` are written as git or a
    commit message writes them: a revision, a hash with its quoted subject, or the subject alone.
    """

    title: str
    symbols: tuple[Followed, ...] = ()
    callers: tuple[str, ...] = ()
    regions: tuple[Bounds, ...] = ()
    questions: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


_HASH = re.compile(r"([0-9a-f]{7,64})(?:\s*\(?\s*\"(.+)\"\s*\)?)?", re.DOTALL)


def spelt(commit: str) -> tuple[str, str]:
    """A commit as a story writes it: its hash or revision and its subject, "" for what is not said.

    `87fa7f3e98a1 ("x86/kvm: Move it")` says both, `HEAD~2` the first, `"x86/kvm: Move it"` the
    second, with or without quotes: no revision has a space in it.
    """
    commit = commit.strip()
    match = _HASH.fullmatch(commit)
    if match:
        return match[1], " ".join((match[2] or "").split())
    if re.search(r"\s", commit) or commit[:1] == '"':
        return "", " ".join(commit.strip('"').split())
    return commit, ""
