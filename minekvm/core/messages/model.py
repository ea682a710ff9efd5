"""The nouns of what a message says: mentions of commits and mails, trailers, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MentionKind = Literal["fixes", "reverts", "backport-of", "depends", "cites", "previous", "link"]


@dataclass(frozen=True, slots=True)
class Trailer:
    """One `Key: value`; a folded value on one line. `line` counts from 1."""

    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a trailer: the key says in what role, in one spelling (`Acked-by`)."""

    role: str
    name: str
    email: str
    line: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a message speaks of another commit, or of a mail or bug.

    `rule` names the form that was recognised. `hash` is in lower case, `subject` the quoted one on
    one line, `target` what is neither: a URL, a Message-Id, a bug's number, or for "previous" one
    of previous, next, earlier, later and series. Each is "" where there is none. `quote` stands
    verbatim in the lines from `first` to `last`, which count from 1.
    """

    kind: MentionKind
    rule: str
    hash: str
    subject: str
    target: str
    first: int
    last: int
    quote: str


@dataclass(frozen=True, slots=True)
class References:
    """All that a message says of others, in order of place."""

    mentions: tuple[Mention, ...]
    trailers: tuple[Trailer, ...]
    people: tuple[Person, ...]
