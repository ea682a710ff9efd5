"""Several looks at one region put together: as it may be compiled, as unread calls may make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from minekvm.core.region.depths import State
from minekvm.core.region.region import Marker, Placed, Region, Visit, together

_Place = tuple[str, str, int, tuple[str, ...]]


def doubted(found: Region, other: Region) -> Region:
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


def united(regions: Sequence[Region]) -> Region:
    """One region out of those that the outcomes of preprocessor conditions make.

    A call that stands in several of them stands as in all; `partly` where they do not agree.
    """
    first, *others = regions
    if not others:
        return first
    order = list(dict.fromkeys(map(_where, first.calls)))
    for region in others:
        _interleave(order, region)
    calls: dict[_Place, list[Placed]] = {place: [] for place in order}
    marks: dict[_Place, list[Marker]] = {}
    rank = {place: nth for nth, place in enumerate(order)}
    for region in regions:
        for call in region.calls:
            calls[_where(call)].append(call)
        for mark in region.markers:
            last = rank[_where(region.calls[mark.after - 1])] + 1 if mark.after else 0
            marks.setdefault(_where(mark), []).append(replace(mark, after=last))
    markers = [replace(m[0], found=_agreed(each.found for each in m)) for m in marks.values()]
    return replace(
        first,
        calls=tuple(replace(c[0], state=_agreed(each.state for each in c)) for c in calls.values()),
        markers=tuple(sorted(markers, key=lambda mark: mark.after)),
        leaks=tuple(dict.fromkeys(leak for region in regions for leak in region.leaks)),
        visits=tuple(_visits(regions)),
        unread=tuple(dict.fromkeys(name for region in regions for name in region.unread)),
        degraded=tuple(dict.fromkeys(name for region in regions for name in region.degraded)),
    )


def _interleave(order: list[_Place], region: Region) -> None:
    """Put the calls that an order lacks behind those that come before them in a region."""
    known, at = {place: nth for nth, place in enumerate(order)}, 0
    for place in dict.fromkeys(map(_where, region.calls)):
        if place in known:
            at = known[place] + 1
        else:
            order.insert(at, place)
            known = {each: nth for nth, each in enumerate(order)}
            at += 1


def _visits(regions: Sequence[Region]) -> Iterable[Visit]:
    groups: dict[tuple[str, tuple[str, ...], int], list[Visit]] = {}
    for region in regions:
        for each in region.visits:
            groups.setdefault((each.path, each.chain, len(each.uses)), []).append(each)
    for visits in groups.values():
        yield replace(
            visits[0],
            start=_agreed(v.start for v in visits),
            end=_agreed(v.end for v in visits),
            uses=tuple(
                replace(
                    uses[0],
                    before=_agreed(u.before for u in uses),
                    after=_agreed(u.after for u in uses),
                )
                for uses in zip(*(v.uses for v in visits), strict=True)
            ),
        )


def _agreed(states: Iterable[State]) -> State:
    """One word for outcomes of which each is possible; what is never reached does not count."""
    known = [state for state in states if state != "unknown"]
    return together(known)


def _where(call: Placed | Marker) -> _Place:
    return call.path, call.call, call.line, call.chain
