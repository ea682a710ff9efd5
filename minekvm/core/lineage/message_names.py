"""Commit message -> what it says of names.

Read as evidence beside the code, never instead of it. The patterns are possessive and anchored to
word starts, so that no message, however long, makes them backtrack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = r"[`'\"*]*+"
_NAME = r"(?<!\w)([A-Za-z_]\w++)(?:\(\w*+\)|\(\.\.\.\))?+[`'\"*]*+"
_NO_PATH = r"(?![./]\w|/)"  # what follows a name that is a file's
_WORD = re.compile(r"(?<!\w)[A-Za-z_]\w++")
_SENTENCE = re.compile(r"(?<=[.;:!?])\s++|\n[^\S\n]*+\n")
_MOVING = re.compile(r"\b(?:mov(?:e[sd]?|ing)|relocat\w++)\b", re.IGNORECASE)
_EXTRACTING = re.compile(
    r"\b(?:extract\w*+|factor\w*+|refactor\w*+|separat\w++|abstract\w*+|consolidat\w++"
    r"|(?:split|break|carve|pull|take|hoist|mov)\w*+\s++(?:\S++\s++){0,6}?(?:out|off|into)"
    r"|(?:new|own|helper|common|shared)\s++(?:\S++\s++)?(?:function|helper|routine|macro))\b",
    re.IGNORECASE,
)
_INLINING = re.compile(
    r"\b(?:inlin\w++|open-?cod\w++|fold\w*+|squash\w*+|merg\w++)\b", re.IGNORECASE
)
_SAID = (
    re.compile(
        rf"\brenam\w*+\s++(?:(?:the|static|function|macro|helper|of)\s++)*+{_QUOTES}{_NAME}"
        rf"(?:\s++(?:function|macro|helper))?+\s++(?:(?:in)?to|as|->|=>)\s++(?:be\s++)?+"
        rf"{_QUOTES}{_NAME}{_NO_PATH}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_NAME}\s++(?:is\s++|was\s++|has\s++been\s++|got\s++)?+renamed\s++(?:to|as)\s++"
        rf"{_QUOTES}{_NAME}{_NO_PATH}",
        re.IGNORECASE,
    ),
    # Between spaces or behind `()`: `a->b` is a member; and `a() -> b() -> c()` are calls.
    re.compile(
        rf"(?<!> )(?<!>){_NAME}(?:(?<=\))|\s++|(?<=[`'\"])\s*+)(?:-{{1,2}}>|={{1,2}}>|\u2192)"
        rf"\s*+{_QUOTES}{_NAME}{_NO_PATH}(?!\s*+[-=]{{1,2}}>)"
    ),
    re.compile(r"\bs/([A-Za-z_]\w++)/([A-Za-z_]\w++)/"),
    re.compile(rf"{_NAME}\s++becomes\s++{_QUOTES}{_NAME}", re.IGNORECASE),
)
# "Replace OLD() with the safer new()": counts where the one vanished and the other appeared.
_REPLACED = re.compile(
    rf"\breplac\w*+\s++(?:(?:the|static|function|macro|helper|of|uses?)\s++)*+{_QUOTES}{_NAME}"
    r"(?:\s++(?:functions?|macros?|helpers?))?+\s++(?:with|by)\s++([^.;:\n]*+\n?[^.;:\n]*+)",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<!\w)(?=\w*_|\w++\()[A-Za-z_]\w++")
_REPLACING = 3  # names in what something was replaced with
_RENAMED_FROM = re.compile(rf"{_NAME}\s++\(?renamed\s++from\s++{_QUOTES}{_NAME}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """What a commit message says of names.

    `words` are all in it; `moved`, `extracted` and `inlined` those in a sentence about doing that;
    `said` the (old, new) pairs that it states.
    """

    words: frozenset[str]
    moved: frozenset[str]
    extracted: frozenset[str]
    inlined: frozenset[str]
    said: frozenset[tuple[str, str]]


def read_message(message: str) -> Message:
    """The identifiers a commit message names, and what it says happened to them."""
    said = {pair for pattern in _SAID for pair in pattern.findall(message)}
    said |= {(old, new) for new, old in _RENAMED_FROM.findall(message)}
    said |= {
        (old, new)
        for old, rest in _REPLACED.findall(message)
        for new in _CODE.findall(rest)[:_REPLACING]
    }
    sentences = _SENTENCE.split(message)

    def about(verb: re.Pattern[str]) -> frozenset[str]:
        return frozenset(w for s in sentences if verb.search(s) for w in _WORD.findall(s))

    return Message(
        frozenset(_WORD.findall(message)),
        about(_MOVING),
        about(_EXTRACTING),
        about(_INLINING),
        frozenset(said),
    )
