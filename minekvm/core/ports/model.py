"""The nouns of ports: the commits that are one change, and the refs that have one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minekvm.core.mail.model import Difference
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate.relations import About, Citation


@dataclass(frozen=True, slots=True)
class Instance:
    """A commit that is the change: by which rule that is known, and how surely (0 to 1).

    `citation` are the words that say so, where somebody did.
    """

    commit: CommitId
    rule: str
    score: float
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A later commit that fixes or reverts another one, and all commits that are that change."""

    commit: CommitId
    of: CommitId
    kind: str  # "fixes" or "reverts"
    instances: tuple[Instance, ...]
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A branch, or a range of tags, that has the change.

    `ref` is its name, of tags "first..last"; `differs` is what its instance does otherwise than the
    commit that was asked for; `lacks` are the later fixes that it has not got, `reverted` the
    revert that it has.
    """

    ref: str
    instance: Instance
    differs: tuple[Difference, ...] = ()
    lacks: tuple[CommitId, ...] = ()
    reverted: CommitId | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a change is in: branches first, then tags, and what the ports lack."""

    commit: CommitId
    instances: tuple[Instance, ...]
    ports: tuple[Port, ...]
    followers: tuple[Follower, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
