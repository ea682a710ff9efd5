"""Where the keys and values of a TOML text stand: what tomllib does not tell.

The text is one that tomllib has read, so nothing is checked here again. Grammar: TOML 1.0.
"""

from __future__ import annotations

import re
import tomllib

Place = tuple[str | int, ...]  # keys, and numbers of an array's items from 0

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*+")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def lines(text: str) -> dict[Place, int]:
    """The line, from 1, of every key and of every item of an array, by its place.

    A table that is written in several parts has the line of the first.
    """
    return _Scan(text).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.line, self.counted = text, 0, 1, 0
        self.found: dict[Place, int] = {}
        self.items: dict[Place, int] = {}  # of arrays of tables

    def document(self) -> dict[Place, int]:
        prefix: Place = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                prefix = self.header()
            else:
                self.pair(prefix)
            self.blank()
        return self.found

    def header(self) -> Place:
        """`[a.b]` or `[[a.b]]`: the place that the pairs below belong to."""
        several = self.text.startswith("[[", self.at)
        self.at += 1 + several
        self.blank()
        place: Place = ()
        keys = self.keys()
        for key in keys[:-1]:
            place = self.entered((*place, key))
        place = (*place, keys[-1])
        self.note(place)
        if several:
            self.items[place] = self.items.get(place, -1) + 1
        place = self.entered(place)
        self.note(place)
        self.blank()
        self.at += 1 + several
        return place

    def entered(self, place: Place) -> Place:
        """A table, or of an array of tables the last one."""
        return (*place, self.items[place]) if place in self.items else place

    def pair(self, prefix: Place) -> None:
        place = prefix
        for key in self.keys():
            place = (*place, key)
            self.note(place)
        self.blank()
        self.at += 1  # the equals sign
        self.blank()
        self.value(place)

    def keys(self) -> list[str]:
        found = []
        while True:
            match = _KEY.match(self.text, self.at)
            assert match is not None
            self.at = match.end()
            quoted = match[0][0] in "\"'"
            found.append(tomllib.loads(f"k = {match[0]}")["k"] if quoted else match[0])
            dot = _DOT.match(self.text, self.at)
            if dot is None:
                return found
            self.at = dot.end()

    def value(self, place: Place) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self.listed("]", place)
        elif opening == "{":
            self.listed("}", place)
        else:
            match = (_STRING if opening in "\"'" else _SCALAR).match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def listed(self, closing: str, place: Place) -> None:
        """The items of an array, or the pairs of an inline table."""
        self.at += 1
        self.blank()
        number = 0
        while self.text[self.at] != closing:
            if closing == "]":
                self.note((*place, number))
                self.value((*place, number))
                number += 1
            else:
                self.pair(place)
            self.blank()
            if self.text[self.at] == ",":
                self.at += 1
                self.blank()
        self.at += 1

    def blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def note(self, place: Place) -> None:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.found.setdefault(place, self.line)
