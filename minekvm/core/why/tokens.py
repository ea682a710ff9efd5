"""The words of a question, each with its fate, and the part that each name plays.

What stands before a name says its part: `out of F`, `into G`, `before X`, `in F`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from minekvm.core.why.words import STOPWORDS, is_name

Fate = Literal[
    "symbol", "path", "place", "time", "verb", "relation", "commit", "content", "grammar"
]
Role = Literal["plain", "source", "goal", "scope", "before", "after"]

_TOKEN = re.compile(
    r"(?P<option>(?<![\w-])--?[a-z][\w-]+(?:=\S+)?)"
    r"|(?P<path>[\w.+-]+(?:/[\w.+*-]+)+/?|[\w+-]+\.[chS]\b)"
    r"|(?P<field>[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*)+)"
    r"|(?P<version>v?\d+(?:\.\d+)+(?:-rc\d+)?)"
    r"|(?P<month>(?:19[7-9]|20\d)\d-(?:0[1-9]|1[0-2])\b)"
    r"|(?P<name>[A-Za-z_]\w*(?:\([^()]{0,60}\)|\{[\w,]+\}\w*)?(?:-[A-Za-z]\w*)*)"
    r"|(?P<number>\d\w*)",
    re.ASCII,
)
_HASH = re.compile(r"(?=[a-f]{0,63}[0-9])[0-9a-f]{7,64}")
_YEAR = re.compile(r"(?:19[7-9]|20\d)\d")
_ROLES: dict[str, Role] = {
    "from": "source",
    "out": "source",
    "off": "source",
    "into": "goal",
    "to": "goal",
    "by": "goal",
    "with": "goal",
    "inside": "scope",
    "within": "scope",
    "in": "scope",
    "before": "before",
    "above": "before",
    "ahead": "before",
    "after": "after",
    "behind": "after",
    "below": "after",
    "instead": "source",
    "than": "source",
}
_SIGNED: tuple[Fate, ...] = ("symbol", "content", "place")
_LEADS_ON = frozenset(("a", "an", "the", "of", "its", "their", "any", "back", "own"))
_TYPES = frozenset(("struct", "union", "enum"))
_CALLS = frozenset(("call", "calls", "calling"))
_INTO = frozenset(("into", "became", "become", "becomes"))
_FROM_TO = re.compile(r"\b(?:from|out of)\b.{1,60}\bto\b", re.I)
_THROUGH = frozenset(
    ("of", "the", "a", "an", "its", "function", "file", "call", "calls", "macro", "struct", "x")
)


class Vocabulary(Protocol):
    """What a reading asks of a clone."""

    def is_symbol(self, word: str) -> bool:
        """Whether a plain word is a name of code here."""

    def is_code(self, word: str) -> bool:
        """Whether a word stands in code here, be it English too."""

    def is_place(self, word: str) -> bool:
        """Whether a word is the name of a folder, or of a file without its suffix."""

    def is_path(self, word: str) -> bool:
        """Whether a word with slashes, or one that ends like a file, is a path here."""

    def is_release(self, word: str) -> bool:
        """Whether a word names a tag here."""


class NoClone:
    """A vocabulary that knows nothing."""

    def is_symbol(self, word: str) -> bool:
        return False

    def is_code(self, word: str) -> bool:
        return False

    def is_place(self, word: str) -> bool:
        return False

    def is_path(self, word: str) -> bool:
        return True

    def is_release(self, word: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, as it stands there, and what became of it.

    `sign` is -1 where the question says that it went ("from X", "rather than X", "not X", "no X"),
    1 where it says that it came ("into X"), else 0.
    """

    text: str
    fate: Fate
    sign: int = 0


@dataclass
class Found:
    """What a question's words came to, in order."""

    plain: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    commit: str = ""


def sorted_out(text: str, spans: Sequence[tuple[int, int]], vocabulary: Vocabulary) -> Found:
    """What a question's words come to; `spans` are those of its verb."""
    found = Found()
    role: Role = "plain"
    sign, lead = 0, ""
    both = _FROM_TO.search(text) is not None
    for match in _TOKEN.finditer(text):
        token = match.group()
        fate, name = _fate(match, spans, vocabulary)
        low = token.lower()
        if fate in ("content", "place") and _is_code(lead, name, vocabulary):
            fate = "symbol"
        lead = low
        if fate in ("grammar", "verb", "relation") and low not in _LEADS_ON:
            sign = _signed(low, both)
        if fate in ("grammar", "verb", "relation") and low in _ROLES:
            role, fate = _ROLES[low], "relation"
        elif fate in ("symbol", "path"):
            _placed(found, name, role)
            role = "plain"
        elif fate == "verb" or (fate == "content" and role != "plain"):
            role = "plain" if fate == "verb" else role
        elif fate == "commit":
            found.commit = found.commit or token
        told = (name or token).split("/") if fate == "content" else [name or token]
        found.words += (Word(t, fate, sign if fate in _SIGNED else 0) for t in told if t)
    return found


def _is_code(lead: str, word: str, vocabulary: Vocabulary) -> bool:
    """Whether what stands before a plain word says that it is one of code: "struct x", "call x"."""
    return lead in _TYPES or (lead in _CALLS and vocabulary.is_code(word))


def _signed(word: str, both: bool) -> int:
    """What a word says of those behind it: that they went (-1), came (1), or nothing."""
    if word in ("from", "off", "than", "instead", "not", "no", "without"):
        return -1
    return int(word in _INTO or (both and word == "to"))


def _placed(found: Found, name: str, role: Role) -> None:
    if role == "plain":
        found.plain.append(name)
    elif role in found.roles:
        found.extra.append(name)
    else:
        found.roles[role] = name


def _fate(  # noqa: PLR0911 - one line a fate
    match: re.Match[str], spans: Sequence[tuple[int, int]], vocabulary: Vocabulary
) -> tuple[Fate, str]:
    """What becomes of a token, and the name in it."""
    token = match.group()
    kind = match.lastgroup
    low = token.lower()
    if kind == "path":
        return ("path" if vocabulary.is_path(token) else "content"), token.rstrip("/")
    if kind == "month":
        return "time", token
    if kind == "field":
        return "symbol", re.split(r"->|\.", token)[-1]
    if kind == "option":
        return "content", token.split("=")[0].lstrip("-")
    if _HASH.fullmatch(token):
        return "commit", ""
    if kind == "version" or _YEAR.fullmatch(token):
        dated = bool(_YEAR.fullmatch(token)) or vocabulary.is_release(token)
        return ("time" if dated else "content"), token
    if any(a <= match.start() < b for a, b in spans) and not is_name(token):
        return "verb", ""
    bare = token.split("(", 1)[0]
    if _is_machine(bare) and vocabulary.is_place(bare):
        return "place", bare
    if is_name(bare) and "-" not in bare and kind == "name":
        filed = vocabulary.is_place(bare) and not vocabulary.is_code(bare)
        return ("place" if filed else "symbol"), bare
    if "(" in token:
        return "symbol", bare
    if low in STOPWORDS or low in _ROLES or low in _THROUGH:
        return "grammar", ""
    return ("place" if vocabulary.is_place(token) else "content"), bare


def _is_machine(word: str) -> bool:
    """Whether a word is a name for its digits alone: "x86", "i2c"."""
    return word.isalnum() and any(c.isdigit() for c in word) and word[1:].islower()


def promoted(found: Found, vocabulary: Vocabulary) -> None:
    """Where no symbol is named, the first plain words that are names of code here are."""
    role: Role = "plain"
    for nth, word in enumerate(found.words):
        low = word.text.lower()
        if word.fate == "relation":
            role = _ROLES.get(low, "plain")
        elif word.fate == "content" and vocabulary.is_symbol(word.text):
            _placed(found, word.text, role)
            found.words[nth] = replace(word, fate="symbol")
            role = "plain"
        elif word.fate == "verb":
            role = "plain"
