"""The text of a diff -> its files, the functions it touches, the lines it adds and takes away.

Reads what git and other programs write, alone or in a mail, also where a mail program has broken
lines or cut the end off. Never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from minekvm.core.file_kinds import is_code
from minekvm.core.mail.model import Difference, FileFacts

_START = re.compile(
    r"^(?:diff --git |Index: \S.*\n=+$|--- (?:[^\s>]+)(?:[ \t].*)?\n\+\+\+ [^\s>])", re.MULTILINE
)
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?(.*)")
_INDEX = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_GIT = re.compile(r"diff --git \"?a/(.+?)\"? \"?b/(.+?)\"?\s*$")
_NAME = re.compile(r"([A-Za-z_]\w*+)\s*+\(")
_DEFINES = re.compile(r"[A-Za-z_][^;={]*?([A-Za-z_]\w*+)\([^;]*+$")
_TELLING = re.compile(r"\w.*\w.*\w")
_NOT_CALLED = frozenset(("if", "for", "while", "switch", "return", "sizeof", "__attribute__"))
_MOST = 3_000  # lines of a diff that are kept for comparing


@dataclass(slots=True)
class FileDiff:
    """One file of a diff; `changes` are its signed lines, each with the function around it."""

    path: str
    old: str = ""
    new: str = ""
    changes: list[tuple[str, str]] = field(default_factory=list)
    functions: dict[str, None] = field(default_factory=dict)


def diff_start(text: str) -> int:
    """Where the diff begins in a text that is not quoted; -1 where there is none."""
    found = _START.search(text)
    return -1 if found is None else found.start()


def files(diff: str) -> list[FileDiff]:
    """The files of a diff, in its order."""
    reader = _Reader()
    for line in diff.split("\n"):
        if reader.in_hunk:
            reader.change(line)
        else:
            reader.heading(line)
    return [f for f in reader.found if f.path]


class _Reader:
    """Takes a diff line by line. A hunk ends by its count, or where it is plain that it is cut."""

    def __init__(self) -> None:
        self.found: list[FileDiff] = []
        self.in_hunk = False
        self._old = self._new = 0  # lines of the hunk that are still to come
        self._is_code = False  # else what a hunk's header names is no function
        self._function = ""

    def change(self, line: str) -> None:
        """A line of a hunk."""
        sign = line[:1]
        if self._is_code and sign in ("+", "-", " "):
            self._function = _function(line, self._function)
        if sign in ("+", "-"):
            here = self.found[-1]
            here.changes.append((self._function, line))
            if self._function:
                here.functions[self._function] = None
            self._count(int(sign == "-"), int(sign == "+"))
        elif sign in (" ", ""):
            self._count(1, 1)
        elif line.startswith(("diff --git ", "@@ -")):
            self.in_hunk = False
            self.heading(line)
        # Else it says that no newline ends the file, or a mail program broke the line before it.

    def _count(self, old: int, new: int) -> None:
        self._old -= old
        self._new -= new
        self.in_hunk = self._old > 0 or self._new > 0

    def heading(self, line: str) -> None:
        """A line outside of hunks."""
        if line.startswith("diff --git "):
            named = _GIT.match(line)
            self.found.append(FileDiff(named[2] if named else ""))
        elif line.startswith("--- "):
            if not self.found or self.found[-1].changes:
                self.found.append(FileDiff(""))
            self._name(line)
        elif self.found:
            self._detail(line)

    def _detail(self, line: str) -> None:
        if line.startswith("+++ "):
            self._name(line)
        elif (hunk := _HUNK.match(line)) is not None:
            self._old = 1 if hunk[1] is None else int(hunk[1][:9])
            self._new = 1 if hunk[2] is None else int(hunk[2][:9])
            self._is_code = is_code(self.found[-1].path)
            self._function = _first_name(hunk[3]) if self._is_code else ""
            self.in_hunk = self._old > 0 or self._new > 0
        elif (blobs := _INDEX.match(line)) is not None:
            self.found[-1].old, self.found[-1].new = blobs[1], blobs[2]

    def _name(self, line: str) -> None:
        here = self.found[-1]
        here.path = _named(line) or here.path


def _named(line: str) -> str:
    """The path in a `---` or `+++` line, without the folder that git and quilt put before it."""
    name = line[4:].split("\t", maxsplit=1)[0].strip().strip('"')
    if name == "/dev/null":
        return ""
    _, slash, rest = name.partition("/")
    return rest if slash else name


def _function(line: str, current: str) -> str:
    """The function that a line of a hunk is in: the last one that was seen to begin."""
    if not line[1:2].isalpha() and line[1:2] != "_":
        return current
    found = _DEFINES.match(line, 1)
    return found[1] if found is not None and found[1] not in _NOT_CALLED else current


def _first_name(header: str) -> str:
    """The function that a hunk's header names."""
    names = [n for n in _NAME.findall(header) if n not in _NOT_CALLED]
    return names[0] if names else ""


def facts(diff: Iterable[FileDiff]) -> tuple[FileFacts, ...]:
    """What is kept of each file."""
    return tuple(FileFacts(f.path, f.old, f.new, tuple(f.functions)) for f in diff)


def sketch(diff: Iterable[FileDiff]) -> frozenset[int]:
    """Digests of the lines added and taken away, white space and lines of no words aside."""
    found: set[int] = set()
    for file in diff:
        for _, line in file.changes:
            if _TELLING.search(line):
                found.add(crc32(" ".join((line[0], *line[1:].split())).encode("utf-8", "replace")))
        if len(found) > _MOST:
            break
    return frozenset(found)


def differences(old: Sequence[FileDiff], new: Sequence[FileDiff]) -> Iterator[Difference]:
    """What a later version of a patch does otherwise, function by function, as it stands there.

    A line that only moved within its function, or changed its white space, is no difference; nor is
    one whose function only one of the diffs tells.
    """
    before, after = _by_function(old), _by_function(new)
    for path, function in dict.fromkeys((*after, *before)):
        sides = []
        for mine, others in ((before, after), (after, before)):
            there = [*others.get((path, function), []), *_loose(others, path)]
            if not function:
                there = [x for (p, _), lines in others.items() if p == path for x in lines]
            sides.append(_left(mine.get((path, function), []), there))
        if any(sides):
            yield Difference(path, function, *sides)


def _by_function(diff: Sequence[FileDiff]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for file in diff:
        for function, line in file.changes:
            found.setdefault((file.path, function), []).append(line)
    return found


def _loose(lines: dict[tuple[str, str], list[str]], path: str) -> list[str]:
    """The lines of a file of which the diff does not tell the function."""
    return lines.get((path, ""), [])


def _left(lines: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The lines that the other side has not got, blank ones left out."""
    there = {_words(line) for line in others}
    return tuple(x for x in lines if len(_words(x)) > 1 and _words(x) not in there)


def _words(line: str) -> str:
    return line[0] + "".join(line[1:].split())
