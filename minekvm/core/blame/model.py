"""What blame answers: each line with the commit that wrote it, and the way it took since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from minekvm.core.model import Commit, CommitId, Gap

How = Literal[
    "written",
    "reindented",
    "rebraced",
    "rewrapped",
    "moved",
    "extracted",
    "split",
    "merged",
    "inlined",
    "superseded",
    "renamed",
    "file-renamed",
    "brought back",
    "copied first",
    "looked through",
    "gap",
]


class Step(NamedTuple):
    """What a commit did to a line on its way: brought it here, or changed nothing that it says."""

    commit: CommitId
    how: How


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a line, at a column from 0, and who wrote it."""

    column: int
    text: str
    commit: CommitId


@dataclass(frozen=True, slots=True)
class Line:
    """A line at the revision, and where it stood in the commit that wrote it.

    `way` begins with the commit that wrote it and ends with what befell it last; `text` has no line
    end. `tokens` are given where they were asked for.
    """

    path: str
    line: int
    text: str
    commit: CommitId
    old_path: str
    old_line: int
    way: tuple[Step, ...]
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """A commit whose changes were looked through, and by which rule."""

    commit: CommitId
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """The sentence of a commit's message that says why, with its lines in the message."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Who committed what an author wrote, and when, in seconds; `boundary`: the history ends."""

    committer: str
    committer_email: str
    author_time: int
    author_zone: str
    committer_time: int
    committer_zone: str
    boundary: bool


@dataclass(frozen=True, slots=True)
class Blame:
    """The lines that were asked for, in order, and the commits that they and their ways name.

    With those in `begins` the history begins: what they wrote was there before. `previous` is, by
    commit and path that lines were written at, the parent and the path of the file there, if it
    stood. `moves`: documents are to show the ways.
    """

    asked: str
    rev: CommitId
    lines: tuple[Line, ...]
    commits: Mapping[CommitId, Commit]
    origins: Mapping[CommitId, Origin]
    reasons: Mapping[CommitId, Reason]
    looked_through: tuple[LookedThrough, ...]
    begins: frozenset[CommitId]
    previous: Mapping[tuple[CommitId, str], tuple[CommitId, str]]
    gaps: Sequence[Gap]
    moves: bool = False
