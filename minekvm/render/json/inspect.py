"""`minekvm.inspect/1`: one row per kind of each change."""

from __future__ import annotations

from typing import Any

from minekvm.core.model import FunctionVersion, Inspection
from minekvm.render.json.rows import gap_row, version_row, wraps_row


def value(found: Inspection) -> dict[str, Any]:
    """What one commit did to functions."""
    rows = [
        {
            "kind": kind,
            "old": named_row(e.change.old),
            "new": named_row(e.change.new),
            "rule": e.change.rule,
            "score": round(e.change.score, 4),
            "parent": e.parent,
            **wraps_row(e.change),
        }
        for e in found.events
        for kind in e.change.kinds
    ]
    return {
        "schema": "minekvm.inspect/1",
        "commit": found.commit.id,
        "changes": rows,
        "gaps": [gap_row(g) for g in found.gaps],
    }


def named_row(version: FunctionVersion | None) -> dict[str, Any] | None:
    """A definition, its path and name first."""
    full = version_row(version)
    return None if full is None else {"path": full["path"], "name": full["name"]} | full
