"""The tables of a survey: one frozen row type a table, and what each column holds.

Texts of definitions stand as digests: a survey has no source in it. Paths and names are as git has
them; hashes have 40 digits. The partition column `year` is the committer's year, in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

VERSION = 1  # of the layout; it grows with each column that changes its meaning


@dataclass(frozen=True, slots=True)
class CommitRow:
    """A commit of the range."""

    commit: str
    position: int
    parents: str
    author: str
    email: str
    authored: str
    committed: int
    subject: str
    files: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """One kind of one change between a commit and a parent, as `inspect` tells it."""

    commit: str
    position: int
    parent: str | None
    nth: int
    kind: str
    rule: str
    score: float
    old_path: str | None
    old_name: str | None
    old_text: str | None
    new_path: str | None
    new_name: str | None
    new_text: str | None
    lineage: str | None = None
    old_lineage: str | None = None


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A version of a definition that a commit made."""

    commit: str
    position: int
    path: str
    name: str
    kind: str
    condition: str
    signature: str
    start_line: int
    end_line: int
    text: str
    old_path: str | None = None
    lineage: str | None = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that a commit began, ended or took elsewhere."""

    commit: str
    position: int
    parent: str | None
    symbol: str
    how: str
    old_path: str | None
    old_function: str | None
    new_path: str | None
    new_function: str | None
    replaced_by: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What ties a commit to another, as the commit itself or its code says."""

    commit: str
    position: int
    kind: str
    other: str
    rule: str
    outcome: str
    here: bool
    quote: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """What could not be read or compared."""

    commit: str
    position: int
    path: str | None
    what: str
    why: str


Row = CommitRow | EventRow | DefinitionRow | CallRow | RelationRow | GapRow

_COMMIT = "the commit, 40 digits"
_POSITION = "its place in the range, parents before children; 0 is the oldest"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows' type, and what each column holds."""

    name: str
    row: type[Row]
    text: str
    columns: Mapping[str, str]

    TYPES: ClassVar[Mapping[str, str]] = {"str": "string", "int": "int64", "float": "double"}

    def types(self) -> dict[str, tuple[str, bool]]:
        """Per column its type in Parquet, and whether it may be null."""
        found = {}
        for field in fields(self.row):
            kind, _, other = str(field.type).partition(" | ")
            found[field.name] = self.TYPES.get(kind, kind), bool(other)
        return found


TABLES: tuple[Table, ...] = (
    Table("commits", CommitRow, "a row a commit", {
        "commit": _COMMIT,
        "position": _POSITION,
        "parents": "its parents, with a space between them",
        "author": "who wrote it",
        "email": "the author's address",
        "authored": "when it was written, ISO 8601 with offset",
        "committed": "when it was committed, seconds since 1970 in UTC",
        "subject": "the first line of its message",
        "files": "source files that differ from its first parent",
    }),
    Table("events", EventRow, "a row a kind of a change, as `minekvm inspect` tells it", {
        "commit": _COMMIT,
        "position": _POSITION,
        "parent": "the parent that it is compared with; null for the first commit",
        "nth": "which change of the commit against that parent: rows of one have the same",
        "kind": "added, removed, modified, signature, attributes, renamed, moved, renamed+moved,"
        " extracted, inlined, split, merged, superseded",
        "rule": "the rung of the ladder that told it",
        "score": "between 0 and 1, 1 meaning that nothing is left to doubt",
        "old_path": "the file before; null where there was nothing before",
        "old_name": "the name before",
        "old_text": "a digest of the definition's text before",
        "new_path": "the file after; null where nothing is left",
        "new_name": "the name after",
        "new_text": "a digest of the definition's text after",
        "lineage": "the lineage of what is there after, or of what is gone",
        "old_lineage": "the lineage of what was there before, where that is another",
    }),
    Table("definitions", DefinitionRow, "a row a version of a definition that a commit made", {
        "commit": _COMMIT,
        "position": _POSITION,
        "path": "the file",
        "name": "the name",
        "kind": "function, macro, tracepoint or syscall",
        "condition": "the preprocessor condition around it",
        "signature": "its header, white space folded",
        "start_line": "its first line in that version of the file",
        "end_line": "its last line",
        "text": "a digest of its text, as events have it",
        "old_path": "where its file stood before, if it only came along with that",
        "lineage": "joins the versions of one definition over the history",
    }),
    Table("calls", CallRow, "a row a call that began, ended or went elsewhere", {
        "commit": _COMMIT,
        "position": _POSITION,
        "parent": "the parent that it is compared with; null for the first commit",
        "symbol": "what is called",
        "how": "began; gone; replaced (by another call at its spot); to function (it came to stand"
        " in another); went with (its function was renamed, moved or taken into another)",
        "old_path": "the file that it left; null where it began",
        "old_function": "the function that it left",
        "new_path": "the file that it came to, or that it was replaced in",
        "new_function": "the function that it came to, or that it was replaced in",
        "replaced_by": "the call that took its place",
        "first": "whether no function of that name in that file called the symbol before",
        "last": "whether none does any more, where it left",
    }),
    Table("relations", RelationRow, "a row a relation of a commit to another", {
        "commit": _COMMIT,
        "position": _POSITION,
        "kind": "fixes, reverts, backport-of, cites, same-patch, same-series, touches-same",
        "other": "the other commit, which need not be in the range",
        "rule": "how it was told",
        "outcome": "how sure a mention in the message was",
        "here": "whether the other is in the clone",
        "quote": "the words of the message that say so",
    }),
    Table("gaps", GapRow, "a row for what could not be read or compared", {
        "commit": _COMMIT,
        "position": _POSITION,
        "path": "the file, where one is meant",
        "what": "what is lacking",
        "why": "why",
    }),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(table.name for table in TABLES)
BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
