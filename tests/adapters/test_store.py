"""The index file: made, kept, distrusted, locked. Layouts here are tiny ones of the tests' own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minekvm.adapters.index.store import Busy, Store, open_read_only, open_store
from minekvm.errors import CacheFailed, FileRefused

SPAWN = multiprocessing.get_context("spawn")  # a fork would inherit the lock
LAYOUT = "CREATE TABLE meta(key TEXT, value TEXT);\nCREATE TABLE row(n INTEGER)"


class Told(list[str]):
    """What the store said."""

    def __call__(self, what: str) -> None:
        self.append(what)


@contextmanager
def opened(
    path: Path, told: Told, *, clone: str = "a", version: int = 1, wait: bool = False
) -> Iterator[Store]:
    store = open_store(path, clone, LAYOUT, version, wait=wait, tell=told)
    try:
        yield store
    finally:
        store.close()


def put(path: Path, *numbers: int) -> None:
    with opened(path, Told()) as store, store.writing() as db:
        db.executemany("INSERT INTO row VALUES (?)", [(n,) for n in numbers])


def rows(store: Store) -> list[int]:
    return [r[0] for r in store.connection.execute("SELECT n FROM row ORDER BY n")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index.sqlite"


def test_rows_are_there_again(path: Path) -> None:
    put(path, 1, 2)
    told = Told()
    with opened(path, told) as store:
        assert rows(store) == [1, 2]
    assert told == []
    assert sorted(p.name for p in path.parent.iterdir()) == ["index.sqlite"]


def test_a_transaction_is_kept_whole_or_not_at_all(path: Path) -> None:
    with opened(path, Told()) as store:
        with pytest.raises(KeyError), store.writing() as db:
            db.execute("INSERT INTO row VALUES (1)")
            raise KeyError
        assert rows(store) == []


def test_reading_changes_no_byte(path: Path) -> None:
    put(path, 1)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with opened(path, Told()) as store:
        assert rows(store) == [1]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("damage", ["flipped", "cut"])
def test_a_file_that_something_else_changed_is_not_trusted(path: Path, damage: str) -> None:
    put(path, *range(500))
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 0xFF
    else:
        del data[len(data) // 2 :]
    path.write_bytes(data)
    told = Told()
    with opened(path, told) as store:
        assert rows(store) == []
    assert len(told) == 1
    assert "building it anew" in told[0]


def theirs(path: Path, *statements: str) -> None:
    """Another program's database, its last rows in a write-ahead log still."""
    database = sqlite3.connect(path)
    for statement in (*statements, "CREATE TABLE thesis(n)", "INSERT INTO thesis VALUES (1)"):
        database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize("sort", ["text", "empty", "database", "our id", "index no more"])
def test_what_is_not_ours_stays_as_it_is(path: Path, sort: str) -> None:
    path.parent.mkdir()
    if sort == "text":
        path.write_text("my notes")
    elif sort == "empty":
        path.touch()
    elif sort == "database":
        theirs(path)
    elif sort == "our id":  # but nothing else of ours
        theirs(path, f"PRAGMA application_id = {0x6D6B766D}", "PRAGMA user_version = 1")
    else:
        put(path, 1)
        path.write_bytes(b"notes of mine over an index\n" * 40)
    kept = path.read_bytes()
    with pytest.raises(FileRefused, match="stays as it is"):
        open_store(path, "a", LAYOUT, 1, wait=False, tell=Told())
    assert path.read_bytes() == kept
    assert [p.name for p in path.parent.iterdir()] == ["index.sqlite"]


def test_a_new_format_is_built_anew_and_told(path: Path) -> None:
    put(path, 1)
    told = Told()
    with opened(path, told, version=2) as store:
        assert rows(store) == []
    assert told == ["index: its format changed (1 -> 2): building it anew"]


def test_an_index_of_another_clone_is_built_anew_and_told(path: Path) -> None:
    put(path, 1)
    told = Told()
    with opened(path, told, clone="b") as store:
        assert rows(store) == []
    assert told == ["index: it is of another clone (a): building it anew"]


def test_a_second_writer_does_not_wait_unless_asked(path: Path) -> None:
    with opened(path, Told()), pytest.raises(Busy):
        open_store(path, "a", LAYOUT, 1, wait=False, tell=Told())


def _note(told: Path, said: str) -> None:
    told.write_text(said)


def _write_late(path: Path, told: Path) -> None:
    store = open_store(path, "a", LAYOUT, 1, wait=True, tell=lambda said: _note(told, said))
    with store.writing() as db:
        db.execute("INSERT INTO row VALUES (2)")
    store.close()


def test_a_second_writer_says_that_it_waits_and_waits(path: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    with opened(path, Told()) as store:
        other = SPAWN.Process(target=_write_late, args=(path, told))
        other.start()
        while not told.exists() or not told.read_text():
            assert other.is_alive()
            time.sleep(0.01)
        with store.writing() as db:
            db.execute("INSERT INTO row VALUES (1)")
    other.join()
    assert "waiting" in told.read_text()
    with opened(path, Told()) as store:
        assert rows(store) == [1, 2]


def test_readers_read_while_one_writes(path: Path) -> None:
    put(path, 1)
    with opened(path, Told()) as writer, writer.writing() as db:
        db.execute("INSERT INTO row VALUES (2)")
        reader = open_read_only(path, "a", 1)
        assert reader is not None
        assert rows(reader) == [1]
        with pytest.raises(sqlite3.OperationalError):
            reader.connection.execute("INSERT INTO row VALUES (3)")
        reader.close()


def test_no_reader_gets_what_is_of_another_clone_or_format(path: Path) -> None:
    put(path, 1)
    assert open_read_only(path, "b", 1) is None
    assert open_read_only(path, "a", 2) is None
    assert open_read_only(path.with_name("none"), "a", 1) is None


def _die_writing(path: Path) -> None:
    store = open_store(path, "a", LAYOUT, 1, wait=False, tell=Told())
    with store.writing() as db:
        db.execute("INSERT INTO row VALUES (2)")
    store.connection.execute("BEGIN IMMEDIATE")
    store.connection.execute("INSERT INTO row VALUES (3)")
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_writer_leaves_what_it_had_finished(path: Path) -> None:
    put(path, 1)
    dying = SPAWN.Process(target=_die_writing, args=(path,))
    dying.start()
    dying.join()
    told = Told()
    with opened(path, told) as store:
        assert rows(store) == [1, 2]
        with store.writing() as db:
            db.execute("INSERT INTO row VALUES (4)")
    assert told == []
    with opened(path, told) as store:
        assert rows(store) == [1, 2, 4]
    assert told == []


def test_damage_after_a_kill_is_found(path: Path) -> None:
    put(path, *range(3000))
    dying = SPAWN.Process(target=_die_writing, args=(path,))
    dying.start()
    dying.join()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)
    told = Told()
    with opened(path, told) as store:
        assert rows(store) == []
    assert told == ["index: its file is damaged: building it anew"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileRefused, match="a folder should be"):
        open_store(tmp_path / "file" / "index", "a", LAYOUT, 1, wait=False, tell=Told())
    with pytest.raises(CacheFailed) as failed:
        open_store(tmp_path / ("x" * 300) / "index", "a", LAYOUT, 1, wait=False, tell=Told())
    assert "cannot be written" in failed.value.message
    assert "--index" in failed.value.hint
