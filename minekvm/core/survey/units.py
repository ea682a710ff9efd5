"""What is still to be done of a range, cut into units of about equal cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minekvm.core.survey.model import Unit

FIRST = 48  # commits of a unit of which nothing has been measured
_LEAST, _MOST = 8, 2_000
_GROWTH = 2  # how much larger than the last one a unit may be


class Sizer:
    """Says how many commits a unit should have to take about so many seconds, by those before.

    What is measured lately counts most: commits of one time are alike, and old ones are smaller.
    """

    def __init__(self, seconds: float, first: int = FIRST) -> None:
        """`first` is how many commits the first one has."""
        self._seconds = seconds
        self._first = first
        self._rate = 0.0  # seconds a commit
        self._last = 0

    def measured(self, count: int, seconds: float) -> None:
        """Learn what a unit of so many commits took."""
        if count > 0:
            rate = seconds / count
            self._rate = rate if self._rate <= 0 else (self._rate + rate) / 2

    def size(self) -> int:
        """How many commits the next unit should have."""
        wanted = self._first if self._rate <= 0 else int(self._seconds / self._rate)
        most = min(self._last * _GROWTH, _MOST) if self._last else self._first
        self._last = max(min(_LEAST, self._first), min(wanted, most))
        return self._last


def left(total: int, done: Iterable[Unit]) -> list[Unit]:
    """The stretches of a range of commits that no unit has done, in order."""
    found: list[Unit] = []
    at = 0
    for unit in sorted(done):
        if unit.first > at:
            found.append(Unit(at, unit.first - at))
        at = max(at, unit.first + unit.count)
    if at < total:
        found.append(Unit(at, total - at))
    return found


def cut(begun: Iterable[Unit], stretches: Iterable[Unit], sizer: Sizer) -> Iterator[Unit]:
    """The units to do: first those that were begun, as they were, then stretches, cut as they go.

    A unit that was begun may have left files: done again as it was, it writes the same ones.
    """
    yield from sorted(begun)
    for stretch in stretches:
        at, end = stretch.first, stretch.first + stretch.count
        while at < end:
            unit = Unit(at, min(sizer.size(), end - at))
            yield unit
            at += unit.count
