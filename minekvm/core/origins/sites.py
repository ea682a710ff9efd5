"""Where a commit changes code, and which lines of the version before it tell where that came from.

A removed line tells most; for added ones their neighbours do, within the same function. Lines that
many files have (braces, `break;`, comments, includes) tell little.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from minekvm.core.c.finder import scan
from minekvm.core.file_kinds import is_c
from minekvm.core.model import BlobId, Function
from minekvm.core.origins.lines import FileEdit, Hunk, Place, squeezed

Role = Literal["removed", "near", "function", "head", "named", "linked"]

MOST_SITES = 150  # hunks looked at
_NEIGHBOURS = 4  # telling lines looked at above an addition, and below it
_FAR = 15  # lines in which to look for them
_REACH = 8  # lines over which a name counts half
_LONG = 600  # lines of a function that are asked for
_SLIGHT, _STAYING = 0.15, 0.4  # weight of removed lines that tell little, or come again elsewhere
_OTHER_FILES = 0.3  # weight of what is not C
_TRIVIAL = re.compile(
    rb"\s*+(?:[{}()\[\];,]*+|/\*.*+|\*(?:\s.*+|/)?+|//.*+|else|\}\s*+else\s*+\{|break;"
    rb"|return(?: [\w-]++)?+;|#\s*+endif.*+|#\s*+else.*+|#\s*+include.*+)\s*+",
    re.DOTALL,
)
_NAME = re.compile(rb"[A-Za-z_]\w++")
_COMMON = frozenset(
    b"if else for while do switch case default return break continue goto sizeof static inline"
    b" const struct union enum void int char unsigned signed long short bool true false NULL"
    b" extern volatile typedef define ifdef ifndef endif include elif float double u8 u16 u32 u64"
    b" s32 s64 uint8_t uint16_t uint32_t uint64_t size_t ret err rc the and for not".split()
)


class Asked(NamedTuple):
    """A line of the version before, what part it has in the change, how much, and at which site."""

    place: Place
    role: Role
    weight: float
    site: int


@dataclass(frozen=True, slots=True)
class Site:
    """One hunk, and the function around it ("" outside of any)."""

    path: str
    function: str
    hunk: Hunk


@dataclass(frozen=True)
class Before:
    """A file as it was before the commit."""

    path: str
    blob: BlobId
    source: bytes

    @cached_property
    def lines(self) -> list[bytes]:
        return self.source.split(b"\n")

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        return scan(self.source) if is_c(self.path) else ()

    def around(self, hunk: Hunk) -> Function | None:
        """The definition that a hunk lies in."""
        at = hunk.old_start
        over = 0 if hunk.old else 1  # behind its last line is outside
        inside = (f for f in self.functions if f.start_line <= at <= f.end_line - over)
        return next(inside, None)


@dataclass(frozen=True, slots=True)
class Sites:
    """The places of a change, the lines to ask for, and the names that it removes and adds."""

    sites: tuple[Site, ...]
    asked: tuple[Asked, ...]
    removed: Counter[str]
    added: Counter[str]
    left_out: int = 0

    def lines(self) -> dict[str, list[int]]:
        """The lines asked for, by path."""
        found: dict[str, set[int]] = defaultdict(set)
        for one in self.asked:
            found[one.place[0]].add(one.place[1])
        return {path: sorted(lines) for path, lines in found.items()}


def is_trivial(line: bytes) -> bool:
    """Whether a line would stand as well in any other function."""
    return _TRIVIAL.fullmatch(line) is not None


def identifiers(line: bytes) -> list[str]:
    """The names in a line of code that tell something."""
    found = _NAME.findall(line)
    return [w.decode("latin-1") for w in found if len(w) > 2 and w not in _COMMON]


def sites(edits: Sequence[FileEdit], before: Mapping[str, Before]) -> Sites:
    """The sites of a commit's edits; `before` has the files, by their old paths, that are known."""
    gathering = _Gathering()
    hunks = [(e, h) for e in sorted(edits, key=lambda e: not is_c(e.path)) for h in e.hunks]
    for edit, hunk in hunks[:MOST_SITES]:
        gathering.count(hunk)
        if edit.old_path in before and edit.old is not None:
            kept = {squeezed(line) for h in edit.hunks for line in h.new}
            gathering.gather(before[edit.old_path], hunk, kept)
    return Sites(
        tuple(gathering.sites),
        tuple(gathering.asked),
        gathering.removed,
        gathering.added,
        max(len(hunks) - MOST_SITES, 0),
    )


@dataclass
class _Gathering:
    sites: list[Site] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)

    def count(self, hunk: Hunk) -> None:
        for line in hunk.old:
            self.removed.update(identifiers(line))
        for line in hunk.new:
            self.added.update(identifiers(line))

    def gather(self, file: Before, hunk: Hunk, kept: set[bytes]) -> None:
        function = file.around(hunk)
        number = len(self.sites)
        self.sites.append(Site(file.path, function.name if function else "", hunk))
        share = 1.0 if is_c(file.path) else _OTHER_FILES
        first, last = (function.start_line, function.end_line) if function else (1, len(file.lines))
        rows: list[tuple[int, Role, float]] = []
        for line, text in enumerate(hunk.old, hunk.old_start):
            weight = _STAYING if squeezed(text) in kept else 1.0
            rows.append((line, "removed", _SLIGHT if is_trivial(text) else weight))
        rows += ((line, "near", w) for line, w in _neighbours(file, hunk, first, last))
        if function:
            inside = range(first, min(last, first + _LONG) + 1)
            rows += ((n, "function", 1.0) for n in inside if not is_trivial(file.lines[n - 1]))
            rows.append((first, "head", 1.0))
        if is_c(file.path):
            words = {w for line in (*hunk.old, *hunk.new) for w in identifiers(line)}
            named = list(_naming(file, words, first, last))
            rows += ((n, "named", w) for n, w in named)
            gone = range(hunk.old_start, hunk.old_start + len(hunk.old))
            at = hunk.old_start
            rows += (
                (n, "linked", w / (1 + abs(n - at) / _REACH)) for n, w in named if n not in gone
            )
        self.asked += (Asked((file.path, n), role, w * share, number) for n, role, w in rows)


def _neighbours(file: Before, hunk: Hunk, first: int, last: int) -> Iterator[tuple[int, float]]:
    """The telling lines above and below a hunk, and their weights: the nearest counts most."""
    above = hunk.old_start - 1 if hunk.old else hunk.old_start
    below = hunk.old_start + max(len(hunk.old), 1)
    upwards = range(above, max(first, above - _FAR, 1) - 1, -1)
    downwards = range(below, min(last, below + _FAR, len(file.lines)) + 1)
    for lines in (upwards, downwards):
        telling = [n for n in lines if not is_trivial(file.lines[n - 1])]
        for rank, line in enumerate(telling[:_NEIGHBOURS], 1):
            yield line, 1 / rank


def _naming(file: Before, words: set[str], first: int, last: int) -> Iterator[tuple[int, float]]:
    """The lines that have one of the words; those that stand in few lines count most."""
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(first, min(last, first + 4 * _LONG, len(file.lines)) + 1):
        for word in words.intersection(identifiers(file.lines[number - 1])):
            found[word].append(number)
    for numbers in found.values():
        for number in numbers:
            yield number, 1 / len(numbers)
