"""The index: locked, recognised, opened, and closed under a seal.

A lock file in our cache folder stands for it. Whoever writes holds it (flock, which the system
takes back from a process that dies) and notes in it that the index is open; on closing, its size
and time. A file that was sealed and is not what its seal says was changed by something else: it is
not trusted, and built anew. One whose writer was killed is checked by SQLite, which undoes the
transaction that was under way. A file that is not ours stays as it is.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from minekvm.adapters.files import own
from minekvm.adapters.files.folder import locked
from minekvm.adapters.index.index_file import IndexFile, place
from minekvm.errors import CacheFailed, FileRefused

_SUMMED = 4 << 20  # bytes up to which a file is read to see that no bit of it has changed
_DAMAGED = "its file is damaged: building it anew"
_HINT = "name a file that can be written with --index, or a folder in XDG_CACHE_HOME"

Tell = Callable[[str], None]


class Busy(Exception):
    """Another process writes the file, and the caller did not want to wait."""


class Store:
    """An open index file. `connection` is in autocommit mode; `writing` frames what changes it.

    `held` is closed with it, `lock` None for who only reads.
    """

    def __init__(
        self,
        file: IndexFile,
        connection: sqlite3.Connection,
        lock: IO[str] | None,
        held: ExitStack,
    ) -> None:
        self.file = file
        self.connection = connection
        self._lock = lock
        self._held = held
        self._touched = False
        self._is_damaged = False

    @property
    def writable(self) -> bool:
        """Whether this process holds the lock."""
        return self._lock is not None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: kept whole or, on any exception, not at all."""
        assert self._lock is not None
        if not self._touched:
            own.note(self._lock, {"state": "open"})
            self._touched = True
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def distrust(self) -> None:
        """Note that the file is damaged: who opens it next to write makes it anew."""
        if self._lock is not None:
            self._is_damaged = True
            own.note(self._lock, {"state": "damaged"})

    def close(self) -> None:
        """Close the file; sealed, where it was written and nobody else has it open."""
        with self._held:
            if self._touched:
                with suppress(sqlite3.Error):
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.connection.close()
            if self._lock is not None and self._touched and not self._is_damaged:
                self.file.to_disk()
                if self.file.folder.about(f"{self.file.name}-wal") is None:
                    own.note(self._lock, _seal(self.file))


def open_store(
    path: Path, clone: str, layout: str, version: int, *, wait: bool, tell: Tell
) -> Store:
    """Open the index of a clone for writing; made where there is none, remade where it is no good.

    `clone` identifies what the index is of (its git folder), `layout` is the SQL that lays out
    schema `version`. `tell` hears why an index was remade or is waited for. Raises Busy where
    another process writes and `wait` is false, FileRefused where the file is not ours, CacheFailed
    where it cannot be made.
    """
    with ExitStack() as held:
        try:
            file = held.enter_context(place(path, Path(clone)))
            file.version()  # nothing is locked for what is not ours
            lock = held.enter_context(own.lock_file(lock_name(file.path)))
            _take(lock, wait=wait, tell=tell)
            why = _distrust(file, lock, version)
            if why:
                tell(f"index: {why}")
            connection = _connected(file, lock, _text(clone), layout, version, tell, anew=bool(why))
        except (OSError, sqlite3.Error) as error:
            raise _failed(path, error) from None
        return Store(file, connection, lock, held.pop_all())


def open_read_only(path: Path, clone: str, version: int) -> Store | None:
    """The index while another process writes it; None where it cannot serve (yet).

    Raises FileRefused where the file is not ours.
    """
    with ExitStack() as held:
        try:
            file = held.enter_context(place(path, Path(clone), make=False))
            if file.version() != version:
                return None
            file.check_beside(killed=False)
            connection = file.connect()
            held.callback(connection.close)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")  # what is read is of one moment
            if _kept_clone(connection) == _text(clone):
                return Store(file, connection, None, held.pop_all())
        except (OSError, sqlite3.Error):
            pass
    return None


def lock_name(path: Path) -> str:
    """The name of the lock of an index, wherever that lies."""
    return f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}.lock"


def _text(clone: str) -> str:
    return clone.encode("utf-8", "backslashreplace").decode("utf-8")  # a path may be no text


def _take(lock: IO[str], *, wait: bool, tell: Tell) -> None:
    """Take the lock. Raises Busy where another process has it, and `wait` is false."""
    if locked(lock.fileno()):
        return
    if not wait:
        raise Busy
    tell("index: another minekvm is writing it: waiting until it has done")
    locked(lock.fileno(), wait=True)


def _connected(
    file: IndexFile,
    lock: IO[str],
    clone: str,
    layout: str,
    version: int,
    tell: Tell,
    *,
    anew: bool,
) -> sqlite3.Connection:
    """A connection to the index of a clone: the one that is there, or a new one."""
    for _ in range(2):
        if anew or file.version() is None:
            file.make(clone, layout, version)
            own.note(lock, _seal(file))
        connection = file.connect()
        try:
            kept = _kept_clone(connection)
            if kept == clone:
                return connection
        except sqlite3.OperationalError:  # no such table
            kept = None
        connection.close()
        if kept is None:
            raise file.refused()
        tell(f"index: it is of another clone ({kept}): building it anew")
        anew = True
    raise AssertionError("an index just made is of its clone")


def _kept_clone(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'clone'").fetchone()
    return None if row is None else str(row[0])


def _distrust(file: IndexFile, lock: IO[str], version: int) -> str:
    """Why a file of ours that is there cannot be used as it is; "" where it can, or is not there.

    Raises FileRefused where it is not ours, or something beside it is not.
    """
    noted = own.noted(lock)
    found = file.version()
    file.check_beside(killed=noted.get("state") == "open")
    if found is None:
        return ""
    if found != version:
        return f"its format changed ({found} -> {version}): building it anew"
    if noted.get("state") == "damaged":
        return _DAMAGED
    if noted.get("state") == "sealed":
        changed = noted != _seal(file)
        return "its file was changed by something else than minekvm: building it anew" * changed
    return "" if _is_sound(file) else _DAMAGED


def _is_sound(file: IndexFile) -> bool:
    """Whether SQLite finds nothing wrong with a file, after undoing what was under way."""
    try:
        connection = file.connect()
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def _seal(file: IndexFile) -> dict[str, object]:
    """What tells that the file is as we left it; nothing where it is gone or not ours any more."""
    about = file.folder.about(file.name)
    if about is None:
        return {}
    seal = {"state": "sealed", "size": about.st_size, "time": about.st_mtime_ns}
    if about.st_size <= _SUMMED:
        try:
            with file.folder.descriptor(file.name) as fd:
                seal["sum"] = zlib.crc32(os.pread(fd, _SUMMED + 1, 0))
        except (OSError, FileRefused):  # something else put another thing in its place meanwhile
            return {}
    return seal


def _failed(path: Path, error: Exception) -> CacheFailed:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CacheFailed(f"the index cannot be written: {why}: {os.fspath(path)}", _HINT)
