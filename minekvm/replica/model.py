"""The nouns of the replica's story: who changed what, when, on which branch."""

from __future__ import annotations

from dataclasses import dataclass

MAINLINE = "master"


class StoryError(ValueError):
    """The story contradicts itself: a bug in the package's data, never the user's doing."""


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address, as a commit spells them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds since the epoch, and the zone of whoever looked at the clock (`+0200`)."""

    seconds: int
    zone: str


def stamp(who: Person, when: Moment) -> tuple[str, str, int, str]:
    """Who and when, as a commit has them."""
    return who.name, who.email, when.seconds, when.zone


@dataclass(frozen=True, slots=True)
class Create:
    """A file that was not there before."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Whole lines that stand in a file exactly once, and what takes their place."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A file that goes elsewhere with its content."""

    path: str
    to: str


Edit = Create | Replace | Rename


@dataclass(frozen=True, slots=True)
class Step:
    """One commit to be. `merges` names branches, which end with it; `key` is unique.

    `base` is the commit at which its branch begins that is never merged: a stable one.
    """

    key: str
    author: Person
    authored: Moment
    committed: Moment
    message: str
    branch: str = MAINLINE
    merges: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    tag: str | None = None
    encoding: str = "UTF-8"
    base: str = ""
