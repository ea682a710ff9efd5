"""A region across functions: what is called is looked into, with definitions as they stand.

Each function that is called counts by what it does as a whole (a summary), so that the order seen
from the top is known without copying texts into one another. Where calls go through tables of
which some open or close the region, each table is followed on its own: a kernel that entered a
guest through one vendor's table does not leave it through the other's. So are the outcomes of
preprocessor conditions that choose between definitions of what opens or closes it.

A call whose function cannot be read keeps the region as it is. Only where the markers that were
read do not balance may one that could not be read be what is missing: any that goes through a
pointer without a known target, or whose name holds the words of a marker. What would depend on it
is then `unknown`.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from minekvm.core.c.conditions import denied, excluded, parts
from minekvm.core.c.steps import Call
from minekvm.core.model import FunctionVersion
from minekvm.core.region.arguments import called
from minekvm.core.region.combining import doubted, united
from minekvm.core.region.depths import (
    ENTER,
    EXIT,
    KEEP,
    NEVER,
    Depths,
    Transfer,
    any_of,
    either,
    state,
)  # fmt: skip
from minekvm.core.region.graph import Release, Use
from minekvm.core.region.region import (
    Marker,
    Markers,
    Placed,
    Region,
    Visit,
    between,
    leaks,
    marked,
    placed,
    started,
    visit,
)
from minekvm.core.region.targets import Target
from minekvm.core.region.traces import Trace, summary, trace
from minekvm.core.region.world import World

_MOST_TARGETS = 12  # of one call; more say nothing
_MOST_WORLDS = 8  # tables, or combinations of them, followed apart
_MOST_CONDITIONS = 2  # of the preprocessor, followed both ways
_MOST_PLACES = 100_000


_Standing = tuple[str, str, bytes, str, str]


class Resolver(Protocol):
    """What is known of other definitions at some version of the code."""

    def definitions(self, name: str, path: str) -> Sequence[FunctionVersion]:
        """What a name may mean in a file: one, the variants of one, or nothing known."""

    def targets(self, call: Call, caller: FunctionVersion) -> Sequence[Target]:
        """Where an indirect call may lead."""

    def ends(self, name: str, path: str) -> bool:
        """Whether a function of some name, called from a file, is declared never to return."""


def effective(
    top: FunctionVersion, markers: Markers, resolver: Resolver, depth: int
) -> tuple[Region, ...]:
    """The region as seen from a function, its callees looked into `depth` calls deep.

    One answer, or one per table (or combination of tables) where these matter.
    """
    reading = Reading(resolver, markers, depth, World(holds=parts(top.function.condition)))
    whole = reading.region(top)
    worlds = reading.worlds()
    if len(worlds) < 2:
        return (whole,)
    tables: dict[tuple[tuple[str, str], ...], list[Region]] = {}
    for world in worlds:
        found = Reading(resolver, markers, depth, world).region(top)
        tables.setdefault(tuple(world.tables.items()), []).append(found)
    return tuple(united(regions) for regions in tables.values())


class Reading:
    """One look at the code, in one world.

    `missing` is what unread calls are suspected to do; with `doubt` calls through tables of which
    it is open what type is meant may do what any of them does.
    """

    def __init__(
        self,
        resolver: Resolver,
        markers: Markers,
        depth: int,
        world: World | None = None,
        missing: Transfer = KEEP,
        *,
        doubt: bool = False,
    ) -> None:
        self._resolver = resolver
        self._markers = markers
        self._depth = depth
        self._world = world or World()
        self._missing = missing
        self._doubt = doubt
        self._words = [
            set(called(name).split("_")) - {""} for name in sorted(markers.enter | markers.exit)
        ]
        self._summaries: dict[tuple[str, bytes, int], Transfer] = {}
        self._effects: dict[tuple[str, str, bytes, str, str, int], Transfer] = {}
        self._callees: dict[_Standing, _Callees] = {}
        self._unread: dict[str, None] = {}
        self._open: dict[str, None] = {}
        self._tables: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._bearing: set[str] = set()
        self._conditions: dict[str, None] = {}

    def worlds(self) -> list[World]:
        """The choices of tables and conditions under which to look again."""
        groups = [
            [(struct, table) for table in tables]
            for struct, tables in self._tables.items()
            if struct in self._bearing and 1 < len(tables) <= _MOST_WORLDS
        ]
        conditions = [[("", part), ("", denied(part))] for part in self._conditions]
        groups += conditions[:_MOST_CONDITIONS]
        while math.prod(map(len, groups)) > _MOST_WORLDS:
            groups.pop()
        if not groups:
            return []
        return [
            World(
                {struct: table for struct, table in chosen if struct},
                self._world.holds | {part for struct, part in chosen if not struct},
            )
            for chosen in itertools.product(*groups)
        ]

    def region(self, top: FunctionVersion) -> Region:
        """The region as seen from a function."""
        start, _ = started(lambda depths: self._trace(top, depths, self._depth), self._markers)
        found = self._seen(top, start)
        missing = KEEP
        if self._unread:
            if any(marker.found != "inside" for marker in found.strays):
                missing = either(missing, ENTER)
            if found.leaks:
                missing = either(missing, EXIT)
        if missing is KEEP and not self._open:
            return replace(found, unread=())
        unread = (self._unread if missing is not KEEP else {}) | self._open
        other = Reading(
            self._resolver, self._markers, self._depth, self._world, missing, doubt=True
        )
        return replace(doubted(found, other._seen(top, start)), unread=tuple(unread))

    def _seen(self, top: FunctionVersion, start: Depths) -> Region:
        calls: dict[Placed, None] = {}
        marks: dict[Marker, None] = {}
        visits: list[Visit] = []
        expanded: dict[tuple[str, bytes, Depths], int] = {}
        degraded: dict[str, None] = {}

        def expand(
            version: FunctionVersion, depths: Depths, left: int, names: tuple[str, ...]
        ) -> Trace:
            found = self._trace(version, depths, left)
            if found.degraded:
                degraded[version.name] = None
            found = self._enclosed(found, version, depths)
            visits.append(visit(found, version, names, depths))
            for use, before, _ in found.uses:
                mark = marked(use, before, self._markers, version, names, len(calls))
                if mark is not None:
                    marks[mark] = None
                if mark is not None or isinstance(use, Release):
                    continue
                calls[placed(use, before, version, names)] = None
                if not isinstance(use, Call) or left == 0 or len(calls) > _MOST_PLACES:
                    continue
                for callee in self._called(use, version).known:
                    key = callee.path, callee.function.text, before
                    if expanded.get(key, -1) < left - 1 and callee.name not in names:
                        expanded[key] = left - 1
                        expand(callee, before, left - 1, (*names, callee.name))
            return found

        found = expand(top, start, self._depth, (top.name,))
        return Region(
            function=top.name,
            path=top.path,
            table=", ".join(self._world.tables.values()),
            condition=top.function.condition,
            calls=tuple(calls),
            markers=tuple(marks),
            leaks=leaks(found, top),
            visits=tuple(visits),
            unread=tuple(self._unread),
            degraded=tuple(degraded),
        )

    def _enclosed(self, found: Trace, version: FunctionVersion, start: Depths) -> Trace:
        """A function as followed through, where its own markers enclose a call by these.

        What stands on every path between two markers of one function lies inside, whatever callees
        make of the depth, as long as those markers balance by themselves.
        """
        own = between(version.function.text, self._markers, start)
        if own is None:
            return found
        uses = tuple(
            mine if state(mine[1]) == "inside" != state(use[1]) else use
            for use, mine in zip(found.uses, own.uses, strict=True)
        )
        return replace(found, uses=uses)

    def _trace(self, version: FunctionVersion, start: Depths, left: int) -> Trace:
        effect = partial(self._effect, version, left)
        return trace(version.function.text, self._markers.watched, effect, start)

    def _effect(self, caller: FunctionVersion, left: int, use: Use) -> Transfer:
        """What a use does, looked into as many calls deep as are left."""
        if self._markers.marks(use) or not isinstance(use, Call):
            return self._markers.effect(use)
        key = (*_standing(use, caller), left)
        known = self._effects.get(key)
        if known is None:
            known = self._effects[key] = self._looked_into(use, caller, left)
        return known

    def _looked_into(self, call: Call, caller: FunctionVersion, left: int) -> Transfer:
        if left == 0:
            return self._missing if self._suspected(call) else KEEP
        if not call.indirect and self._resolver.ends(call.name, caller.path):
            return NEVER
        callees = self._called(call, caller)
        if callees.open:
            return self._perhaps(call, callees.open, left)
        if not callees.known:
            return self._missing if call.name in self._unread else KEEP
        done = [self._summary(callee, left - 1) for callee in callees.known]
        if any(each is not done[0] for each in done[1:]):
            self._note_conditions(callees.known)
        if call.indirect and any(each is not KEEP for each in done):
            self._bearing |= {t.struct for t in self._resolver.targets(call, caller)}
        return any_of(done)

    def _perhaps(self, call: Call, callees: Sequence[FunctionVersion], left: int) -> Transfer:
        """What a call through an object of unknown type may do, where that is doubted."""
        done = [self._summary(callee, left - 1) for callee in callees]
        if all(each is KEEP for each in done):
            return KEEP
        self._open[call.name] = None
        return either(KEEP, any_of(done)) if self._doubt else KEEP

    def _note_conditions(self, variants: Sequence[FunctionVersion]) -> None:
        """Note the parts of conditions that some of the definitions demand and others deny."""
        demanded = dict.fromkeys(p for v in variants for p in sorted(parts(v.function.condition)))
        for part in demanded:
            if denied(part) in demanded and denied(part) not in self._conditions:
                self._conditions[part] = None

    def _summary(self, version: FunctionVersion, left: int) -> Transfer:
        key = version.path, version.function.text, left
        known = self._summaries.get(key)
        if known is None:
            effect = partial(self._effect, version, left)
            known = summary(version.function.text, self._markers.watched, effect)
            self._summaries[key] = known
        return known

    def _called(self, call: Call, caller: FunctionVersion) -> _Callees:
        """The definitions that a call may reach; notes a call that may hide a marker."""
        key = _standing(call, caller)
        known = self._callees.get(key)
        if known is None:
            targets = self._resolver.targets(call, caller) if call.indirect else ()
            sure = all(target.sure for target in targets)
            found = [(call.name, caller.path)]
            if call.indirect:
                found = self._names(targets, caller.path, sure=sure)
            every = (v for name in found for v in self._resolver.definitions(*name))
            held = caller.function.condition
            versions = tuple(
                v
                for v in every
                if self._world.allows(v) and not excluded(held, v.function.condition)
            )
            known = self._callees[key] = _Callees(versions, ()) if sure else _Callees((), versions)
            if not versions and not targets:
                self._suspected(call)
        return known

    def _names(self, targets: Sequence[Target], path: str, *, sure: bool) -> list[tuple[str, str]]:
        """The functions behind a call through tables, in the table that is followed.

        Each with the file that names it there.
        """
        if len(targets) > _MOST_TARGETS:
            return []
        chosen = self._world.tables
        for target in targets:
            if sure and target.struct and target.table:
                self._tables[target.struct][target.table] = None
        followed = (t for t in targets if chosen.get(t.struct, t.table) == t.table)
        return list(dict.fromkeys((target.name, target.path or path) for target in followed))

    def _suspected(self, call: Call) -> bool:
        """Whether a call that is not looked into may hide a marker; if so it is noted."""
        words = set(call.name.split("_"))
        if not call.indirect and not any(marker <= words for marker in self._words):
            return False
        self._unread[call.name] = None
        return True


@dataclass(frozen=True, slots=True)
class _Callees:
    """What a call reaches; or `open`, what it might, if the type of its object is not known."""

    known: tuple[FunctionVersion, ...]
    open: tuple[FunctionVersion, ...]


def _standing(call: Call, caller: FunctionVersion) -> _Standing:
    """What the callees of a call depend on: a direct one's on the file, others on the function."""
    function = caller.function
    text = function.text if call.indirect else b""
    return caller.path, function.condition, text, call.callee, call.name
