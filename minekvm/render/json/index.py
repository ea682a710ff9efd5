"""`minekvm.index/1`: what indexing did, and what is there now; all null where there is no index."""

from __future__ import annotations

from typing import Any

from minekvm.core.model import IndexStatus, Mined


def value(found: Mined | IndexStatus | None) -> dict[str, Any]:
    """What an index has; where indexing was asked for, also what it added and removed."""
    done = found if isinstance(found, Mined) else None
    there = found.status if isinstance(found, Mined) else found
    names = ("path", "commits", "mentions", "paths", "people", "blobs", "size", "indexed")
    facts = {name: getattr(there, name) if there else None for name in names}
    return {
        "schema": "minekvm.index/1",
        **facts,
        "indexed": facts["indexed"] or None,
        "added": done.added if done else None,
        "removed": done.removed if done else None,
        "gaps": [],
    }
