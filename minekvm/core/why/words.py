"""The words of a text as a search sees them: names whole, other words by their stems.

English: the stems are those of its inflection, cut roughly, as a search needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from minekvm.core.messages.scan import word_set

_WORD = re.compile(r"[A-Za-z_]\w*(?:\{[\w,]*\}\w*)*|\w*\{[\w,]+\}\w*|\d+(?:\.\d+)+|\d+")
_COMPOUND = re.compile(r"[A-Za-z]\w*(?:-\w+)+")
_BRACES = re.compile(r"\{([\w,]*)\}")
_SUFFIXES = (
    "izations", "isations", "ization", "isation", "ations", "ation", "ically", "ingly", "edly",
    "ments", "ment", "ating", "ates", "ated", "ate", "izing", "ising", "ized", "ised", "izes",
    "ises", "ize", "ise", "ings", "ing", "ions", "ion", "able", "ible", "ness", "ers", "ies", "ied",
    "ed", "er", "es", "ly", "or", "al", "s", "e", "y",
)  # fmt: skip
_SHORTEST = 3  # letters of a stem
_BEGINNING = 4  # letters that may begin other words
STOPWORDS = word_set("""
    a about above actually after again against all also although always am an and another any
    anymore are aren around as at away back be became because become becomes been before being
    below between both but by can cannot come comes could couldn did didn do does doesn doing don
    done down during each either else even ever every everyone exactly few for from further get
    gets getting give given gives go goes going gone good got had has hasn have haven having he her
    here him his how i if in into is isn it its itself just keep keeps kept let like long longer
    look looks lot made make makes making many may me might more most much must my need needed
    needs neither never no nor not now of off on once one ones only onto or other others our out
    over own part people please point possible put puts quite rather really reason reasons same
    say says told tells unless see seem seems
    shall she should shouldn since so some somebody someone something
    somewhere still such sure take taken takes tell than that the their them then there these they
    thing things think this those though through thus till to today together too toward towards
    two under until up upon us use used uses using very want wanted wants was wasn way we well went
    were weren what when where whether which while who whoever whole whom whose why will with
    within without won would wouldn yet you your
    commit commits patch patches change changes code come purpose explain cause history author
    place first order instead necessary whats hows
""")


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """What inflected forms of a word share: "moving", "moved" and "moves" give "mov".

    A name (with `_`, a digit, or a capital within) is its own stem.
    """
    if is_name(word):
        return word
    low = word.lower()
    for suffix in _SUFFIXES:
        if low.endswith(suffix) and len(low) - len(suffix) >= _SHORTEST:
            low = low[: -len(suffix)]
            break
    if len(low) > _SHORTEST and low[-1] == "e":
        low = low[:-1]
    if len(low) > _SHORTEST and low[-1] == low[-2] and low[-1] not in "aeiouls":
        low = low[:-1]
    return low


def beginning(word: str) -> str:
    """A word as a full-text search takes it: the beginning that its forms share, with a `*`.

    Where the stem is too short for that, the word itself, but for a plural's ending: "rules" is
    `rule*`, not `rul`, which no message has.
    """
    short = stem(word)
    if is_name(word):
        return word
    if len(short) < _BEGINNING:
        low = word.lower()
        short = low[:-1] if low.endswith("s") and not low.endswith("ss") else low
    return f"{short}*" if len(short) >= _BEGINNING else short


def is_name(word: str) -> bool:
    """Whether a word is written as code writes names."""
    inner = word[1:]
    return "_" in word or any(c.isdigit() for c in word) or (
        any(c.isupper() for c in inner) and not word.isupper()
    )  # fmt: skip


def stems(text: str) -> Iterator[str]:
    """The stems of a text's words that say something, in their order."""
    for word in words(text):
        if word.lower() not in STOPWORDS:
            yield stem(word)


def compounds(text: str) -> Iterator[str]:
    """The stems of the words of a text that are joined by hyphens, whole: `rev-list`."""
    return (stem(word) for word in _COMPOUND.findall(text))


def words(text: str) -> Iterator[str]:
    """The words and names of a text, those that braces abbreviate spelt out."""
    for word in _WORD.findall(text):
        yield from _spelt(word)


def names(text: str) -> frozenset[str]:
    """The words in a text, with the names that braces abbreviate: `guest_{enter,exit}_irqoff`."""
    return frozenset(words(text))


def _spelt(word: str) -> Iterable[str]:
    match = _BRACES.search(word)
    if match is None or word.count("{") > 3:
        return [word]
    parts = match.group(1).split(",")[:8]
    return [
        w for p in parts for w in _spelt(word[: match.start()] + p + word[match.end() :])
    ]  # fmt: skip


def stands(name: str, among: frozenset[str]) -> bool:
    """Whether a name stands among some words, also as a tracepoint's bare name or cut short.

    `guest_enter()` may be said of `guest_enter_irqoff()`: two words at least must be left.
    """
    bare = name.removeprefix("trace_")
    return (
        name in among
        or (bare != name and bare in among)
        or any("_" in word.strip("_") and name.startswith(f"{word}_") for word in among)
    )
