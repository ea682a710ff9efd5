"""Which words a commit's changed lines have more or less often since, in all and in some blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from minekvm.core.c.blocks import lines_in
from minekvm.core.why.words import compounds, stem
from minekvm.core.why.words import words as words_of

_LONG_LINE = 1_000  # bytes of a line that are looked at


@dataclass(frozen=True, slots=True)
class Edit:
    """What a commit's changed lines have, white space at their ends aside.

    `words` are the stems on them, but of lines that went to another file; `net` is how much more
    often (below 0: less often) each stands there since. `within` and `inner` are the same of the
    lines in blocks of the names in question, by name.
    """

    words: frozenset[str] = frozenset()
    net: Mapping[str, int] = field(default_factory=dict)
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inner: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def edit(files: Iterable[tuple[bytes, bytes]], names: Iterable[str]) -> Edit:
    """What changed between the two sides of some files; `names` are those whose blocks matter."""
    wanted = list(names)
    sides: tuple[Counter[bytes], Counter[bytes]] = (Counter(), Counter())
    blocks: tuple[dict[str, Counter[bytes]], dict[str, Counter[bytes]]] = ({}, {})
    for pair in files:
        if pair[0] == pair[1]:
            continue
        old, new = (Counter(line.strip() for line in side) for side in _apart(*pair))
        sides[0].update(old - new)
        sides[1].update(new - old)
        for text, found in zip(pair, blocks, strict=True):
            for name, lines in lines_in(text, wanted).items():
                found.setdefault(name, Counter()).update(lines)
    inner: dict[str, Counter[str]] = {}
    for name in blocks[0].keys() | blocks[1].keys():
        was, now = (found.get(name, Counter()) for found in blocks)
        if was != now:
            inner[name] = _net(was, now)
    whole = _net(*sides)
    return Edit(
        frozenset(whole),
        {word: n for word, n in whole.items() if n},
        {name: frozenset(counts) for name, counts in inner.items()},
        _uneven(inner),
    )


def _apart(old: bytes, new: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines of two texts without those that both begin and end with."""
    was, now = old.split(b"\n"), new.split(b"\n")
    few = min(len(was), len(now))
    head = next((n for n in range(few) if was[n] != now[n]), few)
    few -= head
    tail = next((n for n in range(few) if was[-1 - n] != now[-1 - n]), few)
    return was[head : len(was) - tail], now[head : len(now) - tail]


def inside(old: bytes, new: bytes) -> Mapping[str, int]:
    """How much more often the stems of words stand in a text since, or less often (below 0)."""
    was, now = (Counter(line.strip() for line in side) for side in _apart(old, new))
    return {word: n for word, n in _net(was, now).items() if n}


def _uneven(blocks: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {name: {word: n for word, n in counts.items() if n} for name, counts in blocks.items()}


def _net(before: Counter[bytes], after: Counter[bytes]) -> Counter[str]:
    """What lines that only one side has bring and take away; words that even out stay, as 0.

    A line that stands in another file since is on both sides.
    """
    net: Counter[str] = Counter()
    for sign, lines in ((1, after - before), (-1, before - after)):
        for line, times in lines.items():
            for word in line_stems(line):
                net[word] += sign * times
    return net


@lru_cache(maxsize=16_384)
def line_stems(line: bytes) -> frozenset[str]:
    """The stems of the words, and of the parts of names, on a line."""
    text = line[:_LONG_LINE].decode("latin-1")
    names = list(words_of(text))
    parts = (part for name in names if "_" in name for part in name.split("_") if part)
    return frozenset((*(stem(word) for word in (*names, *parts)), *compounds(text)))
