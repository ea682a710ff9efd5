"""The nouns of a report: a story told of a clone, from which every rendering is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from minekvm.core.callers.periods import CallHistory
from minekvm.core.mail.model import Thread
from minekvm.core.model import Change, Commit, CommitId, Gap, Told
from minekvm.core.region.model import Answer as Region
from minekvm.core.relate.relations import Citation, Outcome, RelationKind
from minekvm.core.why.model import Answer, Claim

SectionName = Literal["lineage", "region", "callers"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the story that the clone has not got, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Named:
    """A commit as the story writes it, the one it means here, and how that was told."""

    written: str
    commit: CommitId
    how: Outcome


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: the query file's name and text, and as read."""

    file: str
    text: str
    symbols: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The clone: `remote` is a public address, `rev` what was asked for and `head` its commit.

    `commits` are how many it reaches; `web` is where a commit can be looked at, with %s for its
    hash.
    """

    name: str
    remote: str | None
    head: CommitId
    rev: str
    commits: int
    web: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` speaks of `target`, or depends on it, or came after it in the same series."""

    source: CommitId
    target: CommitId
    kind: RelationKind
    rule: str
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class ReportCommit:
    """A commit of the story: the files it touched, what it did to functions, its discussion.

    `left_out` is how many changes more there are, `first_tag` the oldest tag that has the commit.
    """

    commit: Commit
    files: tuple[str, ...] = ()
    url: str | None = None
    changes: tuple[Change, ...] = ()
    left_out: int = 0
    thread: Thread | None = None
    first_tag: str = ""


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """An event that a reader can be led to: what happened to a symbol, at which commit.

    `of` is the number of the answer of its section that it belongs to, from 0. `id` comes from what
    happened (`event_ids`), so that a link to it holds when the history grows.
    """

    id: str
    commit: CommitId
    kinds: tuple[str, ...]
    section: SectionName
    of: int
    symbol: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Reproduce:
    """How the report can be made again."""

    range: str
    version: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A story told of a clone. Commits and events stand newest first.

    `notice` is what a reader has to know first: that the history is invented; "" as a rule.
    `answer` is the short answer; `nodes` and `edges` are what ties the commits to one another, a
    node that is not in this clone is not in `commits`.
    """

    version: str
    title: str
    query: Query
    clone: Source
    answer: tuple[Claim, ...]
    answers: tuple[Answer, ...]
    regions: tuple[Region, ...]
    lineages: tuple[Told, ...]
    callers: tuple[CallHistory, ...]
    nodes: tuple[CommitId, ...]
    edges: tuple[Edge, ...]
    commits: Mapping[CommitId, ReportCommit]
    events: tuple[ReportEvent, ...]
    missing: tuple[Missing, ...]
    gaps: tuple[Gap, ...]
    reproduce: Reproduce
    notice: str = ""
