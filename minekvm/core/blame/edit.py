"""A file before and after a commit -> where its lines, and their tokens, stood before.

What stays at the file's top and end is set aside by comparing bytes, so that an edit costs what it
changed. Nothing in here depends on which lines somebody asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from minekvm.core.blame import reflow
from minekvm.core.blame.alignment import Pairing, aligned, weakly
from minekvm.core.blame.blocks import Source, moved
from minekvm.core.blame.lines import key, split, tokens
from minekvm.core.blame.model import How
from minekvm.core.ends import common_end, common_start

_ROOM = 12  # lines around what changed, within which a block may slide
_LEAST_MOVED = 20  # bytes that a block within the file must say (git's -M asks the same)
_REFLOWED = 400  # lines of a hunk that are compared token by token


class Before(NamedTuple):
    """Where a line stood, from 1, and what befell it; "" where it is the same to the byte."""

    line: int
    how: How | None


class Edit:
    """One version of a file and the next."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old, self._new = old, new
        top, old_end, new_end = _trimmed(old, new)
        self._top = old.count(b"\n", 0, top)  # lines that are the same at the top
        self._old_span, self._new_span = (top, old_end), (top, new_end)
        self._new_lines = _count(new, top, new_end)
        self._shift = _count(old, top, old_end) - self._new_lines

    def before(self, line: int) -> Before | None:
        """Where a line of the new version stood in the old one; None where it did not."""
        place = line - 1 - self._top
        if place < 0:
            return Before(line, None)
        if place >= self._new_lines:
            return Before(line + self._shift, None)
        old = self._pairing[place]
        return None if old < 0 else Before(self._top + old + 1, self._how.get(place))

    def token_before(self, line: int, token: int) -> tuple[int, int] | None:
        """Where a token of a line stood: the line from 1, and its place in it from 0."""
        place = line - 1 - self._top
        if place < 0 or place >= self._new_lines:
            return (line if place < 0 else line + self._shift), token
        found = self._token_pairing.get((place, token))
        return None if found is None else (self._top + found[0] + 1, found[1])

    def fresh(self) -> Iterator[int]:
        """The lines, from 1, that stood nowhere in the old version."""
        for place, old in enumerate(self._pairing):
            if old < 0:
                yield self._top + place + 1

    def gone(self) -> Iterator[int]:
        """The lines of the old version, from 1, that stand nowhere in the new one."""
        kept = set(self._pairing)
        for place in range(len(self.old_middle)):
            if place not in kept:
                yield self._top + place + 1

    def lost(self, wanted: AbstractSet[bytes]) -> bool:
        """Whether any of some lines, by what they say, may have left the file; quickly."""
        left = {key(line) for line in self.old_middle} & wanted
        return bool(left) and not left <= {key(line) for line in self.new_middle}

    @property
    def old_lines(self) -> list[bytes]:
        """Every line of the old version."""
        return split(self._old)

    def hunks(self) -> Iterator[tuple[range, range]]:
        """The places, from 0 in the middles, of old and new lines that have no partner, by hunk."""
        yield from reflow.hunks(self._aligned, len(self.old_middle))

    @cached_property
    def old_middle(self) -> list[bytes]:
        return split(self._old[slice(*self._old_span)])

    @cached_property
    def new_middle(self) -> list[bytes]:
        return split(self._new[slice(*self._new_span)])

    @property
    def top(self) -> int:
        """How many lines stand before the middles."""
        return self._top

    @cached_property
    def _aligned(self) -> Pairing:
        return aligned(self.old_middle, self.new_middle)

    @cached_property
    def _how(self) -> dict[int, How]:
        self._pairing  # noqa: B018 - it fills this
        return self._told

    @cached_property
    def _pairing(self) -> Pairing:
        """The alignment with what was rewrapped, rebraced or moved within the file.

        Pairs that say little, amid changes, give way to what moved there.
        """
        old, new = self.old_middle, self.new_middle
        found = list(self._aligned)
        weak = weakly(found, old, new)
        for place in weak:
            found[place] = -1
        self._told: dict[int, How] = {
            place: "reindented"
            for place, other in enumerate(found)
            if other >= 0 and old[other] != new[place]
        }
        for before, after in reflow.hunks(list(found), len(old)):
            if before and after and len(before) + len(after) <= _REFLOWED:
                for place, other, how in reflow.carried(old, new, before, after):
                    found[place] = other
                    self._told[place] = how
        free = set(range(len(old))) - set(found)
        missing = [place for place, other in enumerate(found) if other < 0]
        if free and missing:
            source = Source("", [key(line) for line in old], frozenset(free))
            for block in moved([key(line) for line in new], missing, [source], _LEAST_MOVED):
                for place in range(block.start, block.end):
                    if found[place] < 0:
                        found[place] = block.first + place - block.start
                        self._told[place] = "moved"
        used = set(found)
        for place, other in weak.items():
            if found[place] < 0 and other not in used:
                found[place] = other
                if old[other] != new[place]:
                    self._told[place] = "reindented"
        return found

    @cached_property
    def _token_pairing(self) -> dict[tuple[int, int], tuple[int, int]]:
        """By place and token the same in the old version."""
        old, new = self.old_middle, self.new_middle
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for place, other in enumerate(self._pairing):
            if other < 0:
                continue
            if key(old[other]) == key(new[place]):
                found |= {(place, t): (other, t) for t in range(len(tokens(new[place])))}
        for before, after in reflow.hunks(self._aligned, len(old)):
            if before and after and len(before) + len(after) <= _REFLOWED:
                for here, there in reflow.token_pairs(old, new, before, after):
                    found.setdefault(here, there)
        return found


def _count(data: bytes, start: int, end: int) -> int:
    """How many lines stand in a part of a text."""
    return data.count(b"\n", start, end) + (end > start and data[end - 1] != 10)


def _trimmed(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Where the middles begin, in both, and where they end in each: what differs, with room."""
    most = min(len(old), len(new))
    top = common_start(old, new, most)
    if top == len(old) == len(new):
        return len(old), len(old), len(new)
    top = old.rfind(b"\n", 0, top) + 1
    tail = common_end(old, new, most - top)
    tail = _whole_lines(old, new, tail)
    for _ in range(_ROOM):
        if top == 0:
            break
        top = old.rfind(b"\n", 0, top - 1) + 1
    old_end, new_end = len(old) - tail, len(new) - tail
    for _ in range(_ROOM):
        if old_end == len(old):
            break
        at = old.find(b"\n", old_end)
        step = (at + 1 if at >= 0 else len(old)) - old_end
        old_end, new_end = old_end + step, new_end + step
    return top, old_end, new_end


def _whole_lines(old: bytes, new: bytes, tail: int) -> int:
    """So many bytes at the end of both, that they begin with a line."""
    start, other = len(old) - tail, len(new) - tail
    begins = (start == 0 or old[start - 1] == 10) and (other == 0 or new[other - 1] == 10)
    if begins or not tail:
        return tail
    at = old.find(b"\n", start)
    return 0 if at < 0 else len(old) - at - 1
