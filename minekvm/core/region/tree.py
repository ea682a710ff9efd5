"""The files of one version that matter to a region, and what names mean in them.

A name means what its own file defines, else what a header does, else the one definition that other
files can see from the nearest folder. What was asked and what was answered is kept: two versions
that answer alike have the same region, whatever else changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from minekvm.core.c.objects import Declared, ends
from minekvm.core.c.steps import Call
from minekvm.core.c.tables import Entries, Op
from minekvm.core.file_kinds import HEADERS
from minekvm.core.model import BlobId, Function, FunctionVersion
from minekvm.core.region.reach import reaches
from minekvm.core.region.targets import Tables, Target

_MANY = 50  # questions from which a list of all names is worth its while

Question = tuple[str, str]  # a name and the file it stands in
Answer = tuple[FunctionVersion, ...]
Indirect = tuple[Call, FunctionVersion]  # a call through a table, and the function it stands in

_RETURNS = re.compile(r"(?:(?:struct|union)\s++)?+(\w++)\s*+\*[\s*]*+\w++\s*+\Z")


@dataclass(frozen=True)
class Outline:
    """What one blob defines, by name, the entries of its tables, and the objects it declares."""

    names: Mapping[str, tuple[Function, ...]]
    ops: tuple[Op, ...]
    objects: tuple[Declared, ...] = ()

    @classmethod
    def of(cls, functions: Iterable[Function], entries: Entries) -> Outline:
        """An outline of what was found in a blob."""
        names: dict[str, tuple[Function, ...]] = {}
        for function in functions:
            if function.kind != "tracepoint":  # what a trace records is no path through the code
                names[function.name] = (*names.get(function.name, ()), function)
        return cls(names, entries.ops, entries.objects)


NOTHING = Outline({}, ())


@dataclass
class Tree:
    """Answers `callgraph.Resolver` for one version; `asked` keeps the questions.

    `blobs` has the files that matter, `outlines` what is known of their contents; of `typing` only
    the types count that they declare.
    """

    blobs: Mapping[str, BlobId]
    outlines: Mapping[BlobId, Outline]
    typing: frozenset[str] = frozenset()
    asked: dict[Question, Answer] = field(default_factory=dict)
    called: dict[Indirect, tuple[Target, ...]] = field(default_factory=dict)
    ended: dict[Question, bool] = field(default_factory=dict)
    _tables: Tables | None = None
    _defining: dict[str, list[str]] = field(default_factory=dict)

    def definitions(self, name: str, path: str) -> Sequence[FunctionVersion]:
        """What a name means in a file: one definition, the variants of one, or nothing known."""
        question = name, path
        if question not in self.asked:
            self.asked[question] = self.answer(question)
        return self.asked[question]

    def answer(self, question: Question) -> Answer:
        """The same, without a note that it was asked."""
        name, path = question
        here = self._in(path, name)
        if here:
            return here
        others = [
            (other, found)
            for other in self._files(name)
            if reaches(path, other) and (found := self._in(other, name))
        ]
        headers = [each for each in others if each[0].endswith(HEADERS)]
        seen = headers or [each for each in others if not _hidden(each[1])]
        if not seen:
            return ()
        return min(seen, key=lambda each: (distance(each[0], path), each[0]))[1]

    def targets(self, call: Call, caller: FunctionVersion) -> Sequence[Target]:
        """Where a call through a table may lead."""
        question = call, caller
        if question not in self.called:
            self.called[question] = self._targets(question)
        return self.called[question]

    def ends(self, name: str, path: str) -> bool:
        """Whether a function of some name, called from a file, is declared never to return."""
        question = name, path
        if question not in self.ended:
            self.ended[question] = self._ends(question)
        return self.ended[question]

    def _ends(self, question: Question) -> bool:
        versions = self.definitions(*question)
        functions = [v.function for v in versions if v.function.kind == "function"]
        if functions and all(ends(function.signature) for function in functions):
            return True
        return len(functions) == len(versions) and self.tables.ends(*question)

    def _targets(self, question: Indirect) -> tuple[Target, ...]:
        """The same, table by table whatever files they stand in."""
        call, caller = question
        found = self.tables.targets(call, caller, lambda name: self._returned(name, caller.path))
        return tuple(sorted(found, key=lambda t: (t.struct, t.table)))

    def _returned(self, name: str, path: str) -> str:
        """The name of the type to which a function returns a pointer; "" where that is not so."""
        for version in self.answer((name, path)):
            found = _RETURNS.search(version.function.signature.partition("(")[0])
            if found is not None:
                return found.group(1)
        return ""

    @property
    def tables(self) -> Tables:
        """The entries of all tables that matter."""
        if self._tables is None:
            self._tables = Tables(
                (replace(op, path=path) for path in self.blobs for op in self.outline(path).ops),
                ((path, each) for path in self.blobs for each in self.outline(path).objects),
            )
        return self._tables

    def outline(self, path: str) -> Outline:
        """What a file holds; nothing where it is not here or cannot be read."""
        blob = self.blobs.get(path)
        return NOTHING if blob is None else self.outlines.get(blob, NOTHING)

    def _files(self, name: str) -> Iterable[str]:
        """The files that may define a name; told by a list of all names once many were asked."""
        if len(self.asked) < _MANY:
            return self.blobs
        if not self._defining:
            for path in self.blobs:
                for each in self.outline(path).names:
                    self._defining.setdefault(each, []).append(path)
        return self._defining.get(name, ())

    def _in(self, path: str, name: str) -> Answer:
        if path in self.typing:
            return ()
        return tuple(FunctionVersion(path, f) for f in self.outline(path).names.get(name, ()))

    def paths(self) -> Iterator[str]:
        """The files that answered."""
        found = dict.fromkeys(v.path for answer in self.asked.values() for v in answer)
        found |= dict.fromkeys(target.path for known in self.called.values() for target in known)
        if self._tables is not None:  # by whose declarations it is known what is called
            found |= dict.fromkeys(sorted(self._tables.used))
        return iter(found)

    def agrees(self, other: Tree) -> bool:
        """Whether all that was asked of another version has the same answers here, lines aside."""
        changed = {
            path
            for path in self.blobs.keys() | other.blobs.keys()
            if self.blobs.get(path) != other.blobs.get(path)
        }
        sides = [(other.outline(path), self.outline(path)) for path in changed]
        names = {name for sides_ in sides for name in _changed(*sides_)}
        if any(
            _texts(answer) != _texts(self.answer(question))
            for question, answer in other.asked.items()
            if question[0] in names
        ):
            return False
        if all(_entries(old) == _entries(new) for old, new in sides):
            return True
        if any(known != self._ends(question) for question, known in other.ended.items()):
            return False
        return all(known == self._targets(question) for question, known in other.called.items())


def _changed(old: Outline, new: Outline) -> set[str]:
    """The names that two versions of a file do not define alike."""
    return {
        name
        for name in old.names.keys() | new.names.keys()
        if [f.text for f in old.names.get(name, ())] != [f.text for f in new.names.get(name, ())]
    }


def _entries(outline: Outline) -> tuple[list[Op], tuple[Declared, ...]]:
    return [replace(op, line=0) for op in outline.ops], outline.objects


def _texts(answer: Answer) -> list[tuple[str, bytes]]:
    return [(version.path, version.function.text) for version in answer]


def _hidden(versions: Answer) -> bool:
    """Whether only their own file sees some definitions."""
    return all(
        v.function.kind == "macro" or "static" in v.function.signature.partition("(")[0].split()
        for v in versions
    )


@lru_cache(maxsize=65_536)
def distance(path: str, other: str) -> int:
    """How many folders lie between two files."""
    a, b = path.split("/")[:-1], other.split("/")[:-1]
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if shared is None:
        shared = min(len(a), len(b))
    return len(a) + len(b) - 2 * shared
