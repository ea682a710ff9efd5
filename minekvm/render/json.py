"""The JSON contracts: one object a command, with its schema's name and version."""

from __future__ import annotations

import json
from typing import Any

from minekvm.core.model import Commit, Event, FunctionVersion, Gap, Inspection, Told


def inspection(found: Inspection) -> str:
    """`minekvm.inspect/1`: one row per kind of each change."""
    rows = [
        {
            "kind": kind,
            "old": _named(e.change.old),
            "new": _named(e.change.new),
            "rule": e.change.rule,
            "score": round(e.change.score, 4),
            "parent": e.parent,
        }
        for e in found.events
        for kind in e.change.kinds
    ]
    return _dump(
        {
            "schema": "minekvm.inspect/1",
            "commit": found.commit.id,
            "changes": rows,
            "gaps": [_gap(g) for g in found.gaps],
        }
    )


def lineage(told: Told) -> str:
    """`minekvm.lineage/1`: definitions at the revision, events newest first."""
    found = told.lineage
    return _dump(
        {
            "schema": "minekvm.lineage/1",
            "symbol": found.symbol,
            "rev": found.rev,
            "definitions": [_version(v) for v in found.definitions],
            "events": [_event(e, told.commits[e.commit]) for e in found.events],
            "gaps": [_gap(g) for g in found.gaps],
        }
    )


def _event(event: Event, commit: Commit) -> dict[str, Any]:
    return {
        "commit": event.commit,
        "parent": event.parent,
        "authored": commit.authored,
        "author": commit.author,
        "subject": commit.subject,
        "kinds": list(event.change.kinds),
        "old": _version(event.change.old),
        "new": _version(event.change.new),
        "rule": event.change.rule,
        "score": round(event.change.score, 4),
        "others": [_version(v) for v in event.change.others],
    }


def _named(version: FunctionVersion | None) -> dict[str, Any] | None:
    full = _version(version)
    return None if full is None else {"path": full["path"], "name": full["name"]} | full


def _version(version: FunctionVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    function = version.function
    return {
        "path": version.path,
        "name": function.name,
        "kind": function.kind,
        "condition": function.condition,
        "start_line": function.start_line,
        "end_line": function.end_line,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"what": gap.what, "why": gap.why, "commit": gap.commit, "path": gap.path}


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, indent=2)
