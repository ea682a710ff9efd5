"""`minekvm.survey/1`: what a folder has; `minekvm.survey-query/1`: what a query answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minekvm.adapters.duckdb import Answer
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


def answer(found: Answer) -> dict[str, Any]:
    """The columns, and each row as a list of their values."""
    return {
        "schema": "minekvm.survey-query/1",
        "columns": list(found.columns),
        "rows": [[_plain(value) for value in row] for row in found.rows],
        "gaps": [],
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it; of other types, its text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
