"""`minekvm.cache/1`: what is kept of which clone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from minekvm.core.kept import CacheFolder


def value(found: CacheFolder) -> dict[str, Any]:
    """Sizes are in bytes."""
    return {
        "schema": "minekvm.cache/1",
        "root": found.root,
        "kept": [asdict(row) for row in found.kept],
        "removed": [asdict(row) for row in found.removed],
        "other": found.other,
        "gaps": [],
    }
