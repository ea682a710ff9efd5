"""The nouns of what a change needs somewhere: needs with reasons, a trial, places, a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from minekvm.core.model import CommitId, Gap
from minekvm.core.region.depths import State
from minekvm.core.relate.relations import About, Citation

Kind = Literal["text", "names", "meaning", "said"]
Presence = Literal["present", "absent", "unknown"]
Outcome = Literal["clean", "conflict", "unknown"]
Grade = Literal["stated", "observed", "inferred"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a commit is needed: of which kind, by which rule, how sure, in words."""

    kind: Kind
    rule: str
    grade: Grade
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a target has a change, and as which commit, by which rule; "" where it has not."""

    state: Presence
    commit: CommitId | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A commit that a change needs: of the target it is said whether it is there.

    `by` is the commit that needs it, `required` whether it goes into the plan, `after` whether it
    belongs behind the change: a later fix.
    """

    commit: CommitId
    standing: Standing
    reasons: tuple[Reason, ...]
    by: CommitId
    required: bool = True
    after: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(dict.fromkeys(reason.kind for reason in self.reasons))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place at which a change does not fit a target: lines of the target's file, 0 for a file.

    `how` says in words what is in the way; `commits` are the target's that wrote it.
    """

    path: str
    function: str
    first: int
    last: int
    how: str
    commits: tuple[CommitId, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A change applied to a target in memory.

    `fuzz`: it fits, though what stands around it is other there; `empty`: all of it is there
    already. `result` is a commit of the outcome, None where there is none.
    """

    applies: Outcome
    fuzz: bool = False
    empty: bool = False
    conflicts: tuple[Conflict, ...] = ()
    result: CommitId | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """A region around a call, as some tree has it: from which function it is seen, and how far
    the call is inside. `rule` is what forbids the call there, "" where nothing does."""

    enter: str
    exit: str
    function: str
    path: str
    state: State
    rule: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """A call that a change moves or adds, and a region about which two trees do not agree, or
    that forbids it.

    `there` is how it stands where the change was made, None where that is not known; `here` how it
    would stand in the target. `commit` is the one whose absence (or, with `ours`, presence) makes
    the difference, None where none is found.
    """

    call: str
    function: str
    path: str
    line: int
    here: Around
    there: State | None
    commit: CommitId | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to cherry-pick, in order, the change itself among it; what that costs and whether it
    then applies."""

    order: tuple[CommitId, ...]
    commits: int
    lines: int
    applies: Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was asked about: a commit, or a patch without one, which was made one.

    `name` is how it was given; `posted` says that it is a patch, whose commit is ours.
    """

    commit: CommitId
    name: str
    subject: str
    posted: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What a target lacks for some changes, in the order in which it would be taken."""

    changes: tuple[Change, ...]
    onto: CommitId
    target: str
    needs: tuple[Need, ...]
    trials: tuple[Trial, ...]
    places: tuple[Meant, ...]
    plan: Plan | None
    notes: tuple[str, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]

    @property
    def applies(self) -> Outcome:
        """The worst of the trials."""
        outcomes = [trial.applies for trial in self.trials]
        ranked: tuple[Outcome, ...] = ("conflict", "unknown", "clean")
        return next((each for each in ranked if each in outcomes), "clean")
