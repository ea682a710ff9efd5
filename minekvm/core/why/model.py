"""The nouns of an answer: claims, each with words or code that can be checked, and gaps.

A quote stands verbatim at its place, but for line breaks. Lines count from 1 and include both ends:
of a message as `git log -1 --format=%B` gives it, of a file as `git show COMMIT:PATH` does, of a
mail's decoded body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from minekvm.core.model import CommitId, Gap
from minekvm.core.relate.relations import About

Grade = Literal["stated", "observed", "inferred"]  # the author's words; read off the code; a rule's
Part = Literal["happened", "reason", "possible", "followed"]  # in reading order
Confidence = Literal["sure", "likely", "unsure", "none"]
PARTS: tuple[Part, ...] = ("happened", "reason", "possible", "followed")


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Lines of a commit's message."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Lines of a file as a commit has it."""

    path: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Lines of a mail's body."""

    message_id: str
    first: int
    last: int


Place = MessagePlace | FilePlace | MailPlace


@dataclass(frozen=True, slots=True)
class Citation:
    """Words or code that stand verbatim at a place of a commit."""

    commit: CommitId
    place: Place
    quote: str


CheckSort = Literal[
    "defines", "calls", "uses", "follows", "body", "declaration", "names", "ancestor"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold for a claim; evaluated before it is made, and again by whoever likes.

    Of code: `defines`: whether a file defines a name; `calls`: whether `function` there calls it;
    `uses`: whether the file, or `function` in it, has it; `follows`: whether `function` calls it
    after a call of `other`. `before` is at the commit's first parent, `after` at the commit; None
    where nothing is claimed of that side. `body`, `declaration`: whether that part of a name's
    definition differs between the two sides, which `after` says.

    Of history: `names`: whether the commit's message speaks of the commit `name`, as one that it
    `other` ("fixes", "reverts", "cites"); `ancestor`: whether the commit `name` comes before it.

    The commit is the claim's, unless `commit` is another.
    """

    sort: CheckSort
    name: str
    path: str = ""
    function: str = ""
    before: bool | None = field(kw_only=True)
    after: bool | None = field(kw_only=True)
    other: str = field(default="", kw_only=True)
    commit: CommitId | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an answer says of a commit, what kind of thing it is, and what shows it.

    Raises ValueError where nothing does: what cannot be cited is a gap.
    """

    part: Part
    commit: CommitId
    text: str
    grade: Grade
    citations: tuple[Citation, ...]
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"a claim without a citation: {self.text}")


@dataclass(frozen=True, slots=True)
class Speaks:
    """One thing that speaks for a candidate."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A commit that may be what was asked about: `score` is its chance among all, 0 to 1."""

    commit: CommitId
    score: float
    reasons: tuple[Speaks, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked and how it was read, the claims in reading order, and what is not known.

    `lead` is the answer in one sentence, `confidence` how far it can be trusted
    (benchmarks/why/README.md has how often each word was right). `reading` is one line; `symbols`
    and `verb` are the question's as understood. `key_commits` are those that the answer rests on,
    the one in question first; `candidates` those that were considered, best first.
    """

    question: str
    reading: str
    symbols: tuple[str, ...]
    verb: str
    claims: tuple[Claim, ...]
    key_commits: tuple[CommitId, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
    lead: str = ""
    confidence: Confidence = "none"
    candidates: tuple[Nearest, ...] = ()


def entitled(about: About) -> str:
    """A commit as claims name it: hash, subject and day."""
    return f'{about.id[:12]} ("{about.subject}", {about.authored[:10]})'
