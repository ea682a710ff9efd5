"""Two lineages of one function -> where they part, and what each has since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from minekvm.core.drift.model import Drifted
from minekvm.core.model import CommitId, Event


class Step(NamedTuple):
    """A version of a function and the commit that made it."""

    commit: CommitId
    text: bytes


class Parting(NamedTuple):
    """Where two lineages part: what each has since, and what both had; all newest first.

    `shared` are upstream's commits up to the last version in common, () where there is none.
    """

    there: tuple[CommitId, ...]
    here: tuple[CommitId, ...]
    shared: tuple[CommitId, ...]

    @property
    def left(self) -> CommitId | None:
        """The last commit up to which both agree."""
        return self.shared[0] if self.shared else None


def steps(events: Iterable[Event]) -> list[Step]:
    """The versions that a lineage tells, in its order."""
    return [Step(e.commit, e.change.new.function.text) for e in events if e.change.new is not None]


def parting(there: Sequence[Step], here: Sequence[Step]) -> Parting:
    """Where two lineages part, both newest first: at the newest version of `there` that `here` had.

    Histories that share no commit are told by their texts alone, as release trees are.
    """
    had: dict[bytes, int] = {}
    for at, step in enumerate(here):
        had.setdefault(step.text, at)
    for at, step in enumerate(there):
        if step.text in had:
            since = here[: had[step.text]]
            return Parting(_commits(there[:at]), _commits(since), _commits(there[at:]))
    return Parting((), _commits(here), ())


def _commits(steps: Iterable[Step]) -> tuple[CommitId, ...]:
    return tuple(dict.fromkeys(step.commit for step in steps))


def ranked(functions: Iterable[Drifted]) -> tuple[Drifted, ...]:
    """Functions by what they lack: fixes first, then regions, then the most commits."""
    return tuple(
        sorted(
            functions,
            key=lambda d: (
                -len(d.fixes),
                -len(d.regions),
                not d.is_known,
                d.left is None,
                -len(d.lacks),
                -len(d.own),
            ),
        )
    )
