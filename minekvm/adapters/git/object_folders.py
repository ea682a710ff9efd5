"""The folders that a clone's objects lie in: its own and those it borrows from, looked over.

git reads them through the shadow, so whatever would keep it from ending is refused here: chains
and crowds of alternates, devices and named pipes in place of packs or objects.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from minekvm.adapters.git import entry_files
from minekvm.errors import NotARepository

_DEEPEST = 5  # folders that lend to one another; git goes no deeper
_MOST = 100  # folders of objects, and lines that name them
_LONGEST = 1 << 20  # bytes of a list of alternates
_DEEP = 3  # folders inside `pack` and `info`
_LOOSE = re.compile(r"[0-9a-f]{2}")
_QUOTED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))
_HINT = "bring its objects together in the clone: git repack -a -d"


def look_over(objects: Path) -> None:
    """Raises NotARepository where a clone's objects, or those it borrows, are no regular files."""
    for folder in found(objects):
        _look_over(os.fspath(folder))


def found(objects: Path) -> list[Path]:
    """A clone's folder of objects and those it borrows from, as deep as git goes.

    Raises NotARepository where they are too many.
    """
    folders: dict[str, Path] = {}
    todo = [(objects, 0)]
    named = 0
    while todo:
        folder, depth = todo.pop(0)
        key = os.path.realpath(folder)
        if key in folders or not folder.is_dir():
            continue
        folders[key] = folder
        lenders = _alternates(folder)
        named += len(lenders)
        if named > _MOST:
            why = f"the clone borrows objects from more than {_MOST} folders"
            raise NotARepository(f"{why}: {folder / 'info' / 'alternates'}", _HINT)
        if depth < _DEEPEST:
            todo += [(lender, depth + 1) for lender in lenders]
    return list(folders.values())


def _alternates(objects: Path) -> list[Path]:
    """The folders that a folder of objects borrows from."""
    listed = entry_files.read(objects / "info" / "alternates", _LONGEST) or b""
    lines = [line for line in listed.split(b"\n") if line and line[:1] != b"#"]
    return [objects / os.fsdecode(unquoted(line)) for line in lines]


def _look_over(objects: str) -> None:
    """Raises NotARepository where something in a folder of objects is no regular file."""
    for entry in _entries(objects):
        if _LOOSE.fullmatch(entry.name):
            for loose in _entries(entry.path):
                if not loose.is_file(follow_symlinks=False):
                    entry_files.must_be_regular(loose.path)
        elif entry.name in ("pack", "info"):
            _look_below(entry.path, _DEEP)


def _look_below(folder: str, depth: int) -> None:
    for entry in _entries(folder):
        if entry.is_file(follow_symlinks=False):
            continue
        entry_files.must_be_regular(entry.path)
        if depth:
            _look_below(entry.path, depth - 1)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def packed(folders: list[Path]) -> int:
    """The number of packed objects, from the fan-out tables of the pack indexes."""
    total = 0
    for index in [i for folder in folders for i in (folder / "pack").glob("*.idx")]:
        try:
            with index.open("rb") as file:
                head = file.read(8)
                file.seek(8 + 255 * 4 if head[:4] == b"\xfftOc" else 255 * 4)
                total += int.from_bytes(file.read(4), "big")
        except OSError:
            continue
    return total


def unquoted(path: bytes) -> bytes:
    """A path as git writes it, without its C quotes."""
    if path[:1] != b'"':
        return path

    def plain(match: re.Match[bytes]) -> bytes:
        escape = match.group(1)
        if len(escape) == 3:
            return bytes([int(escape, 8) & 255])
        return bytes([_ESCAPES.get(escape[0], escape[0])])

    return _QUOTED.sub(plain, path[1:].removesuffix(b'"'))
