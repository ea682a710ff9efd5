"""The text of a patch, a mail or a mailbox -> patches to apply; hostile ones are refused.

What git writes and what `diff -u` writes is read. Nothing is guessed: a hunk whose lines do not
count up, a binary file, a path that leads out of the tree refuse the whole patch in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from minekvm.core.mail.parse import read
from minekvm.errors import MinekvmError

LARGEST = 16 << 20  # bytes of a patch or a mailbox
_LINES = 200_000  # lines of hunks
_PATCHES = 200  # of a mailbox
_LETTER = re.compile(rb"^From [^\n]*\d{4}\r?$", re.MULTILINE)
_HEAD = re.compile(rb"(?:From |From:|Subject:|Date:|Message-I[dD]:|Return-Path:|Received:)")
_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_GIT = re.compile(rb"diff --git \"?a/(.+?)\"? \"?b/(.+?)\"?\s*\Z")
_INDEX = re.compile(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?")
_DIFF = re.compile(rb"^(?:diff --git |--- [^\n]+\n\+\+\+ |Index: )", re.MULTILINE)
_BINARY = (b"GIT binary patch", b"Binary files ")
_HINT = "a patch as git format-patch writes it, of text files below the tree's top"


@dataclass(frozen=True, slots=True)
class PatchHunk:
    """A hunk: the line at which its old side begins, and its lines with their signs."""

    old_start: int
    lines: tuple[bytes, ...]

    @property
    def old(self) -> list[bytes]:
        """The lines of its old side: context and what goes."""
        return [line[1:] for line in self.lines if line[:1] in (b" ", b"-")]

    @property
    def new(self) -> list[bytes]:
        """The lines of its new side: context and what comes."""
        return [line[1:] for line in self.lines if line[:1] in (b" ", b"+")]


@dataclass(slots=True)
class PatchFile:
    """A file of a patch; a path is "" where that side has none, blobs are first digits or "".

    `new_mode` is what it is given where it had another.
    """

    old_path: str = ""
    path: str = ""
    old_blob: str = ""
    mode: str = ""
    new_mode: str = ""
    hunks: list[PatchHunk] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PatchText:
    """A patch: its message (subject first), who wrote it, and what it does to files."""

    message: str
    author: str
    files: tuple[PatchFile, ...]

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0].strip()


def patches(data: bytes, name: str) -> list[PatchText]:
    """The patches in a file, in order; `name` is what it is called in what is said of it.

    Raises MinekvmError for what is no patch, or none that is taken.
    """
    if len(data) > LARGEST:
        raise MinekvmError(f"{name}: {len(data) >> 20} MiB are no patch", _HINT)
    letters = list(_letters(data))
    if len(letters) > _PATCHES:
        raise MinekvmError(f"{name}: {len(letters)} mails are too many", f"at most {_PATCHES}")
    found = [patch for letter in letters if (patch := _patch(letter, name)) is not None]
    if not found:
        raise MinekvmError(f"{name}: there is no diff in it", _HINT)
    return found


def _letters(data: bytes) -> Iterator[bytes]:
    starts = [m.start() for m in _LETTER.finditer(data)]
    starts = [s for s in starts if s == 0 or data[s - 1 : s] == b"\n"]
    if not starts or starts[0] != 0:
        yield data
        return
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end]


def _patch(letter: bytes, name: str) -> PatchText | None:
    """The patch of one mail or file; None where it has no diff: a cover letter."""
    headers: dict[str, str] = {}
    body = letter
    if _HEAD.match(letter):
        raw = read(letter.partition(b"\n")[2] if letter.startswith(b"From ") else letter)
        if raw is not None:
            headers, body = raw.headers, raw.text.encode("utf-8", "surrogateescape")
    found = _DIFF.search(body)
    if found is None:
        return None
    text = body[: found.start()].decode("utf-8", "replace")
    said = re.split(r"^---[ \t]*$", text, maxsplit=1, flags=re.MULTILINE)[0].strip()
    subject = re.sub(r"\A(?:\[[^\]]*\]\s*)+", "", headers.get("subject", ""))
    message = f"{subject}\n\n{said}".strip() if subject else said
    files = Reader(name).read(body[found.start() :])
    return PatchText(message, headers.get("from", ""), files)


class Reader:
    """Reads a diff line by line; raises MinekvmError at the first thing that is not right."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._files: list[PatchFile] = []
        self._lines = 0

    def read(self, diff: bytes) -> tuple[PatchFile, ...]:
        """The files of a diff."""
        lines = diff.removesuffix(b"\n").split(b"\n")
        at = 0
        while at < len(lines):
            line = lines[at]
            hunk = _HUNK.match(line)
            if hunk is not None and self._files and self._files[-1].path + self._files[-1].old_path:
                at = self._hunk(lines, at, hunk)
            else:
                self._heading(line, lines[at + 1] if at + 1 < len(lines) else b"")
                at += 1
        for file in self._files:
            self._check(file)
        found = tuple(f for f in self._files if f.path or f.old_path)
        if not found:
            self._refuse("there is no file in its diff")
        return found

    def _hunk(self, lines: Sequence[bytes], at: int, head: re.Match[bytes]) -> int:
        """Take a hunk; returns where the next line is that is none of it."""
        old, new = (int(head[n]) if head[n] is not None else 1 for n in (2, 4))
        body: list[bytes] = []
        place = at + 1
        while old > 0 or new > 0:
            line = lines[place] if place < len(lines) else None
            if line is None or (line[:1] not in (b" ", b"-", b"+", b"\\") and line.strip()):
                self._refuse(f"a hunk is cut off or miscounted: {_shown(lines[at])}")
            place += 1
            if line[:1] == b"\\":
                continue
            line = line or b" "
            if line[:1] not in (b" ", b"-", b"+"):
                line = b" " + line.lstrip(b"\r\t")
            old -= line[:1] != b"+"
            new -= line[:1] != b"-"
            body.append(line.removesuffix(b"\r"))
        if old or new:
            self._refuse(f"a hunk is miscounted: {_shown(lines[at])}")
        self._lines += len(body)
        if self._lines > _LINES:
            self._refuse(f"more than {_LINES} lines of hunks")
        self._files[-1].hunks.append(PatchHunk(int(head[1]), tuple(body)))
        return place

    def _heading(self, line: bytes, following: bytes) -> None:
        if line.startswith(_BINARY):
            self._refuse("it changes a binary file")
        if line.startswith(b"diff --git "):
            named = _GIT.match(line)
            if named is None:
                self._refuse(f"no paths in {_shown(line)}")
            self._files.append(PatchFile(_path(named[1]), _path(named[2])))
        elif line.startswith(b"--- ") and following.startswith(b"+++ "):
            if not self._files or self._files[-1].hunks:
                self._files.append(PatchFile())
            self._files[-1].old_path = _named(line)
            self._files[-1].path = _named(following)
        elif self._files:
            self._detail(line)

    def _detail(self, line: bytes) -> None:
        here = self._files[-1]
        if (blobs := _INDEX.match(line)) is not None:
            here.old_blob = blobs[1].decode("ascii") if blobs[1].strip(b"0") else ""
            here.mode = (blobs[3] or here.mode.encode()).decode("ascii")
        elif line.startswith(b"new file mode "):
            here.old_path, here.mode = "", line.rpartition(b" ")[2].decode("ascii", "replace")
        elif line.startswith(b"deleted file mode "):
            here.path = ""
        elif line.startswith(b"new mode "):
            here.new_mode = line.rpartition(b" ")[2].strip().decode("ascii", "replace")
        elif line.startswith(b"@@ -"):
            self._refuse(f"a hunk's numbers make no sense: {_shown(line)}")

    def _check(self, file: PatchFile) -> None:
        for path in (file.old_path, file.path):
            parts = path.replace("\\", "/").split("/")
            outside = path.startswith("/") or ".." in parts or ".git" in map(str.lower, parts)
            if outside or "\0" in path or "" in parts[:-1]:
                self._refuse(f"it leads out of the tree: {path[:80]}")
        if any(mode and not mode.startswith("100") for mode in (file.mode, file.new_mode)):
            self._refuse(f"{file.path[:80]} is no regular file")
        if not file.hunks and file.old_path == file.path and not file.new_mode:
            self._refuse(f"it says nothing of what becomes of {file.path[:80]}")

    def _refuse(self, why: str) -> NoReturn:
        raise MinekvmError(f"{self._name}: {why}", _HINT)


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _named(line: bytes) -> str:
    """The path in a `---` or `+++` line; "" for /dev/null."""
    raw = line[4:].split(b"\t")[0].rstrip().strip(b'"')
    if raw == b"/dev/null":
        return ""
    return _path(raw[2:] if raw[:2] in (b"a/", b"b/") else raw)


def _shown(line: bytes) -> str:
    return line[:60].decode("utf-8", "replace")
