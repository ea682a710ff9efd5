"""An answer's JSON as lines that a test can be read by: `edit: modified a.c:f > a.c:f`."""

from __future__ import annotations

from typing import Any

from support.repos import Repo


def place(version: dict[str, Any] | None) -> str:
    return "-" if version is None else f"{version['path']}:{version['name']}"


def lineage_story(repo: Repo, answer: dict[str, Any]) -> list[str]:
    """One line an event, newest first: the commit's subject, kinds, old and new place.

    The hashes behind the subjects are checked on the way.
    """
    assert answer["schema"] == "minekvm.lineage/1"
    lines = []
    for event in answer["events"]:
        commit = repo.named[event["subject"]]
        assert event["commit"] == commit
        assert event["parent"] in (repo.parents[commit] or (None,))
        kinds = " ".join(event["kinds"])
        lines.append(f"{event['subject']}: {kinds} {place(event['old'])} > {place(event['new'])}")
    return lines


def inspect_story(repo: Repo, answer: dict[str, Any], parent: str | None = None) -> list[str]:
    """One line a change, sorted; of one parent's (by subject) where one is named."""
    assert answer["schema"] == "minekvm.inspect/1"
    rows = answer["changes"]
    for row in rows:
        assert row["parent"] in (repo.parents[answer["commit"]] or (None,))
        assert 0 <= row["score"] <= 1
        assert row["rule"]
    if parent is not None:
        rows = [r for r in rows if r["parent"] == repo.named[parent]]
    return sorted(f"{r['kind']} {place(r['old'])} > {place(r['new'])}" for r in rows)
