"""`minekvm.inspect/1`: one row per kind of each change.

Functions are in `changes`; what else is declared in `declared`, for readers who count functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minekvm.core.model import Event, FunctionVersion, Inspection
from minekvm.render.json.rows import gap_row, version_row, wraps_row


def value(found: Inspection) -> dict[str, Any]:
    """What one commit did."""
    return {
        "schema": "minekvm.inspect/1",
        "commit": found.commit.id,
        "changes": _rows(found.events),
        "declared": _rows(found.declared),
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "old": named_row(e.change.old),
            "new": named_row(e.change.new),
            "rule": e.change.rule,
            "score": round(e.change.score, 4),
            "parent": e.parent,
            **wraps_row(e.change),
        }
        for e in events
        for kind in e.change.kinds
    ]


def named_row(version: FunctionVersion | None) -> dict[str, Any] | None:
    """A definition, its path and name first."""
    full = version_row(version)
    return None if full is None else {"path": full["path"], "name": full["name"]} | full
