"""The nouns of drift: functions that stand otherwise in another tree, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minekvm.core.model import CommitId, FunctionVersion, Gap, Kind
from minekvm.core.relate.relations import About


@dataclass(frozen=True, slots=True)
class Lack:
    """An upstream commit that a tree's function has not got.

    `mends` says that it fixes ("fixes") or takes back ("reverts") what the tree has, or is "".
    """

    commit: CommitId
    mends: str = ""


@dataclass(frozen=True, slots=True)
class Drifted:
    """A function that stands otherwise in a tree than upstream.

    `kinds` is what would make upstream's into the tree's, as a commit's change is told; `old` is
    upstream's, `new` the tree's, None where that has none. `left` is the last upstream commit up to
    which both agree, None where no version is known that both had, or nobody looked: then
    `is_known` is false. `lacks` and `own` are what changed it since there and here, newest first.
    `regions` are calls that stand otherwise to a region than upstream, in sentences.
    """

    kinds: tuple[Kind, ...]
    old: FunctionVersion | None
    new: FunctionVersion | None
    left: CommitId | None = None
    lacks: tuple[Lack, ...] = ()
    own: tuple[CommitId, ...] = ()
    regions: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def fixes(self) -> tuple[Lack, ...]:
        """What it lacks that mends what it has."""
        return tuple(lack for lack in self.lacks if lack.mends)


@dataclass(frozen=True, slots=True)
class Tree:
    """Another tree, by the path of its clone, at a commit: what stands otherwise there."""

    path: str
    commit: CommitId
    functions: tuple[Drifted, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What stands otherwise in trees than upstream, whose commit is `commit`."""

    commit: CommitId
    trees: tuple[Tree, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
