"""A commit that may be what a question is about, and what the words of the question weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from minekvm.core.model import CommitId
from minekvm.core.why.edits import Edit
from minekvm.core.why.fit import Fit

MASS = 60  # C files from which a commit is no change of one thing (hand-set; the weight is fitted)
NOTHING = Edit()


@dataclass(slots=True)
class Candidate:
    """A commit that may be what a question is about, and what is known of it.

    `searched` is how well its message answers the search, 1 for the best, `worded` the same
    with the words in the names for the names; `inside` what words the blocks of names have more
    or less often since, as their lineages tell; `told_paths` are files in which it changed
    lines with names of the question, `paths` all its C files, once it was looked into; `lines`
    are names of the question that stand on lines it changed, `coded` stems of the question's
    other words that do; `touched` names whose definition it changed, `born` those that it
    introduced. `place` is its place among those that changed lines with the names, from 0 at
    the end that the verb asks for, and `turn` that among those whose changed lines did as much
    of what is asked as any; `closest` says that no other's subject is as much of what is asked.
    `edit` and `fit` are set once its code was read; `plain` is its score but for what singles
    one out. `begins` says that history begins with it, so that what stands in it came before;
    `eventless` that for this, as a merge, or as an edit of very many files that does not speak
    of what is asked, it is no event that could answer.
    """

    commit: CommitId
    title: str = ""
    committed: int = 0
    message: str = ""
    parents: int = 1
    breadth: int = 0
    searched: float = 0.0
    worded: float = 0.0
    inside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lines: frozenset[str] = frozenset()
    coded: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    born: frozenset[str] = frozenset()
    edit: Edit = NOTHING
    paths: tuple[str, ...] = ()
    told_paths: frozenset[str] = frozenset()
    place: int | None = None
    turn: int | None = None
    closest: bool = False
    in_time: bool = True
    begins: bool = False
    eventless: bool = False
    fit: Fit | None = None
    score: float = 0.0
    plain: float = 0.0
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the words of a question weigh: the rarer in this history, the more."""

    names: Mapping[str, float]
    stems: Mapping[str, float]

    @property
    def of_words(self) -> float:
        """What part of it all the words weigh that are no names, 0 to 1."""
        names, stems = sum(self.names.values()), sum(self.stems.values())
        return stems / (names + stems) if stems else 0.0
