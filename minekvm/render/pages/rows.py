"""A document's rows read back as the nouns they were made from, for renderers that have those.

The rows hold no code, so a definition comes back with an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    Function,
    FunctionVersion,
    Gap,
    Lineage,
    Told,
)

Row = Mapping[str, Any]


def told(row: Row, commits: Mapping[str, Row]) -> Told:
    """A lineage, with what the document says of its commits."""
    events = tuple(_event(e) for e in row["events"])
    lineage = Lineage(
        symbol=row["symbol"],
        rev=CommitId(row["rev"]),
        definitions=tuple(version(d) for d in row["definitions"]),
        events=events,
        gaps=tuple(map(gap, row["gaps"])),
    )
    return Told(lineage, {CommitId(e["commit"]): _commit(e, commits) for e in row["events"]})


def change(row: Row) -> Change:
    """What happened to a function."""
    return Change(
        kinds=tuple(row["kinds"]),
        old=version(row["old"]) if row["old"] else None,
        new=version(row["new"]) if row["new"] else None,
        rule=row["rule"],
        score=row["score"],
        others=tuple(version(v) for v in row.get("others", ())),
    )


def version(row: Row) -> FunctionVersion:
    """A definition in a file."""
    lines = (row["start_line"], row["end_line"])
    named = Function(row["name"], row["kind"], 0, 0, *lines, "", row["condition"], b"")
    return FunctionVersion(row["path"], named)


def gap(row: Row) -> Gap:
    """What could not be read or told."""
    return Gap(row["what"], row["why"], row.get("commit"), row.get("path"))


def _event(row: Row) -> Event:
    return Event(CommitId(row["commit"]), row["parent"], change(row))


def _commit(event: Row, commits: Mapping[str, Row]) -> Commit:
    about = commits.get(event["commit"], {})
    return Commit(
        id=CommitId(event["commit"]),
        parents=tuple(about.get("parents", ())),
        author=event["author"],
        email="",
        authored=event["authored"],
        committed=0,
        subject=event["subject"],
        message=about.get("message", event["subject"]),
    )
