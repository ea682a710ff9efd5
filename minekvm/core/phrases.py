"""Sentences in pieces: our own words, and marked as such names, and the words of other people.

Whoever tells something builds a phrase; whoever writes it decides how a name looks in its format
and what has to be escaped, so that no sentence is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A name, a path, a hash: what a machine reads; `url` is where it can be looked at."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of other people, as they have written them."""

    text: str


Piece = str | Code | Prose
Phrase = tuple[Piece, ...]


def plain(phrase: Iterable[Piece]) -> str:
    """The phrase as text, nothing marked and nothing escaped."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in phrase)


def listed(phrases: Iterable[Phrase], joint: str = ", ") -> Phrase:
    """Phrases one after another with a joint between."""
    found: list[Piece] = []
    for number, phrase in enumerate(phrases):
        found += [joint, *phrase] if number else phrase
    return tuple(found)


def function(name: str) -> Code:
    """A function's name as prose has it: "f()"."""
    return Code(f"{name}()")


def short(commit: str) -> Code:
    """A commit by the first digits of its hash."""
    return Code(commit[:12])


def count(number: int, one: str, many: str = "") -> str:
    """ "1 event", "2 events"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def lines(first: int, last: int) -> str:
    """ "10-20", or "10" where it is one line."""
    return "-".join(map(str, dict.fromkeys((first, last))))


def one_line(string: str) -> str:
    """Text of several lines on one."""
    return " ".join(string.split())
