"""What the readers of one commit message share: the text, what is taken of it, what was found."""

from __future__ import annotations

from minekvm.core.messages.model import MentionKind

Found = tuple[int, int, MentionKind, str, str, str, str, int, int]
"""Start and end of a mention, kind, rule, hash, subject, target, and the span of its quote, which
is (-1, -1) where it is the sentence around."""


class Scan:
    """A message, a byte for each of its characters, those in lower case, and the findings so far.

    `taken` marks the characters that belong to a finding or to an address, which no further reader
    looks at.
    """

    __slots__ = ("found", "low", "message", "raw", "taken")

    def __init__(self, message: str) -> None:
        self.message = message
        self.raw = message.encode("latin-1", "replace")
        self.low = self.raw.lower()
        self.taken = bytearray(len(self.raw))
        self.found: list[Found] = []

    def shorten(self, end: int) -> None:
        """Let the readers look no further than a place: behind it, all is taken."""
        self.raw = self.raw[:end]
        self.low = self.low[:end]

    def add(
        self,
        start: int,
        end: int,
        kind: MentionKind,
        rule: str,
        hash_: str = "",
        subject: str = "",
        target: str = "",
        quote: tuple[int, int] = (-1, -1),
    ) -> None:
        """Note a finding, and take its characters."""
        self.found.append((start, end, kind, rule, hash_, subject, target, *quote))
        self.take(start, end)

    def take(self, start: int, end: int) -> None:
        """Keep other readers from these characters."""
        self.taken[start:end] = b"\1" * (end - start)

    def places(self, word: bytes) -> list[int]:
        """Where some lower-case letters stand, in order."""
        low = self.low
        at = low.find(word)
        if at < 0:
            return []
        places = []
        step = len(word)
        while at >= 0:
            places.append(at)
            at = low.find(word, at + step)
        return places


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())
