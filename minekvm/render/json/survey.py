"""`minekvm.survey/1`: what a survey's folder has."""

from __future__ import annotations

from typing import Any

from minekvm.core.survey.model import Survey


def value(found: Survey) -> dict[str, Any]:
    """How far it is, rows by table, processor seconds spent."""
    return {
        "schema": "minekvm.survey/1",
        "folder": found.folder,
        "clone": found.clone,
        "commits": found.commits,
        "total": found.total,
        "units": found.units,
        "rows": dict(found.rows),
        "seconds": round(found.seconds, 3),
        "joined": found.is_joined,
        "gaps": [],
    }
