"""Whether a new version of a file leaves alone what a region rests on: told without scanning it.

All definitions that were used must stand in the new text letter for letter, and what changed must
not look as if it defined a name that was asked for, or named an operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minekvm.core.ends import common_ends
from minekvm.core.region.targets import way
from minekvm.core.region.tree import Tree

# What may define a name: a line that begins in the first column, and the word before a parenthesis.
_DEFINING = re.compile(rb"^[A-Za-z_#][^\n(;]*+", re.MULTILINE)
# `#include <a.h>`; `.run = f`, `run: f`, `->run = f`, `update(run, f)`; `struct ops *run;`
_RELATED = re.compile(
    rb"^[ \t]*+#[ \t]*+(include)\b"
    rb"|[.>]\s*+(\w++)\s*+(?:\[[^\][]*+\]\s*+)?+=|\b(\w++)\s*+:|\(\s*+(\w++)\s*+,"
    rb"|\w[\s*]++(\w++)\s*+[;,=)\[]|\b(\w++)\s*+\[[^\][]*+\]\s*+=",
    re.MULTILINE,
)
_WORD = re.compile(rb"\w+")
_LAST_WORD = re.compile(rb"([A-Za-z_]\w*+)\s*+\Z")


@dataclass(frozen=True, slots=True)
class Rests:
    """What a region rests on: definitions' texts by file, names asked for, operations called
    and the objects they are called through."""

    texts: Mapping[str, frozenset[bytes]]
    names: frozenset[bytes]
    fields: frozenset[bytes]
    tables: frozenset[str]

    @classmethod
    def of(cls, tree: Tree) -> Rests:
        """What was asked of a version, and answered."""
        texts: dict[str, set[bytes]] = {}
        for answer in tree.asked.values():
            for version in answer:
                texts.setdefault(version.path, set()).add(version.function.text)
        return cls(
            {path: frozenset(some) for path, some in texts.items()},
            frozenset(name.encode("latin-1", "replace") for name, _ in tree.asked),
            frozenset(
                word.encode("latin-1", "replace")
                for call, _ in tree.called
                for word in (*way(call.callee), call.name)
                if word
            )
            | ({b"include"} if tree.called and tree.tables.by_includes else set()),
            frozenset(t.path for targets in tree.called.values() for t in targets),
        )

    def intact(
        self, path: str, old: Callable[[], bytes | None], new: bytes, touched: Touched
    ) -> bool:
        """Whether a file's new content surely leaves everything as it was.

        The `old` is asked for where a word that matters is among those that differ.
        """
        if path in self.tables or not self.names.isdisjoint(touched.defined.split()):
            return False
        if not self.fields.isdisjoint(touched.words.split()):
            was = old()
            if was is None or not self.fields.isdisjoint(touched.related(was, new)):
                return False
        return all(text in new for text in self.texts.get(path, ()))


@dataclass(frozen=True, slots=True)
class Touched:
    """What differs between two versions of a file: from where to where on each side, all words
    there, and those that it may define; words each once, parted by spaces."""

    old: tuple[int, int]
    new: tuple[int, int]
    words: bytes
    defined: bytes

    @classmethod
    def of(cls, old: bytes, new: bytes) -> Touched:
        start, end = common_ends(old, new)
        was, now = _lines(old, start, end), _lines(new, start, end)
        sides = old[slice(*was)], new[slice(*now)]
        words = {word for side in sides for word in _WORD.findall(side)}
        defined = {word for side in sides for word in _defined(side)}
        return cls(was, now, b" ".join(words), b" ".join(defined))

    def related(self, old: bytes, new: bytes) -> set[bytes]:
        """The words there that may be entries of tables, or declare an object."""
        sides = old[slice(*self.old)], new[slice(*self.new)]
        found = (match for side in sides for match in _RELATED.finditer(side))
        return {word for match in found for word in match.groups() if word}


def _lines(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The lines of a text but for so many bytes at its ends, whole: names stand behind types."""
    first, last = text.rfind(b"\n", 0, start) + 1, len(text) - end
    if last > first and text[last - 1 : last] != b"\n":
        last = text.find(b"\n", last)
    return first, last if last >= 0 else len(text)


def _defined(text: bytes) -> set[bytes]:
    """The words that a piece of a file may define."""
    words = (_LAST_WORD.search(match.group()) for match in _DEFINING.finditer(text))
    return {word.group(1) for word in words if word}
