"""The regions of many versions as plain lists, and back: what versions share is there once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from minekvm.core.region.region import Around, Marker, Markers, Placed, Region, Visit
from minekvm.core.region.traces import Leak

_Value = TypeVar("_Value", bound=Hashable)


class _Numbers(Generic[_Value]):
    """Values by number, each once."""

    def __init__(self) -> None:
        self.values: dict[_Value, int] = {}

    def all(self, values: Iterable[_Value]) -> list[int]:
        known = self.values
        return [known.setdefault(value, len(known)) for value in values]


def packed(versions: Sequence[tuple[Region, ...]]) -> dict[str, Any]:
    """Some versions' regions as what JSON can hold; equal objects are packed once."""
    chains: _Numbers[tuple[str, ...]] = _Numbers()
    places: _Numbers[Placed] = _Numbers()
    marks: _Numbers[Marker] = _Numbers()
    visits: _Numbers[Visit] = _Numbers()
    regions: dict[int, int] = {}
    rows: list[list[Any]] = []
    for each in (region for version in versions for region in version):
        if id(each) not in regions:
            regions[id(each)] = len(rows)
            rows.append([
                each.function, each.path, each.table, places.all(each.calls),
                marks.all(each.markers), [[k.kind, k.line, k.must, k.via] for k in each.leaks],
                visits.all(each.visits), each.unread, each.degraded,
                each.condition,
            ])  # fmt: skip
    return {
        "versions": [[regions[id(region)] for region in version] for version in versions],
        "regions": rows,
        "places": [
            [p.call, p.callee, p.path, p.function, p.line, p.state, *chains.all([p.chain])]
            for p in places.values
        ],
        "markers": [
            [m.call, m.function, m.line, m.opens, m.found, m.path, *chains.all([m.chain]), m.after]
            for m in marks.values
        ],
        "visits": [
            [
                v.function, v.path, *chains.all([v.chain]), v.start, v.end,
                [[u.name, u.callee, u.before, u.after] for u in v.uses],
            ]
            for v in visits.values
        ],
        "chains": list(chains.values),
    }  # fmt: skip


def unpacked(values: dict[str, Any]) -> list[tuple[Region, ...]]:
    """What was packed. Raises KeyError, IndexError, TypeError or ValueError for anything else."""
    chains = [tuple(chain) for chain in values["chains"]]
    places = [
        Placed(call, callee, path, function, line, state, chains[chain])
        for call, callee, path, function, line, state, chain in values["places"]
    ]
    marks = [
        Marker(call, function, line, opens, found, path, chains[chain], after)
        for call, function, line, opens, found, path, chain, after in values["markers"]
    ]
    visits = [
        Visit(function, path, chains[chain], start, end, tuple(Around(*use) for use in uses))
        for function, path, chain, start, end, uses in values["visits"]
    ]
    regions = [
        Region(
            function,
            path,
            table,
            tuple(places[n] for n in calls),
            tuple(marks[n] for n in markers),
            tuple(Leak(kind, line, must, tuple(via)) for kind, line, must, via in leaks),
            tuple(visits[n] for n in visited),
            tuple(unread),
            tuple(degraded),
            condition,
        )
        for (
            function,
            path,
            table,
            calls,
            markers,
            leaks,
            visited,
            unread,
            degraded,
            condition,
        ) in values["regions"]
    ]
    return [tuple(regions[n] for n in version) for version in values["versions"]]


def markers_row(markers: Markers) -> list[Any]:
    """Markers as a plain list."""
    names = (markers.enter, markers.exit, markers.points, markers.scoped)
    return [markers.nests, *(sorted(some) for some in names)]


def markers_of(row: Sequence[Any]) -> Markers:
    """Markers from a plain list."""
    nests, *names = row
    enter, exit_, points, scoped = map(frozenset, names)
    return Markers(enter, exit_, nests, points, scoped)
