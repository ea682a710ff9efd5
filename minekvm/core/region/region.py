"""What lies between the markers of a region, in one function and what it calls.

Each call is inside on every path that gets there (it must be), on some (it may be), or on none.
Markers count: a region entered twice is left by the second exit, unless it does not nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from minekvm.core.c.steps import Call, Point
from minekvm.core.model import FunctionVersion
from minekvm.core.region.arguments import names
from minekvm.core.region.depths import (
    ENTER,
    ENTER_ONCE,
    EXIT,
    EXIT_ONCE,
    KEEP,
    ONCE,
    OUTSIDE,
    Depths,
    State,
    Transfer,
    state,
)
from minekvm.core.region.graph import Release, Use
from minekvm.core.region.traces import Leak, Trace, Watched, trace

_REMEMBERED = 4_096  # definitions whose ways are kept
_HINTS = frozenset(("likely", "unlikely", "__builtin_expect"))  # for the compiler: no calls to tell

Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Markers:
    """The names that open and close a region: of functions and macros, or callees as written.

    `guard(x)` opens where it stands and closes where its scope is left, and so do the macros that
    are `scoped`. `lock(&x->m)` is a call with that argument, see `arguments.alike`. `points` are
    identifiers to be told besides calls.
    """

    enter: frozenset[str]
    exit: frozenset[str]
    nests: bool = True
    points: frozenset[str] = frozenset()
    scoped: frozenset[str] = frozenset()

    @property
    def watched(self) -> Watched:
        """What is to be told besides calls."""
        return Watched(self.points, self.scoped)

    def opens(self, use: Use) -> bool | None:
        """Whether a use opens the region (true) or closes it; None where it is no marker."""
        if isinstance(use, Call):
            if names(self.enter, use):
                return True
            return False if names(self.exit, use) else None
        return False if isinstance(use, Release) and self.opens(use.guard) else None

    def marks(self, use: Use) -> bool:
        """Whether a use is a marker."""
        return self.opens(use) is not None

    def effect(self, use: Use) -> Transfer:
        """What a use does by itself."""
        opens = self.opens(use)
        if opens is None:
            return KEEP
        if opens:
            return ENTER if self.nests else ENTER_ONCE
        return EXIT if self.nests else EXIT_ONCE


@dataclass(frozen=True, slots=True)
class Placed:
    """A call or chosen identifier and where it stands to the region.

    `line` is the line in the file, `chain` the functions that lead there from the top, `function`
    being the last of them.
    """

    call: str
    callee: str
    path: str
    function: str
    line: int
    state: State
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """What lies between the markers; `must` says on all paths."""

    call: str
    path: str
    function: str
    line: int
    must: bool
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker where it stands, and how it finds the region; `after` that many calls in order."""

    call: str
    function: str
    line: int
    opens: bool
    found: State
    path: str = ""
    chain: tuple[str, ...] = ()
    after: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """A use in a visited function, and how it stands to the region right before and after it."""

    name: str
    callee: str
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Visit:
    """A function as it is reached from the top, from its start to where it is left."""

    function: str
    path: str
    chain: tuple[str, ...]
    start: State
    end: State
    uses: tuple[Around, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A region as seen from one function; `table` is the ops table it was followed through.

    `condition` is the preprocessor's under which that function is compiled.
    `leaks` are the ways out of that function with the region open, their lines those of the file.
    `unread` are the calls that could not be looked into and might open or close it, `degraded`
    the functions that are nested too deep to be followed.
    """

    function: str
    path: str
    table: str
    calls: tuple[Placed, ...]
    markers: tuple[Marker, ...]
    leaks: tuple[Leak, ...]
    visits: tuple[Visit, ...]
    unread: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    condition: str = ""

    @property
    def inside(self) -> tuple[Inside, ...]:
        """What must or may lie inside, in the order of evaluation."""
        return tuple(
            Inside(c.call, c.path, c.function, c.line, c.state == "inside", c.chain)
            for c in self.calls
            if c.state in ("inside", "partly") and c.call not in _HINTS
        )

    @property
    def strays(self) -> tuple[Marker, ...]:
        """Exits that find nothing to close, at least on some paths."""
        return tuple(m for m in self.markers if not m.opens and m.found != "inside")

    @property
    def reentered(self) -> tuple[Marker, ...]:
        """Enters where the region is open already, at least on some paths."""
        return tuple(m for m in self.markers if m.opens and m.found in ("inside", "partly"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call might stand: beside the calls of a neighbour in a function.

    Without a neighbour, at its start (before) or where it is left (after). `nth` chooses one of
    the neighbour's calls, from 1; 0 means each.
    """

    function: str
    side: Side
    neighbour: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where all the calls of a symbol stand to a region."""

    symbol: str
    state: State
    calls: tuple[Placed, ...]


def region(version: FunctionVersion, markers: Markers) -> Region:
    """The region in one function alone: nothing that it calls is looked into."""
    start, found = _alone(version.function.text, markers)
    chain = (version.name,)
    calls: list[Placed] = []
    marks: list[Marker] = []
    for use, before, _ in found.uses:
        mark = marked(use, before, markers, version, chain, len(calls))
        if mark is not None:
            marks.append(mark)
        elif not isinstance(use, Release):
            calls.append(placed(use, before, version, chain))
    return Region(
        function=version.name,
        path=version.path,
        table="",
        calls=tuple(calls),
        markers=tuple(marks),
        leaks=leaks(found, version),
        visits=(visit(found, version, chain, start),),
        degraded=(version.name,) if found.degraded else (),
    )


@lru_cache(maxsize=_REMEMBERED)
def _alone(text: bytes, markers: Markers) -> tuple[Depths, Trace]:
    """A definition followed by itself; remembered, since versions of a file share most of them."""
    return started(lambda depths: trace(text, markers.watched, markers.effect, depths), markers)


@lru_cache(maxsize=_REMEMBERED)
def between(text: bytes, markers: Markers, start: Depths) -> Trace | None:
    """A definition by its own markers alone, where these balance; None where they do not."""
    found = trace(text, markers.watched, markers.effect, start)
    marks = [(use, before) for use, before, _ in found.uses if markers.marks(use)]
    opened = any(markers.opens(use) for use, _ in marks)
    closed = [before for use, before in marks if not markers.opens(use)]
    if not opened or not closed or found.end != start:
        return None
    return None if any(before & OUTSIDE for before in closed) else found


def started(follow: Callable[[Depths], Trace], markers: Markers) -> tuple[Depths, Trace]:
    """A function followed from outside, or from inside where only then its markers balance.

    So a function that closes for a while what its caller opened is read as meant.
    """
    found = follow(OUTSIDE)
    if any(markers.opens(use) is False and before & OUTSIDE for use, before, _ in found.uses):
        other = follow(ONCE)
        bare = any(
            not markers.opens(u) and before & OUTSIDE
            for u, before, _ in other.uses
            if markers.marks(u)
        )
        if other.end == ONCE and not bare:
            return ONCE, other
    return OUTSIDE, found


def placed(
    use: Call | Point, before: Depths, version: FunctionVersion, chain: tuple[str, ...]
) -> Placed:
    """A use in its place."""
    line = version.function.start_line + use.line
    callee = use.callee if isinstance(use, Call) else use.name
    return Placed(use.name, callee, version.path, version.name, line, state(before), chain)


def marked(
    use: Use,
    before: Depths,
    markers: Markers,
    version: FunctionVersion,
    chain: tuple[str, ...],
    after: int,
) -> Marker | None:
    """A marker in its place, and what it finds; None for what is none."""
    opens = markers.opens(use)
    if opens is None:
        return None
    name = use.guard.callee if isinstance(use, Release) else use.name
    line = version.function.start_line + use.line
    return Marker(name, version.name, line, opens, state(before), version.path, chain, after)


def leaks(found: Trace, version: FunctionVersion) -> tuple[Leak, ...]:
    """The ways out of a function with the region open, at the lines of its file."""
    first = version.function.start_line
    return tuple(
        replace(leak, line=leak.line + first, via=tuple(line + first for line in leak.via))
        for leak in found.leaks
    )


def visit(found: Trace, version: FunctionVersion, chain: tuple[str, ...], start: Depths) -> Visit:
    """A function as followed through."""
    uses = tuple(
        Around(use.name, use.callee if isinstance(use, Call) else use.name, state(a), state(b))
        for use, a, b in found.uses
        if not isinstance(use, Release)
    )
    return Visit(version.name, version.path, chain, state(start), state(found.end), uses)


def together(states: Iterable[State]) -> State:
    """One word for several places: unknown where one of them is, or where there are none."""
    known = set(states)
    if not known or "unknown" in known:
        return "unknown"
    return known.pop() if len(known) == 1 else "partly"


def placement(regions: Sequence[Region], symbol: str) -> Placement:
    """Where the calls of a symbol stand in the effective order, whatever table is followed."""
    calls = tuple(
        dict.fromkeys(
            call for each in regions for call in each.calls if symbol in (call.call, call.callee)
        )
    )
    return Placement(symbol, together(call.state for call in calls), calls)


def would_be(regions: Sequence[Region], place: Place) -> State:
    """Whether a call would lie inside if it stood at a place; unknown where there is none such."""
    return together(
        found
        for each in regions
        for visited in each.visits
        if visited.function == place.function
        for found in _states(visited, place)
    )


def _states(visited: Visit, place: Place) -> Iterator[State]:
    if not place.neighbour:
        yield visited.start if place.side == "before" else visited.end
        return
    beside = [u for u in visited.uses if place.neighbour in (u.name, u.callee)]
    for use in beside[place.nth - 1 : place.nth] if place.nth else beside:
        yield use.before if place.side == "before" else use.after
