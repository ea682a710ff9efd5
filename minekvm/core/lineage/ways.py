"""Which event of a lineage follows which: the ways that a walk took from one to the next.

A walk passes places, where nothing happened, and events. It notes each step from one to another;
which events follow an event is what can be reached from it through places alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from minekvm.core.model import CUT, Event

Point = int
"""A place or an event of a walk."""


class Ways:
    """Steps from point to point, as they are taken."""

    def __init__(self) -> None:
        self._next: defaultdict[Point, dict[Point, None]] = defaultdict(dict)
        self._events: dict[Point, Event] = {}
        self._points = 0

    def place(self, *above: Point) -> Point:
        """A new place, to which points above lead."""
        self._points += 1
        for point in above:
            self.lead(point, self._points)
        return self._points

    def event(self, event: Event, above: Point) -> Point:
        """A point for an event, to which one above leads."""
        point = self.place(above)
        self._events[point] = event
        return point

    def lead(self, above: Point, point: Point) -> None:
        """Note a step from one point to another."""
        self._next[above][point] = None

    def below(
        self, heads: Sequence[Point], events: Sequence[Event]
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
        """The places in `events` that follow below each head, and below each of the events.

        An event that is not among them is passed; where a way ends in such, it is `CUT`.
        """
        numbers = {event: n for n, event in enumerate(events)}
        points: defaultdict[Event, list[Point]] = defaultdict(list)
        for point, event in self._events.items():
            points[event].append(point)
        starts = tuple(self._reached([head], numbers, -1) for head in heads)
        return starts, tuple(self._reached(points[e], numbers, n) for n, e in enumerate(events))

    def _reached(
        self, start: Iterable[Point], numbers: dict[Event, int], after: int
    ) -> tuple[int, ...]:
        """The numbers of the events that come next, in their order."""
        found: set[int] = set()
        cut = False
        todo = [p for point in start for p in self._next[point]]
        seen = set(todo)
        while todo:
            point = todo.pop()
            event = self._events.get(point)
            number = None if event is None else numbers.get(event)
            if number is not None:
                found.update([number] if number > after else ())
                continue
            cut |= event is not None
            fresh = [p for p in self._next[point] if p not in seen]
            seen.update(fresh)
            todo += fresh
        return tuple(sorted(found)) or ((CUT,) if cut else ())
