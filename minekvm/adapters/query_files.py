"""Query files on disk: by path, or by the name of one that minekvm brings along."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from minekvm.adapters.files import outputs
from minekvm.core.c.symbols import alike
from minekvm.errors import QueryFailed

SUFFIX = ".toml"
_MOST = 1 << 18  # bytes: a story is written by hand


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query file's name, without its folder, and its text."""

    name: str
    text: str

    @property
    def stem(self) -> str:
        return self.name.removesuffix(SUFFIX)


def find(asked: str) -> QueryFile:
    """The file at a path, or the shipped one of a name; with or without its ending.

    Raises QueryFailed where there is none, or where it is no text.
    """
    path = Path(asked)
    for place in (path, Path(f"{asked}{SUFFIX}")):
        try:
            return _read(place.name, _contents(place))
        except IsADirectoryError:
            continue
        except (OSError, ValueError) as error:
            absent = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
            if isinstance(error, OSError) and error.errno not in absent:
                why = error.strerror or "it cannot be read"
                raise QueryFailed(f"query {asked}: {why}", "mind the rights") from None
    name = path.name.removesuffix(SUFFIX)
    there = shipped()
    if name in there and path.parent in (Path(), Path("queries")):
        return brought_along(name)
    close = alike(name, [*there, *_beside(path)])
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    raise QueryFailed(
        f"there is no query {asked}",
        f"{meant}give a path, or one of {', '.join(there)}; minekvm query new begins one",
    )


def brought_along(name: str) -> QueryFile:
    """The shipped file of a name, whatever lies in the current folder. Raises QueryFailed."""
    if name not in shipped():
        raise QueryFailed(f"there is no query {name}", f"there are: {', '.join(shipped())}")
    return _read(f"{name}{SUFFIX}", (_shelf() / f"{name}{SUFFIX}").read_bytes())


def shipped() -> list[str]:
    """The names of the queries that minekvm brings along."""
    there = [f.name for f in _shelf().iterdir() if f.name.endswith(SUFFIX)]
    return sorted(name.removesuffix(SUFFIX) for name in there)


def shipped_files() -> list[QueryFile]:
    """The queries that minekvm brings along."""
    return [brought_along(name) for name in shipped()]


def _shelf() -> Traversable:
    """Inside the package where it was built; at the top of the sources where it runs from them."""
    package = files("minekvm")
    built = package / "queries"
    return built if built.is_dir() else Path(str(package)).parent / "queries"


def _beside(path: Path) -> list[str]:
    """The names of the query files in the folder in which one was looked for."""
    try:
        return [p.stem for p in path.parent.iterdir() if p.suffix == SUFFIX]
    except (OSError, ValueError):
        return []


def _contents(path: Path) -> bytes:
    """The bytes of a file or of a pipe, one more than are wanted at most.

    Raises OSError, and QueryFailed for a device: that may have no end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode):
            os.set_blocking(descriptor, True)  # of a pipe in which nobody writes this is the end
        elif not stat.S_ISREG(mode):
            raise QueryFailed(f"query {path}: no file", "a story is written in a file")
        return file.read(_MOST + 1)


def _read(name: str, data: bytes) -> QueryFile:
    if len(data) > _MOST:
        raise QueryFailed(f"{name}: too big for a query file", f"at most {_MOST >> 10} KB")
    try:
        return QueryFile(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QueryFailed(f"{name}:{line}: not UTF-8", "save it as UTF-8, as TOML asks") from None


def begin(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises QueryFailed where it is, FileRefused, OSError."""
    if os.path.lexists(path):
        raise QueryFailed(f"there is something at {path} already", "name another file")
    try:
        outputs.begin(path, text.encode("utf-8"))
    except FileNotFoundError:
        raise QueryFailed(f"there is no folder {path.parent}", "make it first") from None
