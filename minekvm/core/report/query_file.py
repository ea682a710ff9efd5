"""A query file's text -> a story; what is wrong with it is told with line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from minekvm.core.c.symbols import alike
from minekvm.core.report import toml_lines as toml_places
from minekvm.core.report.story import Bounds, Followed, Rule, Story
from minekvm.core.report.toml_lines import Place
from minekvm.errors import QueryFailed

# The keys of a query file, each with what it says, in the order in which they are told.
KEYS = {
    "title": "what the story is, in one line",
    "symbols": "what to follow: functions, macros, tracepoints, syscalls",
    "callers": "whose call sites to tell over time",
    "region": "what lies between markers over time",
    "questions": "what to answer",
    "commits": "what else the story is about",
    "notes": "what a reader should know",
    "scope": "only these files",
}
_SYMBOL = ("name", "path")
_REGION = ("enter", "exit", "in", "path", "depth", "where", "forbid", "reason")
_NAME = re.compile(r"[^\W\d]\w*(?:\(.*)?", re.DOTALL)
_PATTERN = re.compile(r"[^\W\d*]?[\w*?]*")
_DEEPEST = 12  # calls looked into below one another
# How much of everything a story may ask for: it is written by hand, and each takes its time.
_MOST = {
    "symbols": 200,
    "callers": 200,
    "region": 50,
    "enter": 20,
    "exit": 20,
    "where": 50,
    "forbid": 200,
    "questions": 200,
    "commits": 2000,
    "notes": 200,
    "scope": 200,
}
_LONGEST = 2000  # characters of a text
_DIGITS = re.compile(r"\d[\d_]{999}")
# A key of more parts than any has; to take it apart costs the square of their number.
_DOTTED = re.compile(r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}")
_AT = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")
_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a string"}


def read(text: str, file: str) -> Story:
    """The story that a query file tells; `file` is its name, for what is said of mistakes.

    Raises QueryFailed for the first mistake, with its line and the key that may be meant.
    """
    values = parsed(text, file)
    top = _Table(_File(file, toml_places.lines(text)), (), values)
    top.only(tuple(KEYS))
    tables = list(top.tables("region"))
    story = Story(
        title=top.text("title", needed=True),
        symbols=tuple(_symbols(top)),
        callers=top.names("callers"),
        regions=tuple(found for table in tables if (found := _region(table)) is not None),
        questions=top.texts("questions"),
        commits=top.texts("commits"),
        notes=top.texts("notes"),
        scope=tuple(top.paths("scope")),
        rules=tuple(_rule(table) for table in tables if "forbid" in table.values),
    )
    seen = (story.symbols, story.callers, story.regions)
    asked = (*seen, story.questions, story.commits, story.rules)
    if not any(asked):
        top.fail((), "the story asks for nothing", "name symbols, a region, questions or commits")
    return story


def parsed(text: str, file: str) -> dict[str, Any]:
    """What TOML makes of a text. Raises QueryFailed with the line of what is no TOML."""
    for pattern, what in ((_DOTTED, "a key of too many parts"), (_DIGITS, "a number too long")):
        if found := pattern.search(text):
            number = text.count("\n", 0, found.start()) + 1
            raise QueryFailed(f"{file}:{number}: {what}", "minekvm query new shows a plain file")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _AT.search(said)
        line = at[1] if at and at[1] else text.rstrip().count("\n") + 1
        what = _AT.sub("", said)
        raise QueryFailed(
            f"{file}:{line}: no TOML: {what[:1].lower()}{what[1:]}",
            "strings stand in quotes, lists in brackets; minekvm query new shows every key",
        ) from None
    except RecursionError:
        raise QueryFailed(
            f"{file}:1: nested too deep", "minekvm query new shows a plain one"
        ) from None


def _symbols(top: _Table) -> Iterator[Followed]:
    seen: set[Followed] = set()
    for place, item in top.items("symbols"):
        if isinstance(item, dict):
            table = _Table(top.file, place, item)
            table.only(_SYMBOL)
            path = next(iter(table.paths("path", single=True)), None)
            found = Followed(table.name("name"), path)
        else:
            found = Followed(top.named(place, item))
        if found in seen:
            top.fail(place, f"{found.name} is there twice", "leave one out")
        seen.add(found)
        yield found


def _rule(table: _Table) -> Rule:
    return Rule(
        enter=table.names("enter", needed=True),
        exit=table.names("exit", needed=True),
        forbid=tuple(table.pattern(place, item) for place, item in table.items("forbid")),
        reason=table.text("reason"),
        name=table.file.name,
    )


def _region(table: _Table) -> Bounds | None:
    """A region to be told; None for one that is declared for its rule alone."""
    table.only(_REGION)
    if "forbid" in table.values and "in" not in table.values:
        return None
    depth = table.number("depth", _DEEPEST)
    return Bounds(
        enter=table.names("enter", needed=True),
        exit=table.names("exit", needed=True),
        function=table.name("in"),
        path=next(iter(table.paths("path", single=True)), None),
        depth=depth,
        where=table.names("where"),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A query file: its name, and the line of each place in it."""

    name: str
    lines: dict[Place, int]


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file, and where it stands."""

    file: _File
    place: Place
    values: dict[str, Any]

    def fail(self, place: Place, message: str, hint: str) -> NoReturn:
        """Raise QueryFailed at the line of a place, or of the nearest around it."""
        lines = self.file.lines
        around = [place[:n] for n in range(len(place), 0, -1)]
        line = next((lines[p] for p in around if p in lines), 1)
        raise QueryFailed(f"{self.file.name}:{line}: {message}", hint)

    def only(self, keys: Sequence[str]) -> None:
        """See to it that there are no keys but these."""
        for key in self.values:
            if key not in keys:
                close = alike(key, keys, 1)
                meant = f"did you mean {close[0]}? " if close else ""
                where = f" in {self.spelt(self.place)}" if self.place else ""
                self.fail(
                    (*self.place, key),
                    f"unknown key {key!r}{where}",
                    f"{meant}the keys here are {', '.join(keys)}",
                )

    def text(self, key: str, *, needed: bool = False) -> str:
        """A string on one line; "" where there is none and none is needed."""
        place = (*self.place, key)
        if key not in self.values:
            if needed:
                self.lacking(key)
            return ""
        return self.line(place, self.values[key])

    def name(self, key: str) -> str:
        """The name of a symbol, which must be there."""
        return self.named((*self.place, key), self.text(key, needed=True))

    def names(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """Names of symbols: one, or a list."""
        found = tuple(self.named(place, item) for place, item in self.items(key))
        if needed and not found:
            self.lacking(key)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Strings: one, or a list."""
        return tuple(self.line(place, item) for place, item in self.items(key))

    def paths(self, key: str, *, single: bool = False) -> Iterator[str]:
        """Paths or patterns below the top of the tree: one, or a list."""
        for place, item in self.items(key):
            path = self.line(place, item)
            if single and len(place) > len(self.place) + 1:
                self.fail(
                    place, f"{self.spelt(place[:-1])}: must be one path", "name the file meant"
                )
            if path.startswith("/") or ".." in path.split("/"):
                self.fail(
                    place, f"{path!r} is no path in a clone", "paths start at the clone's top"
                )
            yield path.rstrip("/")

    def number(self, key: str, most: int) -> int | None:
        """A number from 0; None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.fail(
                (*self.place, key), f"{key}: must be a number from 0 to {most}", "leave it out"
            )
        return value

    def tables(self, key: str) -> Iterator[_Table]:
        """An array of tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fail((key,), f"{key}: must be tables", f"begin each with a line [[{key}]]")
        self.few((key,), value)
        for number, item in enumerate(value):
            yield _Table(self.file, (*self.place, key, number), item)

    def few(self, place: Place, items: Sequence[object]) -> None:
        """See to it that a list is no longer than a story's may be."""
        most = _MOST.get(str(place[-1]), len(items))
        if len(items) > most:
            words = f"{self.spelt(place)}: {len(items)} are too many: at most {most}"
            self.fail((*place, most), words, "tell two stories")

    # --- single values

    def items(self, key: str) -> Iterator[tuple[Place, Any]]:
        """The items of a list, each with its place; a value that is no list is one item."""
        value, place = self.values.get(key, []), (*self.place, key)
        if isinstance(value, list):
            self.few(place, value)
            yield from (((*place, n), item) for n, item in enumerate(value))
        else:
            yield place, value

    def line(self, place: Place, value: object) -> str:
        if not isinstance(value, str):
            what = _KINDS.get(type(value), "a list" if isinstance(value, list) else "a table")
            what = what if isinstance(value, int | float | list | dict) else "a date"
            self.fail(
                place, f"{self.spelt(place)}: must be a string, not {what}", "put it in quotes"
            )
        if not value.strip():
            self.fail(place, f"{self.spelt(place)}: is empty", "write something, or leave it out")
        if len(value) > _LONGEST:
            words = f"{self.spelt(place)}: {len(value)} characters are too many"
            self.fail(place, words, f"at most {_LONGEST}")
        return " ".join(value.split())

    def named(self, place: Place, value: object) -> str:
        name = self.line(place, value)
        if not _NAME.fullmatch(name):
            self.fail(
                place, f"{name!r} is no name of a symbol", "a function, a macro, trace_x or sys_x"
            )
        return name

    def pattern(self, place: Place, value: object) -> str:
        """A name in which `*` and `?` stand for other letters."""
        name = self.line(place, value)
        if not _PATTERN.fullmatch(name) or not name.strip("*?"):
            self.fail(place, f"{name!r} is no name of a call", "a name, or a part of one: trace_*")
        return name

    def lacking(self, key: str) -> NoReturn:
        where = f" in {self.spelt(self.place)}" if self.place else ""
        self.fail(self.place, f"no {key}{where}", f"add a line {key} = ...")

    @staticmethod
    def spelt(place: Place) -> str:
        """A place as words: "symbols, item 2"; "region 1, enter"."""
        words = ""
        for step in place:
            if isinstance(step, str):
                words += f", {step}" if words else step
            else:
                words += f" {step + 1}"
        return words
