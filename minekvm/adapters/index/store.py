"""The index file: found, recognised, locked, opened, and closed under a seal.

Beside the file stands another, its lock. Whoever writes holds it (flock, which the system takes
back from a process that dies) and notes in it that the file is open; on closing, the file's size
and time. A file that was sealed and is not what its seal says was changed by something else: it is
not trusted, and built anew. One whose writer was killed is checked by SQLite, which undoes the
transaction that was under way. A file that was never ours is moved aside, not overwritten.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from minekvm.errors import CacheFailed

_APPLICATION = 0x6D6B766D  # "mkvm", in the header of every index
_MAGIC = b"SQLite format 3\0"
_BUSY = 30_000  # milliseconds that SQLite waits for another's transaction
_CACHE = -64_000  # KiB of pages kept in memory
_WAL_PAGES = 8_000  # pages after which the write-ahead log is carried over
_DAMAGED = "its file is damaged: building it anew"
_HINT = "name a file that can be written with --index, or a folder in XDG_CACHE_HOME"

Tell = Callable[[str], None]


class Busy(Exception):
    """Another process writes the file, and the caller did not want to wait."""


class Store:
    """An open index file. `connection` is in autocommit mode; `writing` frames what changes it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: IO[str] | None) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock
        self._touched = False

    @property
    def writable(self) -> bool:
        """Whether this process holds the lock."""
        return self._lock is not None

    @property
    def size(self) -> int:
        """Bytes of the file and of what was written to its log only."""
        files = (self.path, _beside(self.path, "-wal"))
        return sum(f.stat().st_size for f in files if f.exists())

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: kept whole or, on any exception, not at all."""
        assert self._lock is not None
        if not self._touched:
            _note(self._lock, {"state": "open"})
            self._touched = True
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; sealed, where it was written and nobody else has it open."""
        if self._touched:
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()
        if self._lock is not None:
            if self._touched:
                _to_disk(self.path)
            if self._touched and not _beside(self.path, "-wal").exists():
                _note(self._lock, _seal(self.path))
            self._lock.close()


def open_store(
    path: Path, clone: str, layout: str, version: int, *, wait: bool, tell: Tell
) -> Store:
    """Open the index of a clone for writing; made where there is none, remade where it is no good.

    `clone` identifies what the index is of, `layout` is the SQL that lays out schema `version`.
    `tell` hears why an index was remade or is waited for. Raises Busy where another process writes
    and `wait` is false, CacheFailed where the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(path, wait=wait, tell=tell)
    except OSError as error:
        raise _failed(path, error) from None
    try:
        why = _distrust(path, lock, version)
        if why:
            tell(f"index: {why}")
            _remove(path, ours=_was_ours(path, lock))
        store = _connected(path, lock, clone, layout, version, tell)
    except (OSError, sqlite3.Error) as error:
        lock.close()
        raise _failed(path, error) from None
    except BaseException:
        lock.close()
        raise
    return store


def open_read_only(path: Path, clone: str, version: int) -> Store | None:
    """The index while another process writes it; None where it cannot serve (yet)."""
    if _header(path) != (_APPLICATION, version):
        return None
    try:
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
        if _kept_clone(connection) == clone:
            return Store(path, connection, None)
        connection.close()
    except sqlite3.Error:
        pass
    return None


def _connected(
    path: Path, lock: IO[str], clone: str, layout: str, version: int, tell: Tell
) -> Store:
    for _ in range(2):
        if not path.exists() or path.stat().st_size == 0:
            _make(path, clone, layout, version)
            _note(lock, _seal(path))
        connection = _connect(path)
        kept = _kept_clone(connection)
        if kept == clone:
            return Store(path, connection, lock)
        connection.close()
        tell(f"index: it is of another clone ({kept}): building it anew")
        _remove(path, ours=True)
    raise AssertionError("an index just made is of its clone")


def _make(path: Path, clone: str, layout: str, version: int) -> None:
    """An empty index, laid out beside and renamed, so that it is never seen half made."""
    made = _beside(path, ".new")
    for end in ("", "-wal", "-shm", "-journal"):
        _beside(made, end).unlink(missing_ok=True)
    connection = _connect(made)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {version}")
    for statement in layout.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('clone', ?)", (clone,))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    made.replace(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY / 1000, isolation_level=None)
    connection.execute(f"PRAGMA cache_size = {_CACHE}")
    # What a power cut breaks is found by the check that follows an unsealed end.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    return connection


def _kept_clone(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'clone'").fetchone()
    return None if row is None else str(row[0])


def _locked(path: Path, *, wait: bool, tell: Tell) -> IO[str]:
    """The lock file, held; what it says can be read from it."""
    lock = _beside(path, ".lock").open("a+", encoding="utf-8")
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise Busy from None
            tell("index: another minekvm is writing it: waiting until it has done")
            fcntl.flock(lock, fcntl.LOCK_EX)
    except BaseException:
        lock.close()
        raise
    return lock


def _distrust(path: Path, lock: IO[str], version: int) -> str:
    """Why a file that is there cannot be used as it is; "" where it can."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    found = _header(path)
    why = ""
    if found is None or found[0] != _APPLICATION:
        why = f"{path} is not an index of minekvm: moved aside, building it anew"
        if _was_ours(path, lock):
            why = _DAMAGED
    elif found[1] != version:
        why = f"its format changed ({found[1]} -> {version}): building it anew"
    elif _noted(lock).get("state") == "sealed":
        if _noted(lock) != _seal(path):
            why = "its file was changed by something else than minekvm: building it anew"
    elif not _is_sound(path):
        why = _DAMAGED
    return why


def _is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file, after undoing what was under way."""
    try:
        connection = _connect(path)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def _header(path: Path) -> tuple[int, int] | None:
    """Application id and schema version in the file's header; None where it is no database."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return None
    if len(head) < 100 or not head.startswith(_MAGIC):
        return None
    return int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")


def _was_ours(path: Path, lock: IO[str]) -> bool:
    found = _header(path)
    return bool(_noted(lock)) or (found is not None and found[0] == _APPLICATION)


def _remove(path: Path, *, ours: bool) -> None:
    """Make room: our own file goes, another's is moved to the first free name beside it."""
    for end in ("-wal", "-shm"):
        _beside(path, end).unlink(missing_ok=True)
    if ours:
        path.unlink(missing_ok=True)
        return
    number = 1
    while (aside := _beside(path, f".aside-{number}")).exists():
        number += 1
    path.rename(aside)


def _to_disk(path: Path) -> None:
    with suppress(OSError), path.open("rb") as file:
        os.fsync(file)


def _seal(path: Path) -> dict[str, object]:
    about = path.stat()
    return {"state": "sealed", "size": about.st_size, "time": about.st_mtime_ns}


def _note(lock: IO[str], state: dict[str, object]) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(json.dumps(state))
    lock.flush()


def _noted(lock: IO[str]) -> dict[str, object]:
    lock.seek(0)
    try:
        state = json.loads(lock.read(1000))
    except ValueError:
        return {}
    return state if isinstance(state, dict) and "state" in state else {}


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _failed(path: Path, error: Exception) -> CacheFailed:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CacheFailed(f"the index cannot be written: {why}: {os.fspath(path)}", _HINT)
