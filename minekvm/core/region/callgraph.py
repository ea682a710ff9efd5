"""A region across functions: what is called is looked into, with definitions as they stand.

Each function that is called counts by what it does as a whole (a summary), so that the order seen
from the top is known without copying texts into one another. Where calls go through tables of
which some open or close the region, each table is followed on its own: a kernel that entered a
guest through one vendor's table does not leave it through the other's.

A call whose function cannot be read keeps the region as it is. Only where the markers that were
read do not balance may one that could not be read be what is missing: any that goes through a
pointer without a known target, or whose name holds the words of a marker. What would depend on it
is then `unknown`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from minekvm.core.c.steps import Call
from minekvm.core.c.tables import Target
from minekvm.core.model import FunctionVersion
from minekvm.core.region.depths import ENTER, EXIT, KEEP, Depths, Transfer, either
from minekvm.core.region.graph import Release, Use
from minekvm.core.region.region import (
    Marker,
    Markers,
    Placed,
    Region,
    Visit,
    leaks,
    marked,
    placed,
    started,
    visit,
)
from minekvm.core.region.traces import Trace, summary, trace

_MOST_TARGETS = 12  # of one call; more say nothing
_MOST_WORLDS = 8  # tables, or combinations of them, followed apart
_MOST_PLACES = 100_000


class Resolver(Protocol):
    """What is known of other definitions at some version of the code."""

    def definitions(self, name: str, path: str) -> Sequence[FunctionVersion]:
        """What a name may mean in a file: one, the variants of one, or nothing known."""

    def targets(self, call: Call, path: str) -> Sequence[Target]:
        """Where an indirect call may lead."""


def effective(
    top: FunctionVersion, markers: Markers, resolver: Resolver, depth: int
) -> tuple[Region, ...]:
    """The region as seen from a function, its callees looked into `depth` calls deep.

    One answer, or one per table (or combination of tables) where these matter.
    """
    reading = _Reading(resolver, markers, depth, {})
    whole = reading.region(top)
    worlds = reading.worlds()
    if len(worlds) < 2:
        return (whole,)
    return tuple(_Reading(resolver, markers, depth, world).region(top) for world in worlds)


class _Reading:
    """One look at the code, with a table chosen for some types; `missing` is what unread calls
    are suspected to do."""

    def __init__(
        self,
        resolver: Resolver,
        markers: Markers,
        depth: int,
        chosen: dict[str, str],
        missing: Transfer = KEEP,
    ) -> None:
        self._resolver = resolver
        self._markers = markers
        self._depth = depth
        self._chosen = chosen
        self._missing = missing
        self._words = [set(n.split("_")) - {""} for n in sorted(markers.enter | markers.exit)]
        self._summaries: dict[tuple[str, bytes, int], Transfer] = {}
        self._effects: dict[tuple[str, str, str, int], Transfer] = {}
        self._callees: dict[tuple[str, str, str], tuple[FunctionVersion, ...]] = {}
        self._unread: dict[str, None] = {}
        self._tables: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._bearing: set[str] = set()

    def worlds(self) -> list[dict[str, str]]:
        """The choices of tables under which to look again."""
        groups = [
            [(struct, table) for table in tables]
            for struct, tables in self._tables.items()
            if struct in self._bearing and 1 < len(tables) <= _MOST_WORLDS
        ]
        while groups and len(list(itertools.product(*groups))) > _MOST_WORLDS:
            groups.pop()
        return [dict(each) for each in itertools.product(*groups)] if groups else []

    def region(self, top: FunctionVersion) -> Region:
        """The region as seen from a function."""
        start, _ = started(lambda depths: self._trace(top, depths, self._depth), self._markers)
        found = self._seen(top, start)
        if self._missing is KEEP and self._unread:
            missing = KEEP
            if any(marker.found != "inside" for marker in found.strays):
                missing = either(missing, ENTER)
            if found.leaks:
                missing = either(missing, EXIT)
            if missing is not KEEP:
                other = _Reading(self._resolver, self._markers, self._depth, self._chosen, missing)
                return _doubted(found, other._seen(top, start))
        return replace(found, unread=())

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
                for callee in self._called(use, version.path):
                    key = callee.path, callee.function.text, before
                    if expanded.get(key, -1) < left - 1 and callee.name not in names:
                        expanded[key] = left - 1
                        expand(callee, before, left - 1, (*names, callee.name))
            return found

        found = expand(top, start, self._depth, (top.name,))
        return Region(
            function=top.name,
            path=top.path,
            table=", ".join(self._chosen.values()),
            calls=tuple(calls),
            markers=tuple(marks),
            leaks=leaks(found, top),
            visits=tuple(visits),
            unread=tuple(self._unread),
            degraded=tuple(degraded),
        )

    def _trace(self, version: FunctionVersion, start: Depths, left: int) -> Trace:
        effect = partial(self._effect, version.path, left)
        return trace(version.function.text, self._markers.points, effect, start)

    def _effect(self, path: str, left: int, use: Use) -> Transfer:
        """What a use does, looked into as many calls deep as are left."""
        if self._markers.marks(use) or not isinstance(use, Call):
            return self._markers.effect(use)
        key = path, use.callee, use.name, left
        known = self._effects.get(key)
        if known is None:
            known = self._effects[key] = self._looked_into(use, path, left)
        return known

    def _looked_into(self, call: Call, path: str, left: int) -> Transfer:
        if left == 0:
            return self._missing if self._suspected(call) else KEEP
        callees = self._called(call, path)
        if not callees:
            return self._missing if call.name in self._unread else KEEP
        done = [self._summary(callee, left - 1) for callee in callees]
        if call.indirect and any(each is not KEEP for each in done):
            self._bearing |= {t.struct for t in self._resolver.targets(call, path)}
        found = done[0]
        for each in done[1:]:
            found = found if each is found else either(found, each)
        return found

    def _summary(self, version: FunctionVersion, left: int) -> Transfer:
        key = version.path, version.function.text, left
        known = self._summaries.get(key)
        if known is None:
            effect = partial(self._effect, version.path, left)
            known = summary(version.function.text, self._markers.points, effect)
            self._summaries[key] = known
        return known

    def _called(self, call: Call, path: str) -> tuple[FunctionVersion, ...]:
        """The definitions that a call may reach; notes a call that may hide a marker."""
        key = path, call.callee, call.name
        known = self._callees.get(key)
        if known is None:
            targets = self._resolver.targets(call, path) if call.indirect else ()
            names = self._names(targets, path) if call.indirect else [(call.name, path)]
            known = tuple(v for name in names for v in self._resolver.definitions(*name))
            self._callees[key] = known
            if not known and not targets:
                self._suspected(call)
        return known

    def _names(self, targets: Sequence[Target], path: str) -> list[tuple[str, str]]:
        """The functions behind a call through tables, in the table that is followed.

        Each with the file that names it there.
        """
        if len(targets) > _MOST_TARGETS:
            return []
        for target in targets:
            if target.struct and target.table:
                self._tables[target.struct][target.table] = None
        chosen = (t for t in targets if self._chosen.get(t.struct, t.table) == t.table)
        return list(dict.fromkeys((target.name, target.path or path) for target in chosen))

    def _suspected(self, call: Call) -> bool:
        """Whether a call that is not looked into may hide a marker; if so it is noted."""
        words = set(call.name.split("_"))
        if not call.indirect and not any(marker <= words for marker in self._words):
            return False
        self._unread[call.name] = None
        return True


def _doubted(found: Region, other: Region) -> Region:
    """The second of two looks, where it differs from the first `unknown`."""
    known = {_where(call): call.state for call in found.calls}
    visits = {each.chain: each for each in found.visits}

    def doubt(each: Visit) -> Visit:
        before = visits.get(each.chain)
        if before is None or len(before.uses) != len(each.uses):
            return each
        return replace(
            each,
            start=each.start if each.start == before.start else "unknown",
            end=each.end if each.end == before.end else "unknown",
            uses=tuple(
                replace(
                    new,
                    before=new.before if new.before == old.before else "unknown",
                    after=new.after if new.after == old.after else "unknown",
                )
                for old, new in zip(before.uses, each.uses, strict=True)
            ),
        )

    return replace(
        found,
        calls=tuple(
            call
            if known.get(_where(call), call.state) == call.state
            else replace(call, state="unknown")
            for call in other.calls
        ),
        visits=tuple(map(doubt, other.visits)),
    )


def _where(call: Placed) -> tuple[str, str, int, tuple[str, ...]]:
    return call.path, call.call, call.line, call.chain
