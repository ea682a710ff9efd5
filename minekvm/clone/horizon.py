"""How far back one question looks through a long history, and how that is told."""

from __future__ import annotations

from datetime import UTC, datetime

WALKED = 300_000  # newest commits that are looked through for one question


def day(seconds: int) -> str:
    """A date as it is told."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
