"""The nouns: frozen, slotted values that every room shares.

Source text stays bytes; names and paths are str, decoded once at the git door. Lines count from 1
and include both ends; byte spans are half-open.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NewType

CommitId = NewType("CommitId", str)
BlobId = NewType("BlobId", str)

SymbolKind = Literal[
    "function",
    "macro",
    "tracepoint",
    "syscall",
    "struct",
    "union",
    "enum",
    "typedef",
    "variable",
    "parameter",
    "compatible",
    "config",
    "entry-point",
    "field",
    "constant",
    "entry",
]

Kind = Literal[
    "introduced",
    "added",
    "removed",
    "modified",
    "attributes",
    "signature",
    "renamed",
    "moved",
    "renamed+moved",
    "file-renamed",
    "extracted",
    "inlined",
    "split",
    "merged",
    "superseded",
    "reordered",
    "type-changed",
    "value-changed",
    "entry-changed",
    "became",
]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit's own words.

    `authored` is ISO 8601 with offset, `committed` seconds since the epoch; `parents` are the real
    ones (grafts and replace refs heeded); `subject` is the message's first line.
    """

    id: CommitId
    parents: tuple[CommitId, ...]
    author: str
    email: str
    authored: str
    committed: int
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Function:
    """One definition inside a blob: knows no path and no commit.

    `text` is the definition's bytes, from the first token of its header to its last brace;
    `signature` is the header without comments, white space folded; `condition` is the
    preprocessor condition around it ("" where there is none).
    """

    name: str
    kind: SymbolKind
    start: int
    end: int
    start_line: int
    end_line: int
    signature: str
    condition: str
    text: bytes


@dataclass(frozen=True, slots=True)
class FunctionVersion:
    """A definition in a file of some commit."""

    path: str
    function: Function

    @property
    def name(self) -> str:
        return self.function.name


@dataclass(frozen=True, slots=True)
class FilePair:
    """A file on both sides of one (commit, parent) pair; None where a side lacks it.

    Both paths are given and differ only where git recognised a file rename.
    """

    old_path: str | None
    new_path: str | None
    old: tuple[Function, ...]
    new: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A commit that changed a file: `parents` are rewritten to the nearest commits that did too.

    `blob` is None where the commit left no such file.
    """

    id: CommitId
    parents: tuple[CommitId, ...]
    blob: BlobId | None


class Nodes(Mapping[CommitId, Node]):
    """The nodes of a file's history by commit, in the order git gives them: newest first.

    They may be read only as they are asked for.
    """

    @abstractmethod
    def after(self, commit: CommitId) -> Iterator[Node]:
        """The nodes behind one, in that order."""


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The graph of commits that changed one path, from `top` back; None where there are none."""

    path: str
    nodes: Nodes
    top: CommitId | None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to functions between a parent and its commit.

    `kinds` names one thing or, for an edit of body and signature together, two; `score` is
    between 0 and 1, 1 meaning nothing is left to doubt; `rule` names the rung of the ladder.
    `others`
    are further definitions that had a part in it: what an edited body was split or extracted
    into, or what was inlined into it.
    """

    kinds: tuple[Kind, ...]
    old: FunctionVersion | None
    new: FunctionVersion | None
    rule: str
    score: float
    others: tuple[FunctionVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A change at its place in history: per (commit, parent) pair, so merges need no special case.

    `parent` is None for a root commit.
    """

    commit: CommitId
    parent: CommitId | None
    change: Change


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be read, parsed or matched, and why; `commit` and `path` where known."""

    what: str
    why: str
    commit: CommitId | None = None
    path: str | None = None


CUT = -1  # instead of an event's place: the story goes on where nothing is told


@dataclass(frozen=True, slots=True)
class Lineage:
    """A symbol's history: events newest first, and the graph that they are.

    `starts` are, for each definition, the places of the events that come next below it; `below`
    has the same for each event, `CUT` where the story goes on in what is not among the events.
    """

    symbol: str
    rev: CommitId
    definitions: tuple[FunctionVersion, ...]
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    starts: tuple[tuple[int, ...], ...] = ()
    below: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """What defines a symbol at a revision, without its history."""

    symbol: str
    rev: CommitId
    versions: tuple[FunctionVersion, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one commit did: events against every parent, in parent order.

    `events` are those of functions; `declared` those of what is no function, of a merge what it
    has from none of its parents.
    """

    commit: Commit
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    declared: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A lineage with the commits that its events name."""

    lineage: Lineage
    commits: dict[CommitId, Commit]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index has: how many of each, `size` in bytes.

    `indexed` is when it was last brought up to date, as ISO 8601; "" where that never came to its
    end. `blobs` are the file versions whose functions are known.
    """

    path: str
    size: int
    version: int
    commits: int
    mentions: int
    paths: int
    people: int
    blobs: int
    indexed: str


@dataclass(frozen=True, slots=True)
class Mined:
    """What indexing did: how many commits were added and removed, and what is there now."""

    added: int
    removed: int
    status: IndexStatus
