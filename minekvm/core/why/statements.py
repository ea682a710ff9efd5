"""The pieces of what is said of code: statements with their checks, names in prose, lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minekvm.core.callers.sites import Site
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.why.model import Check, Citation, FilePlace
from minekvm.core.why.occurrence import counted

_SHOWN = 3  # functions named before "and n more"


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate ("moved f() from a.c to b.c"), what must hold for it, and what shows it."""

    text: str
    checks: tuple[Check, ...]
    citations: tuple[Citation, ...] = ()


def definition(commit: CommitId, version: FunctionVersion) -> Citation:
    """The line with which a definition begins."""
    function = version.function
    lines = lines_of(version)
    at = next((i for i, line in enumerate(lines) if function.name in line), 0)
    line = function.start_line + at
    return Citation(commit, FilePlace(version.path, line, line), lines[at].strip())


def line_of(commit: CommitId, version: FunctionVersion, line: int) -> Iterator[Citation]:
    """One line of a definition; nothing where the definition has no such line."""
    lines = lines_of(version)
    at = line - version.function.start_line
    if 0 <= at < len(lines) and lines[at].strip():
        yield Citation(commit, FilePlace(version.path, line, line), lines[at].strip())


def line_with(commit: CommitId, version: FunctionVersion, word: str) -> Iterator[Citation]:
    """The first line of a definition that has a word; nothing where none has."""
    for nth, line in enumerate(lines_of(version)):
        if word in counted(line.encode()):
            place = version.function.start_line + nth
            yield Citation(commit, FilePlace(version.path, place, place), line.strip())
            return


def lines_of(version: FunctionVersion) -> list[str]:
    """A definition's lines as text: Latin-1 where it is no UTF-8, as at the git door."""
    text = version.function.text
    try:
        return text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return text.decode("latin-1").split("\n")


def call(name: str) -> str:
    """A function's name as prose has it."""
    return f"{name}()"


def at(version: FunctionVersion) -> str:
    """A function with its file: "f() (lib/a.c)"."""
    return f"{call(version.name)} ({version.path})"


def beside(site: Site | None, symbol: str) -> str:
    """Where a call of a symbol stands: ", after f() and before g()"; not beside another of it."""
    if site is None:
        return ""
    return between(*(side if side != symbol else "" for side in (site.before, site.after)))


def between(above: str, below: str) -> str:
    sides = [f"after {call(above)}"] * bool(above)
    sides += [f"before {call(below)}"] * bool(below)
    return f", {' and '.join(sides)}" if sides else ""


def key_of(version: FunctionVersion | None) -> tuple[str, str]:
    return ("", "") if version is None else (version.path, version.name)


def listed(names: Iterable[str]) -> str:
    every = list(names)
    shown, more = every[:_SHOWN], len(every) - _SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
