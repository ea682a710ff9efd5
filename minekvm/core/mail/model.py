"""The nouns of patch mail: a mail's facts, what two patches have in common, a discussion.

Dates are ISO 8601 with offset ("" where a mail has none that can be read), with the seconds since
the epoch beside them. Lines of a mail count from 1 in its decoded text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from minekvm.core.model import CommitId, Gap

Sort = Literal["patch", "cover", "reply", "notice", "pull", "other"]
"""What a mail is: a patch, the letter before a series, an answer, a robot's word that a commit was
taken in, a request to pull, or none of these."""

About = Literal["patch", "series"]
"""What an answer is about: the patch itself, or the series, by way of the letter before it."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of a diff: `old` and `new` are the first digits of its blobs, "" where unknown."""

    path: str
    old: str
    new: str
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch as it is compared, whether a commit's or a mail's; `id` is a hash or a Message-Id.

    `seconds` is when it was written or sent, `lines` are digests of the lines that it adds and
    takes away, `version` counts from 1, and `number` and `total` (0: unknown) are its place in a
    series.
    """

    id: str
    subject: str
    author: str
    email: str
    seconds: int
    version: int = 1
    number: int = 0
    total: int = 0
    patch_id: str = ""
    files: tuple[FileFacts, ...] = ()
    lines: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """What the index keeps of a mail; `root` is the first mail that it refers to, or itself.

    `references` are older mails, the oldest first, ending with the one that it answers. `tree` is
    the stable tree that a copy of an applied patch was sent for, "" for the patch itself.
    """

    id: str
    references: tuple[str, ...]
    date: str
    list: str
    sort: Sort
    tree: str
    patch: Patch

    @property
    def reply_to(self) -> str:
        """The Message-Id of the mail that this one answers; "" where there is none."""
        return self.references[-1] if self.references else ""

    @property
    def root(self) -> str:
        return self.references[0] if self.references else self.id

    @property
    def series(self) -> tuple[str, int, str]:
        """What is the same for the patches that were sent together."""
        own = self.id if self.sort == "reply" else ""
        return (self.root, self.patch.version, own)


@dataclass(frozen=True, slots=True)
class Match:
    """Why two patches are taken for one, and how surely (at most 1)."""

    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit that a mail may have become."""

    commit: CommitId
    match: Match


@dataclass(frozen=True, slots=True)
class Difference:
    """How a function of a file is changed otherwise by a later version of a patch.

    `gone` are lines of the earlier diff that the later one has not got, `come` the reverse, each
    with its sign; `function` is "" outside of any.
    """

    path: str
    function: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A mail that was a version of the patch: `match` says how it is known.

    `changed` is what the next version, or the commit, does otherwise.
    """

    mail: Mail
    match: Match
    changed: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of an answer that stand verbatim in lines `first` to `last` of its decoded text.

    `about` are the quoted lines right above them, without their marks; `function` is what those
    lines belong to, where the quoted diff tells.
    """

    first: int
    last: int
    quote: str
    about: tuple[str, ...]
    function: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a version or to another answer; `depth` counts from 0.

    `trailers` are the review trailers that it gives, as key and value.
    """

    mail: Mail
    depth: int
    version: str
    about: About
    remarks: tuple[Remark, ...]
    trailers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A patch of a series, and the commit that it became; None where none is known."""

    mail: Mail
    became: Candidate | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A patch's discussion: the versions, oldest first; the answers, as a tree in reading order.

    `commit` is what it became, None where that is not known; `others` are further commits that it
    may have become, best first, and `asked` the words that were asked with. `parts` are the patches
    of the series where its first letter was asked for.
    """

    asked: str
    commit: CommitId | None
    match: Match | None
    subject: str
    others: tuple[Candidate, ...]
    versions: tuple[Version, ...]
    replies: tuple[Reply, ...]
    parts: tuple[Part, ...]
    subjects: Mapping[CommitId, str]
    gaps: tuple[Gap, ...]
