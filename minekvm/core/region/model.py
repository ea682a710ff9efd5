"""The nouns of a region followed through history: the question, its changes, how things stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minekvm.core.model import Commit, CommitId, Gap
from minekvm.core.region.changes import Difference, Flip
from minekvm.core.region.depths import State
from minekvm.core.region.region import Markers, Place, Region

DEPTH = 3  # calls deep, if nothing is said: through an operation, its helper, a wrapper


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that changed the region; `parents` are the nearest that could have.

    `regions` are those after it, one for each table. `before` is the parent whose files hold what
    is told to have been before, at the lines that are given.
    """

    commit: CommitId
    parents: tuple[CommitId, ...]
    differences: tuple[Difference, ...]
    regions: tuple[Region, ...]
    before: CommitId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands to the region at the revision, and the commits that changed that.

    `what` is a symbol whose calls are meant, or a place at which a call might stand.
    """

    what: str | Place
    now: State
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What `region` was asked; see its help."""

    enter: tuple[str, ...]
    exit: tuple[str, ...]
    function: str
    path: str | None = None
    depth: int = DEPTH
    follow: bool = True
    also: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    rev: str = "HEAD"
    scope: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    @property
    def markers(self) -> Markers:
        """The markers by their names."""
        return Markers(frozenset(self.enter), frozenset(self.exit), points=frozenset(self.also))


@dataclass(frozen=True, slots=True)
class Answer:
    """The region at the revision, the commits that changed it, and how things stood to it.

    `versions` says how many versions were compared, `commits` has those that are named.
    """

    question: Question
    rev: CommitId
    now: tuple[Region, ...]
    changes: tuple[Change, ...]
    placements: tuple[Standing, ...]
    turns: tuple[Standing, ...]
    versions: int
    commits: Mapping[CommitId, Commit]
    gaps: tuple[Gap, ...]
