"""`minekvm.region/1`: a region at a revision, the commits that changed it, what stood where to it.

Rows: `inside` in the order of evaluation; `came` and `left` are names, each once; `tables` tells
them apart by the ops table they are reached through, each with how it came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from minekvm.core.region.region import Place
from minekvm.render.json.rows import gap_row

if TYPE_CHECKING:
    from minekvm.core.region.changes import Difference, MarkerMoved, Passed
    from minekvm.core.region.model import Answer, Change, Standing
    from minekvm.core.region.region import Marker, Region


def value(found: Answer) -> dict[str, Any]:
    """A region over time."""
    asked = found.question
    return {
        "schema": "minekvm.region/1",
        "function": asked.function,
        "path": found.now[0].path if found.now else asked.path,
        "enter": list(asked.enter),
        "exit": list(asked.exit),
        "depth": asked.depth,
        "rev": found.rev,
        "versions": found.versions,
        "now": [region_row(r) for r in found.now],
        "changes": [_change(c, found) for c in found.changes],
        "placements": [
            {"symbol": s.what, **row} for s in found.placements for row in _flips(s, found)
        ],
        "turns": [
            {"place": _place(s.what), **row}
            for s in found.turns
            if isinstance(s.what, Place)
            for row in _flips(s, found)
        ],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _change(change: Change, found: Answer) -> dict[str, Any]:
    about = found.commits[change.commit]
    return {
        "commit": change.commit,
        "parent": change.before,
        "authored": about.authored,
        "author": about.author,
        "subject": about.subject,
        "came": _names(p.what.call for d in change.differences for p in d.came),
        "left": _names(p.what.call for d in change.differences for p in d.left),
        "markers_moved": any(d.markers for d in change.differences),
        "inside": [row for r in change.regions for row in _inside(r)],
        "tables": [_difference(d) for d in change.differences],
        "leaks": [row for r in change.regions for row in _leaks(r)],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "table": difference.table,
        "came": [_passed(p) for p in difference.came],
        "left": [_passed(p) for p in difference.left],
        "now_must": list(difference.firmer),
        "now_may": list(difference.looser),
        "reordered": list(difference.reordered),
        "markers": [_moved(m) for m in difference.markers],
        "leaks_came": difference.leaks,
        "leaks_left": difference.mended,
    }


def _passed(passed: Passed) -> dict[str, Any]:
    what = passed.what
    return {
        "call": what.call,
        "path": what.path,
        "function": what.function,
        "line": what.line,
        "must": what.must,
        "chain": list(what.chain),
        "how": passed.how,
    }


def _moved(moved: MarkerMoved) -> dict[str, Any]:
    marker = moved.new or moved.old
    return {
        "opens": marker is not None and marker.opens,
        "old": _marker(moved.old),
        "new": _marker(moved.new),
    }


def _marker(marker: Marker | None) -> dict[str, Any] | None:
    if marker is None:
        return None
    return {
        "call": marker.call,
        "path": marker.path,
        "function": marker.function,
        "line": marker.line,
        "opens": marker.opens,
        "found": marker.found,
        "chain": list(marker.chain),
    }


def region_row(region: Region) -> dict[str, Any]:
    """A region at one version, through one table."""
    return {
        "function": region.function,
        "path": region.path,
        "table": region.table,
        "inside": _inside(region),
        "markers": [_marker(m) for m in region.markers],
        "leaks": _leaks(region),
        "unread": list(region.unread),
        "degraded": list(region.degraded),
    }


def _inside(region: Region) -> list[dict[str, Any]]:
    return [
        {
            "call": each.call,
            "path": each.path,
            "function": each.function,
            "line": each.line,
            "must": each.must,
            "chain": list(each.chain),
            "table": region.table,
        }
        for each in region.inside
    ]


def _leaks(region: Region) -> list[dict[str, Any]]:
    return [
        {
            "kind": leak.kind,
            "path": region.path,
            "line": leak.line,
            "must": leak.must,
            "via": list(leak.via),
            "table": region.table,
        }
        for leak in region.leaks
    ]


def _flips(standing: Standing, found: Answer) -> Sequence[dict[str, Any]]:
    return [
        {
            "commit": flip.commit,
            "state": flip.after,
            "before": flip.before,
            "authored": found.commits[flip.commit].authored,
            "subject": found.commits[flip.commit].subject,
        }
        for flip in standing.flips
    ]


def _place(place: Place) -> dict[str, Any]:
    return {
        "function": place.function,
        "side": place.side,
        "call": place.neighbour,
        "nth": place.nth,
    }


def _names(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
