"""What a section of a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.clone.clone import Clone
from minekvm.core.model import Change, CommitId
from minekvm.core.report.model import Missing, ReportEvent
from minekvm.core.report.story import Story
from minekvm.core.why.model import Claim
from minekvm.errors import MinekvmError

Found_co = TypeVar("Found_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Part(Generic[Found_co]):
    """What one section found: its answers.

    `events` get their ids when all are known. `orders` are its commits, newest first, as many
    orders as it has; `changes` are function changes to be shown with their commit; `claims` what
    the short answer may take from here.
    """

    found: tuple[Found_co, ...] = ()
    events: Sequence[ReportEvent] = ()
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


def reason(error: MinekvmError) -> str:
    """Why something is missing, in one line."""
    return f"{error.message} ({error.hint})" if error.hint else error.message
