"""The words of commit messages, weighed by rarity, and a message's prose without its citations.

A citation is what names another commit outright: a hash, a trailer, a quoted subject, a link, the
subject of a revert. What is left is what the author says of the matter itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt

_WORD = re.compile(r"[A-Za-z_]\w++")
_TRAILER = r"[A-Za-z][\w-]*+"
# A cause's subject may go on in the next line; it ends at a blank line or another trailer.
_FIXES = re.compile(
    rf"^[ \t]*+fixes\b[ \t]*+:?+[^\n]*+(?:\n(?![ \t]*+(?:\n|\Z))(?![ \t]*+{_TRAILER}:)[^\n]*+)*+",
    re.IGNORECASE | re.MULTILINE,
)
_FIXES_LINE = re.compile(
    r"[ \t]*+fixes(?:[ \t]*+:|[ \t]++(?:commit[ \t]++)?[0-9a-f]{7})", re.IGNORECASE
)
_TRAILERS = re.compile(
    r"^[ \t]*+(?:(?:[a-z]++-)++(?:by|id|commit|on|to)|cc|link|closes|references|see|url|bug|issue"
    r"|bugzilla id|coverity(?: issue| id)?|to|date)[ \t]*+:[^\n]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_STATED = re.compile(
    r"(?:\[|(?<![ \t]))[ \t]*+upstream commit[^\n]*+"
    r"|^[ \t]*+commit[ \t]++[0-9a-f]{12,64}[ \t]++upstream[^\n]*+"
    r"|\(cherry picked from[^)]*+\)|\bthis reverts commit[^.\n]*+",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"\b[a-z]++://\S++|<[^<>\s]++@[^<>\s]++>", re.IGNORECASE)
_BRACKETED = re.compile(r"\(\s*+(?:\"[^\"]*+\"|'[^']*+'|``[^']*+'')\s*+\)")
_QUOTE = re.compile(r"\"[^\"\n]*+(?:\n(?!\s*+\n)[^\"\n]*+)?+\"")
_HASH = re.compile(r"\b(?=[a-f]*+\d)[0-9a-f]{7,64}\b", re.IGNORECASE)
_REVERT = re.compile(
    r"\s*+(?:\[[^\]]*+\]\s*+)*+(?:[^\s:]++:\s++)*?(?:partial(?:ly)?\s++)?+"
    r"(?:(?:revert|reapply)\b|(?:fixup|squash|amend)!)",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"([^:\s][^:]{0,60}):")
_FEW = 3  # words from which a quotation may be a subject
_STOPPED_WORDS = """
the and for with that this from are was were not but when which has have had can will would
should been being its into also then than there their they them one two use used using may
might does did done due any all some such only after before because since while where how
what other more same new old add added adds adding fix fixes fixed fixing commit patch bug
issue problem code function functions change changes changed make makes case set get value
instead without otherwise currently could must need needs via per
"""
_STOPPED = frozenset(_STOPPED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Prose:
    """A message without its citations: its subject ("" where that is one) and the rest."""

    subject: str
    body: str


def prose(message: str) -> Prose:
    """What a message says of the matter itself."""
    subject, _, body = message.lstrip("\n").partition("\n")
    if _REVERT.match(subject):
        subject = ""
    return Prose(_plain(subject), _plain(_without_trailers(body)))


def _without_trailers(body: str) -> str:
    body = _FIXES.sub(lambda m: "" if _FIXES_LINE.match(m.group()) else m.group(), body)
    return _TRAILERS.sub("", _STATED.sub(" ", body))


def _plain(text: str) -> str:
    """A text without links, quoted subjects and hashes."""
    text = _BRACKETED.sub(" ", _LINK.sub(" ", text))
    text = _QUOTE.sub(lambda m: m.group() if len(m.group().split()) < _FEW else " ", text)
    return _HASH.sub(" ", text)


def words(text: str) -> list[str]:
    """The telling words of a text in lower case; names also by their parts."""
    found: list[str] = []
    for word in _WORD.findall(text):
        low = word.lower()
        if len(low) > 2 and low not in _STOPPED:
            found.append(low)
            if "_" in low:
                found += [p for p in low.split("_") if len(p) > 2 and p not in _STOPPED]
    return found


def names(text: str) -> frozenset[str]:
    """The words that look like a program's: with an underscore, a digit or a capital inside."""
    return frozenset(
        w for w in _WORD.findall(text) if "_" in w or any(c.isupper() or c.isdigit() for c in w[1:])
    )


def area(subject: str) -> str:
    """What a subject begins with before its colon, in lower case, or ""."""
    match = _PREFIX.match(subject)
    return match.group(1).lower().strip() if match else ""


class Rarity:
    """How telling a word is among given documents: the log of its inverse frequency."""

    def __init__(self, documents: Iterable[Collection[str]]) -> None:
        self._seen: Counter[str] = Counter()
        self._many = 0
        for document in documents:
            self._seen.update(set(document))
            self._many += 1

    def __contains__(self, word: str) -> bool:
        return word in self._seen

    def __getitem__(self, word: str) -> float:
        return log((self._many + 1) / (self._seen[word] + 0.5))

    def total(self, some: Iterable[str]) -> float:
        return sum(self[w] for w in some)

    def cosine(self, one: Mapping[str, int] | Collection[str], other: Collection[str]) -> float:
        """How alike two sets of words are, rare ones counting more: 0 to 1."""
        mine, others = set(one), set(other)
        common = sum(self[w] ** 2 for w in mine & others)
        sides = sum(self[w] ** 2 for w in mine) * sum(self[w] ** 2 for w in others)
        return common / sqrt(sides) if sides else 0.0
