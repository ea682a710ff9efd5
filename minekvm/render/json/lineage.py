"""`minekvm.lineage/1`: definitions at the revision, events newest first."""

from __future__ import annotations

from typing import Any

from minekvm.core.model import Commit, Event, Told
from minekvm.render.json.rows import gap_row, version_row, wraps_row


def value(told: Told) -> dict[str, Any]:
    """A symbol's history."""
    found = told.lineage
    return {
        "schema": "minekvm.lineage/1",
        "symbol": found.symbol,
        "rev": found.rev,
        "definitions": [version_row(v) for v in found.definitions],
        "events": [event_row(e, told.commits[e.commit]) for e in found.events],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def event_row(event: Event, commit: Commit) -> dict[str, Any]:
    """What happened to a definition, with what its commit says."""
    return {
        "commit": event.commit,
        "parent": event.parent,
        "authored": commit.authored,
        "author": commit.author,
        "subject": commit.subject,
        "kinds": list(event.change.kinds),
        "old": version_row(event.change.old),
        "new": version_row(event.change.new),
        "rule": event.change.rule,
        "score": round(event.change.score, 4),
        "others": [version_row(v) for v in event.change.others],
        **wraps_row(event.change),
    }
