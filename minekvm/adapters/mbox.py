"""Mbox files, compressed (gzip, bzip2, xz) or not: where each mail stands, and its bytes.

Each mail begins with an envelope, `From ... date`, below a blank line. What looks like one within a
mail is marked with `>` by whoever wrote the file; an attached patch need not be, whose first line
is git's own envelope: it begins no mail where the parts of the mail around it are not at their end.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

_PROBE = 4096  # bytes before a file's end that must stay what they were
_HEAD = 256 << 10  # bytes of headers that are looked at
_ENVELOPE = re.compile(rb"From \S.*\d\d:?\d\d")
_GITS = re.compile(rb"From [0-9a-f]{40}(?:[0-9a-f]{24})? Mon Sep 17 00:00:00 2001\s*$")
_Reader = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile | BufferedReader
_BROKEN = (EOFError, zlib.error, lzma.LZMAError)
# By what such a file begins with, whatever it is called.
_COMPRESSED: tuple[tuple[bytes, Callable[[Path], _Reader]], ...] = (
    (b"\x1f\x8b", lambda path: gzip.GzipFile(path, "rb")),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
)
_HEADER = re.compile(rb"[!-9;-~]+:[ \t]")
_TYPE = re.compile(rb"^content-type:((?:[^\n]*+\n[ \t])*+[^\n]*+)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(
    rb"\bboundary[ \t]*+=[ \t\r\n]*+(?:\"([^\"\n]++)\"|([^\s;\"]++))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of a file: its place for `read`, its bytes, None where they are too many.

    `end` is how far the file was read with it, `state` that as `start` wants it.
    """

    place: str
    raw: bytes | None
    size: int
    end: int
    state: str


def is_mbox(path: Path) -> bool:
    """Whether a file begins as mails do: with an envelope or with a header.

    What is no regular file is none, and not opened: a pipe would be waited for.
    """
    if not path.is_file():
        return False
    try:
        with _opened(path) as file:
            first = file.readline(1000)
    except (OSError, *_BROKEN):
        return False
    return _ENVELOPE.match(first) is not None or _HEADER.match(first) is not None


def start(path: Path, state: str) -> tuple[int, int, bool]:
    """A file's size, from where it is to be read on, and whether all of it must be read afresh.

    `state` is "SIZE DIGEST": how far it was read, and a digest of what stood before that. What is
    compressed cannot have grown: it is the same, or read afresh. Raises OSError.
    """
    size = path.stat().st_size
    read, _, digest = state.partition(" ")
    at = int(read) if read else 0
    grown = 0 < at <= size and _digest(path, at) == digest
    if grown and at < size and _is_compressed(path):
        grown = False
    return size, at if grown else 0, bool(state) and not grown


def letters(path: Path, begin: int, size: int, largest: int) -> Iterator[Letter]:
    """The mails of a file from a place on.

    A compressed file that is broken ends where it breaks. Of such a file the ends are counted in
    what is compressed: all mails but the last have the state of nothing.
    """
    whole = f"{size} {_digest(path, size)}" if _is_compressed(path) else ""
    last: Letter | None = None
    with _opened(path) as file:
        file.seek(begin)
        for at, end, raw, held in _parted(file, begin, largest):
            if last is not None:
                yield last
            state = "" if whole else f"{end} {_digest(path, end)}"
            last = Letter(f"{at}+{end - at}", raw, held, min(end, size), state)
    if last is not None:
        kept = (last.place, last.raw, last.size)
        yield Letter(*kept, size, whole) if whole else last


def read(path: Path, place: str, largest: int) -> bytes:
    """The mail at a place. Raises OSError, EOFError, ValueError."""
    at, _, length = place.partition("+")
    with _opened(path) as file:
        file.seek(int(at))
        return _unescaped(file.read(min(int(length), largest)))


def _is_compressed(path: Path) -> bool:
    return _decompressor(path) is not None


def _decompressor(path: Path) -> Callable[[Path], _Reader] | None:
    with path.open("rb") as file:
        head = file.read(8)
    return next((reader for begins, reader in _COMPRESSED if head.startswith(begins)), None)


def _opened(path: Path) -> _Reader:
    reader = _decompressor(path)
    return path.open("rb") if reader is None else reader(path)


def _digest(path: Path, end: int) -> str:
    with path.open("rb") as file:
        file.seek(max(0, end - _PROBE))
        return hashlib.sha1(file.read(min(end, _PROBE)), usedforsecurity=False).hexdigest()


def _parted(
    file: _Reader, begin: int, largest: int
) -> Iterator[tuple[int, int, bytes | None, int]]:
    """Per mail where it begins and ends, its bytes or None, and how many they are."""
    begun = at = begin
    kept: list[bytes] = []
    held = 0
    blank, parts = True, _Parts()
    for line in _lines(file):
        begins = blank and at > begun and line.startswith(b"From ") and _ENVELOPE.match(line)
        if begins and not (parts.are_open and _GITS.match(line)):
            yield begun, at, _raw(kept, held, largest), held
            begun, kept, held, parts = at, [], 0, _Parts()
        at += len(line)
        blank = line in (b"\n", b"\r\n")
        held += len(line)
        if held <= largest:
            kept.append(line)
        parts.take(line)
    if at > begun:
        yield begun, at, _raw(kept, held, largest), held


def _raw(kept: list[bytes], held: int, largest: int) -> bytes | None:
    return _unescaped(b"".join(kept)) if held <= largest else None


class _Parts:
    """Whether a mail's parts have begun and not come to their end, line by line."""

    def __init__(self) -> None:
        self.are_open = False
        self._head: list[bytes] | None = []
        self._length = 0
        self._end = b""

    def take(self, line: bytes) -> None:
        if self._head is None:
            if self.are_open and line.rstrip() == self._end:
                self.are_open = False
            return
        self._length += len(line)
        if line.strip() and self._length < _HEAD:
            self._head.append(line)
            return
        kind = _TYPE.search(b"".join(self._head))
        found = _BOUNDARY.search(kind[1]) if kind is not None else None
        self._head = None
        if found is not None:
            self._end = b"--" + (found[1] or found[2]) + b"--"
            self.are_open = True


def _lines(file: _Reader) -> Iterator[bytes]:
    """The lines of a file; one that is compressed and broken ends where it breaks."""
    while True:
        try:
            line = file.readline(1 << 16)
        except _BROKEN:
            return
        except OSError:
            if isinstance(file, BufferedReader):
                raise
            return  # that is how gzip and bzip2 tell of what is broken
        if not line:
            return
        yield line


def _unescaped(raw: bytes) -> bytes:
    """A mail of an mbox without its envelope and the marks before lines that look like one."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return re.sub(rb"^>(>*From )", rb"\1", raw, flags=re.MULTILINE) if b">From " in raw else raw
