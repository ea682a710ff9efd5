"""A file's hunks applied to some text, as patch(1) does it: elsewhere, with less context, or not.

After Larry Wall's `patch`: a hunk is tried where it says, then nearer and farther; then with one,
then with two lines of context less at its ends, which is called fuzz.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.core.needs.patch import PatchHunk

FUZZ = 2  # lines of context that may differ at either end
_FAR = 20_000  # lines from its place at which a hunk is looked for


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it: the text, the most context that was left out, and the hunks that failed."""

    lines: tuple[bytes, ...]
    fuzz: int
    moved: bool
    failed: tuple[PatchHunk, ...]


def apply(lines: Sequence[bytes], hunks: Sequence[PatchHunk]) -> Applied:
    """Apply hunks, in order, to the lines of a file."""
    found = list(lines)
    shift, fuzz, least, moved = 0, 0, 0, False
    failed: list[PatchHunk] = []
    for hunk in hunks:
        wanted = max(hunk.old_start - 1, 0) + shift
        place = _place(found, hunk, wanted, least)
        if place is None:
            failed.append(hunk)
            continue
        at, cut = place
        old, new = _trimmed(hunk, cut)
        found[at : at + len(old)] = new
        lead = _lead(hunk, cut)
        moved = moved or at != wanted + lead
        shift += at - lead - wanted + len(new) - len(old)
        least = at + len(new)
        fuzz = max(fuzz, cut)
    return Applied(tuple(found), fuzz, moved, tuple(failed))


def _place(
    lines: Sequence[bytes], hunk: PatchHunk, wanted: int, least: int
) -> tuple[int, int] | None:
    """Where a hunk fits, and with how much context left out."""
    for cut in range(FUZZ + 1):
        old, _ = _trimmed(hunk, cut)
        if cut and old == _trimmed(hunk, cut - 1)[0]:
            continue
        for at in _nearest(wanted + _lead(hunk, cut), least, len(lines) - len(old)):
            if lines[at : at + len(old)] == old:
                return at, cut
        if not old:
            return None
    return None


def _nearest(wanted: int, least: int, last: int) -> Iterator[int]:
    """Places from one outwards, within bounds."""
    for away in range(_FAR):
        before, after = wanted - away, wanted + away
        if before < least and after > last:
            return
        if least <= after <= last:
            yield after
        if away and least <= before <= last:
            yield before


def _trimmed(hunk: PatchHunk, cut: int) -> tuple[list[bytes], list[bytes]]:
    """Both sides of a hunk with so many lines of context less at either end."""
    lead, tail = _lead(hunk, cut), _tail(hunk, cut)
    old, new = hunk.old, hunk.new
    return old[lead : len(old) - tail], new[lead : len(new) - tail]


def _lead(hunk: PatchHunk, cut: int) -> int:
    return min(cut, _context(hunk.lines))


def _tail(hunk: PatchHunk, cut: int) -> int:
    return min(cut, _context(hunk.lines[::-1]))


def _context(lines: Sequence[bytes]) -> int:
    """The lines of context that come first."""
    return next((n for n, line in enumerate(lines) if line[:1] != b" "), 0)
