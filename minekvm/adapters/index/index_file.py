"""The index's file and what SQLite puts beside it: recognised as ours before anything opens it.

SQLite opens files by path, and writes into them in place. So the folder must be one that no other
user can write into, each file must be a plain one with a single name, and what SQLite opened is
compared with what was looked at.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from minekvm.adapters.files import outputs, own
from minekvm.adapters.files.folder import Folder, found, identity
from minekvm.errors import FileRefused

_APPLICATION = 0x6D6B766D  # "mkvm", in the header of every index
_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes
_MODE = 0o644  # SQLite gives its other files the same: nobody else writes into them
# What SQLite keeps beside a file, and how each begins: other files of such a name are not its own.
_BESIDE = {
    "-wal": (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"),
    "-shm": (b"\x18\xe2\x2d\x00", b"\x00\x2d\xe2\x18", b"\0\0\0"),
    "-journal": (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", b"\0\0\0\0\0\0\0\0"),
}
_BUSY = 30_000  # milliseconds that SQLite waits for another's transaction
_CACHE = -64_000  # KiB of pages kept in memory
_WAL_PAGES = 8_000  # pages after which the write-ahead log is carried over
_HINT = "name another file with --index"
_SORT = outputs.Sort("an index of minekvm's", lambda data: _application(data) is not None, _HINT)


@contextmanager
def place(path: Path, clone: Path, *, make: bool = True) -> Iterator[IndexFile]:
    """The file of an index, there or not yet; with `make`, its folder is made.

    `clone` is the git folder of the clone, into which and into whose work tree nothing is put.
    Raises FileRefused, CacheFailed, OSError.
    """
    if path.name in ("", ".."):
        raise FileRefused(f"--index names a folder, not a file: {path}", _HINT)
    kept = path.parent == own.cache_root() / "indexes"
    if kept:
        folder = own.own("indexes", keep_out=(clone,))
    else:
        folder = found(path.parent, make=make, keep_out=(clone,))
    with folder:
        if not kept:
            _private(folder)
        yield IndexFile(folder, path.name, kept=kept)


def _private(folder: Folder) -> None:
    """See to it that no other user can put anything beside an index. Raises FileRefused."""
    about = os.fstat(folder.fd)
    others = about.st_mode & stat.S_IWOTH or (
        about.st_mode & stat.S_IWGRP and about.st_gid != os.getegid()
    )
    if others or about.st_uid not in (os.geteuid(), 0):
        raise FileRefused(
            f"others can write beside an index in {folder.path}",
            "name a file in a folder of your own with --index",
        )


@dataclass(frozen=True, slots=True)
class IndexFile:
    """The place of an index in an open folder; `kept` if that is our cache folder."""

    folder: Folder
    name: str
    kept: bool

    @property
    def path(self) -> Path:
        return self.folder.path / self.name

    @property
    def size(self) -> int:
        """Bytes of the file and of what was written to its log only."""
        files = (self.folder.about(name) for name in (self.name, f"{self.name}-wal"))
        return sum(about.st_size for about in files if about)

    def version(self) -> int | None:
        """The schema version in the file's header; None where there is no file.

        Raises FileRefused where there is anything else than an index of ours.
        """
        try:
            with self.folder.descriptor(self.name) as fd:
                application = _application(os.pread(fd, _HEADER, 0))
        except FileNotFoundError:
            return None
        except FileRefused as refusal:
            raise self.refused(refusal.message) from None
        if application is None:
            raise self.refused()
        return application

    def refused(self, why: str = "") -> FileRefused:
        """The refusal of what is not ours."""
        shown = shlex.quote(os.fspath(self.path))
        return FileRefused(
            why or f"{self.path} is no index of minekvm's, or none any more: it stays as it is",
            f"move it away: mv {shown} {shlex.quote(f'{self.path}.aside')}" if self.kept else _HINT,
        )

    def check_beside(self, *, killed: bool) -> None:
        """See to it that what is beside the file is SQLite's. Raises FileRefused.

        `killed` tells that a run of ours ended early, so that it may have left something there.
        """
        there = self.folder.about(self.name) is not None
        for end, begins in _BESIDE.items():
            try:
                with self.folder.descriptor(self.name + end) as fd:
                    head = os.pread(fd, 8, 0)
            except FileNotFoundError:
                continue
            ours = self.kept or ((there or killed) and (not head or head.startswith(begins)))
            if not ours:
                raise FileRefused(
                    f"there is a file that is not minekvm's beside the index: {self.path}{end}",
                    _HINT,
                )

    def no_longer_beside(self) -> None:
        """Remove what SQLite keeps beside the file; see `check_beside`."""
        for end in _BESIDE:
            self.folder.delete(self.name + end)

    def make(self, clone: str, layout: str, version: int) -> None:
        """Put an empty index at its place, whole or not at all, over one of ours."""
        with own.scratch_folder() as aside:
            with aside.create("index", 0o600):
                pass
            with closing(_connected(aside.path / "index")) as connection:
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {version}")
                for statement in layout.split(";\n"):
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES ('clone', ?)", (clone,))
                connection.execute("PRAGMA journal_mode = WAL")
            data = (aside.path / "index").read_bytes()
        self.no_longer_beside()
        outputs.put(self.folder, {self.name: data}, _SORT, _MODE)

    def connect(self) -> sqlite3.Connection:
        """Open it with SQLite. Raises FileRefused where it is not ours, sqlite3.Error, OSError."""
        with self.folder.descriptor(self.name) as fd:
            if _application(os.pread(fd, _HEADER, 0)) is None:
                raise self.refused()
            connection = _connected(self.path)
            if not _is_open(fd):  # another file was put there a moment ago
                connection.close()
                raise self.refused()
        return connection

    def to_disk(self) -> None:
        """Wait until the system has written it."""
        with suppress(OSError), self.folder.descriptor(self.name) as fd:
            os.fsync(fd)


def _connected(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there: it makes none."""
    address = f"file:{quote(os.fsencode(path))}?mode=rw"
    connection = sqlite3.connect(address, timeout=_BUSY / 1000, isolation_level=None, uri=True)
    try:
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
        # What a power cut breaks is found by the check that follows an unsealed end.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_open(fd: int) -> bool:
    """Whether this process has the file behind a descriptor open once more."""
    wanted = identity(os.fstat(fd))
    for other in _descriptors():
        with suppress(OSError):
            if other != fd and identity(os.fstat(other)) == wanted:
                return True
    return False


def _descriptors() -> Sequence[int]:
    return [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - numbers, not paths


def _application(head: bytes) -> int | None:
    """The schema version in the header of a file of ours; None where it is none."""
    if len(head) < _HEADER or not head.startswith(_MAGIC):
        return None
    if int.from_bytes(head[68:72], "big") != _APPLICATION:
        return None
    return int.from_bytes(head[60:64], "big")
