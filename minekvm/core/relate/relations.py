"""The nouns of how commits are tied: relations, what says so, and what is asked of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from minekvm.core.messages.model import Mention
from minekvm.core.model import CommitId, Gap

RelationKind = Literal[
    "fixes",
    "reverts",
    "backport-of",
    "cites",
    "same-patch",
    "same-series",
    "touches-same",
]
Direction = Literal["out", "in"]
Outcome = Literal[
    "here",  # the hash is a commit's, and a quoted subject agrees
    "through backport",  # the hash is absent, but a commit here says it is a backport of it
    "by subject",  # no hash, or an absent one; the quoted subject is a commit's
    "wrong subject",  # the hash is a commit's, whose subject is another than the one quoted
    "ambiguous",  # several commits fit
    "absent",  # not in this clone
    "malformed",  # nothing that could be looked up
]


class About(Protocol):
    """What a register knows of a commit; see `model.Commit`."""

    @property
    def id(self) -> CommitId: ...
    @property
    def author(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def authored(self) -> str: ...
    @property
    def committed(self) -> int: ...
    @property
    def subject(self) -> str: ...


class Register(Protocol):
    """What is asked of an index of commits."""

    def find(self, prefix: str, limit: int = 5) -> list[CommitId]:
        """The commits whose hash begins with some digits."""

    def about(self, commit: CommitId) -> About | None:
        """What is known of a commit."""

    def titled(self, subject: str) -> list[CommitId]:
        """The commits of a subject, the oldest first."""

    def titled_like(self, subject: str, limit: int = 20) -> list[tuple[CommitId, str]]:
        """Commits whose subject has the words of another, with their subjects."""

    def mentions(self, commit: CommitId) -> list[Mention]:
        """What a commit says of others."""

    def mentioning(self, hash_: str) -> list[tuple[CommitId, Mention]]:
        """The mentions of a hash: of its first digits, or of one that it is the first digits of."""

    def mentioning_title(self, subject: str) -> list[tuple[CommitId, Mention]]:
        """The mentions that quote a subject."""

    def parents(self, commit: CommitId) -> list[CommitId]:
        """A commit's parents."""

    def children(self, commit: CommitId) -> list[CommitId]:
        """The commits that have this one as first parent."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a commit's message, verbatim; lines count from 1 and include both ends."""

    commit: CommitId
    first: int
    last: int
    quote: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention was found to mean.

    `commit` is the one meant, None where none could be told; `others` are those that fit as well
    or, for a wrong subject, that the subject fits.
    """

    outcome: Outcome
    commit: CommitId | None = None
    others: tuple[CommitId, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """How a commit stands to another.

    `direction` is "out" where the commit speaks of the other, "in" where the other speaks of it;
    relations that have no direction are "out" to what is older. `here` tells whether the other is
    in this clone; `outcome` how sure the mention was.
    """

    kind: RelationKind
    direction: Direction
    other: CommitId
    rule: str
    citation: Citation | None = None
    outcome: Outcome = "here"
    here: bool = True
    elsewhere: bool = False  # neither before nor after: on another branch


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A mention that led to no commit, or to another than its quoted subject says."""

    mention: Mention
    resolution: Resolution
    citation: Citation


@dataclass(frozen=True, slots=True)
class Related:
    """Everything that ties a commit to others.

    `relations` are the strongest first; `links` are addresses that the message gives, `people` the
    trailers that name somebody, by role; `commits` has what is known of every commit named.
    """

    commit: CommitId
    relations: tuple[Relation, ...]
    unresolved: tuple[Unresolved, ...]
    links: tuple[Mention, ...]
    people: tuple[tuple[str, str], ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
