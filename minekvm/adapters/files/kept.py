"""The cache folder looked over: shadows and indexes by the clones that they are of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from minekvm.adapters.files import own
from minekvm.adapters.files.folder import Folder
from minekvm.core.kept import Kept

_SHADOWS, _INDEXES = "shadows", "indexes"
_INDEX = re.compile(r"(?P<name>.+)\.sqlite(?:-wal|-shm|\.lock)?")
_MOST = 1 << 16  # bytes of a file that names a clone


def kept(root: Path) -> list[Kept]:
    """What is kept of each clone, the biggest first; nothing where there is no cache folder.

    A clone is gone where the objects that its shadow borrows are; of an index without a shadow
    nobody knows whose it is until the clone is asked again, so that it counts as gone.
    """
    shadows = {p.name.removesuffix(".git"): p for p in _inside(root / _SHADOWS)}
    indexes: dict[str, int] = {}
    for path in _inside(root / _INDEXES):
        found = _INDEX.fullmatch(path.name)
        if found:
            indexes[found["name"]] = indexes.get(found["name"], 0) + size(path)
    rows = [_kept(n, shadows.get(n), indexes.get(n, 0)) for n in {**shadows, **indexes}]
    return sorted(rows, key=lambda row: (-row.size, row.name))


def other(root: Path) -> int:
    """The bytes of what belongs to no clone."""
    return sum(size(p) for p in _inside(root) if p.name not in (_SHADOWS, _INDEXES))


def remove(row: Kept) -> None:
    """Remove what is kept of a clone. Raises CacheFailed."""
    with own.own(_SHADOWS) as folder, suppress(FileNotFoundError):
        own.remove(folder, f"{row.name}.git")
    with own.own(_INDEXES) as folder:
        for name in _of_index(folder, row.name):
            folder.delete(name)


def _of_index(folder: Folder, name: str) -> list[str]:
    matches = [(n, _INDEX.fullmatch(n)) for n in folder.names()]
    return [n for n, found in matches if found and found["name"] == name]


def _kept(name: str, shadow: Path | None, index: int) -> Kept:
    objects = _objects(shadow) if shadow else None
    clone = "" if objects is None else os.fspath(objects.parent)
    if clone.endswith("/.git"):
        clone = clone.removesuffix("/.git")
    gone = objects is None or not objects.is_dir()
    return Kept(name, clone, size(shadow) if shadow else 0, index, gone)


def _objects(shadow: Path) -> Path | None:
    """The folder whose objects a shadow borrows."""
    try:
        with (shadow / "objects" / "info" / "alternates").open("rb") as file:
            line = file.read(_MOST).rstrip(b"\n")
    except OSError:
        return None
    return Path(os.fsdecode(_unquoted(line))) if line else None


def _unquoted(line: bytes) -> bytes:
    """A path as `adapters.git.refs.quoted` writes it."""
    if not (line.startswith(b'"') and line.endswith(b'"') and len(line) > 1):
        return line
    return re.sub(rb"\\(.)", lambda m: b"\n" if m[1] == b"n" else m[1], line[1:-1])


def size(path: Path) -> int:
    """The bytes of a file, or of all files in a folder; links are not followed."""
    try:
        about = path.lstat()
    except OSError:
        return 0
    if not path.is_dir() or path.is_symlink():
        return about.st_size
    return sum(size(inside) for inside in _inside(path))


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from folder.iterdir()
