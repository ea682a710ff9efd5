"""`minekvm.callers/1`: the life of each call site, and what commits did to the calls.

`since` is null where no beginning was found. `calls` of a site are its calls as they stand, or as
they were when they left; `still` says whether it still calls, as `until` does but for sites whose
end was not found. `went` is where the calls went first, `also` where else, `through` the wrappers
of the symbol by which a function whose calls ended still comes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.core.callers.words import area
from minekvm.render.json.rows import commits_row, gap_row, version_row

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory, Life, Moved, Went
    from minekvm.core.callers.sites import Site


def value(found: CallHistory) -> dict[str, Any]:
    """Sites that still call first, then those of the past, newest end first; moves newest first."""
    return {
        "schema": "minekvm.callers/1",
        "symbol": found.symbol,
        **({"kind": found.kind} if found.kind else {}),
        "rev": found.rev,
        "sites": [_life(life, found) for life in found.lives],
        "former": [value(each) for each in found.former],
        "moves": [_move(move) for move in found.moves],
        "tables": [
            {
                "path": path,
                "table": op.table,
                "struct": op.struct,
                "field": op.field,
                "line": op.line,
            }
            for path, op in found.tables
        ],
        "commits": commits_row(found.commits),
        "gaps": [gap_row(gap) for gap in found.gaps],
    }


def _life(life: Life, found: CallHistory) -> dict[str, Any]:
    return {
        "path": life.path,
        "function": life.function,
        "arch": area(life.path),
        "since": life.since,
        "until": life.until,
        "still": life.calls,
        "formerly": _formerly(found.formerly(life)),
        "went": _went(life.went[0]) if life.went else None,
        "also": [_went(went) for went in life.went[1:]],
        "through": list(found.through(life)),
        "count": len(life.sites),
        "calls": [_site(site) for site in life.sites],
    }


def _formerly(former: tuple[str, Life] | None) -> dict[str, Any] | None:
    return None if former is None else {"symbol": former[0], "since": former[1].since}


def _went(went: Went) -> dict[str, Any]:
    return {
        "how": went.how,
        "path": went.path,
        "function": went.function,
        "by": went.by or None,
        "successors": [name for name in (went.by, *went.also) if name],
        "before": went.before or None,
        "after": went.after or None,
    }


def _site(site: Site | None) -> dict[str, Any] | None:
    if site is None:
        return None
    return {
        "line": site.line,
        "nth": site.nth,
        "before": site.before or None,
        "after": site.after or None,
        "under": site.under.split("/") if site.under else [],
        **({"how": site.how} if site.how else {}),
    }


def _move(move: Moved) -> dict[str, Any]:
    shift = move.shift
    return {
        "commit": move.commit,
        "parent": move.parent,
        "how": shift.how,
        "old": version_row(shift.old),
        "new": version_row(shift.new),
        "left": _site(shift.left),
        "came": _site(shift.came),
        "by": shift.by or None,
        "successors": [name for name in (shift.by, *shift.also) if name],
        "first": shift.first,
        "last": shift.last,
    }
