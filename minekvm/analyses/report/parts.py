"""What a section of a report is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.clone.clone import Clone
from minekvm.core.model import Change, CommitId
from minekvm.core.report.story import Story
from minekvm.core.why.model import Claim
from minekvm.errors import MinekvmError


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the story that the clone has not got, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """An event that a reader can be led to: what happened to a symbol, at which commit.

    `of` is the number of the row of its section that it belongs to, from 0.
    """

    commit: CommitId
    kinds: tuple[str, ...]
    section: str
    of: int
    symbol: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one section found.

    `rows` go into the document as they are. `orders` are its commits, newest first, as many orders
    as it has; `changes` are function changes to be shown with their commit; `claims` what the short
    answer may take from here.
    """

    rows: Sequence[dict[str, Any]] = ()
    drawn: Sequence[Drawn] = ()
    orders: Sequence[Sequence[CommitId]] = ()
    changes: Sequence[tuple[CommitId, Change]] = ()
    claims: Sequence[Claim] = ()
    missing: Sequence[Missing] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What every section starts from: the clone, the story, and the revision it is told at.

    `asked` is that revision as the user wrote it, for what is said of it.
    """

    clone: Clone
    story: Story
    rev: CommitId
    asked: str
    touching: SameFunctionChanges


Section = Callable[[Ground], Part]


def reason(error: MinekvmError) -> str:
    """Why something is missing, in one line."""
    return f"{error.message} ({error.hint})" if error.hint else error.message
