"""Which commits changed a line that holds a word: asked of the index, and put into it.

Commits go by the index's own numbers, which no other commit ever gets: what is kept of one that is
removed answers to nobody. Upper and lower case are one to the full text: whoever asks checks what
the code says.
"""

from __future__ import annotations

import os
import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from minekvm.adapters.git.changed_words import Changed, Touching
from minekvm.adapters.index.lookups import Lookups
from minekvm.adapters.index.values import blob_id, in_parts, marks
from minekvm.core.model import BlobId, CommitId

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)

LAYOUT = """\
CREATE TABLE worded(id INTEGER PRIMARY KEY, commit_ INTEGER, path INTEGER, unread INTEGER) STRICT;
CREATE VIRTUAL TABLE changed USING fts5(
    words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_$'")"""


@dataclass(frozen=True, slots=True)
class Place:
    """A file that a commit, known by its number too, changed; its blob before and after."""

    number: int
    commit: CommitId
    path: str
    old: BlobId | None
    new: BlobId | None


_PLACE = (
    "SELECT commits.id, commits.hash, path.path, touch.old, touch.new FROM worded"
    " JOIN commits ON commits.id = worded.commit_ JOIN path ON path.id = worded.path"
    " JOIN touch ON touch.commit_ = worded.commit_ AND touch.path = worded.path"
)


class ChangedLines(Lookups):
    """The part of the index that knows changed words."""

    def changing(self, word: str, path: str | None = None) -> list[Place]:
        """The files in which commits changed a line that holds a word, newest commit first.

        With a path, only that file. What is no identifier is in none.
        """
        if not _IDENTIFIER.fullmatch(word):
            return []
        asked = f"{_PLACE} WHERE worded.id IN (SELECT rowid FROM changed WHERE changed MATCH ?)"
        values: list[object] = [f'"{word}"']
        if path is not None:
            asked += " AND path.path = ?"
            values.append(os.fsencode(path))
        rows = self._db.execute(f"{asked} ORDER BY committed DESC, commits.id DESC", values)
        return [_place(row) for row in rows]

    def places(self, path: str) -> list[Place]:
        """The commits that changed a file, newest first."""
        asked = (
            "SELECT commits.id, commits.hash, path.path, old, new FROM path"
            " JOIN touch ON touch.path = path.id JOIN commits ON commits.id = commit_"
            " WHERE path.path = ? ORDER BY committed DESC, commits.id DESC"
        )
        return [_place(row) for row in self._db.execute(asked, (os.fsencode(path),))]

    def unread_changes(self) -> list[Place]:
        """The files of which it could not be read what a commit changed."""
        return [
            _place(row)
            for row in self._db.execute(f"{_PLACE} WHERE worded.unread ORDER BY worded.id")
        ]

    def numbers(self, commits: Iterable[bytes]) -> array[int]:
        """The numbers of those of some raw ids that are here, in their order."""
        known: dict[bytes, int] = dict(self._db.execute("SELECT hash, id FROM commits"))
        return array("L", (known[c] for c in commits if c in known))

    def ids(self, numbers: Iterable[int]) -> dict[int, CommitId]:
        """The ids of some commits by their numbers."""
        found: dict[int, CommitId] = {}
        for some in in_parts(list(numbers)):
            asked = f"SELECT id, hash FROM commits WHERE id IN ({marks(some)})"
            found |= {n: CommitId(raw.hex()) for n, raw in self._db.execute(asked, some)}
        return found

    def roots(self) -> set[int]:
        """The numbers of the commits without a parent."""
        asked = "SELECT id FROM commits WHERE id NOT IN (SELECT child FROM parent)"
        return {row[0] for row in self._db.execute(asked)}

    def unworded(self) -> set[int]:
        """The numbers of the commits whose changed words are not here, but could be."""
        asked = (
            "SELECT commit_ FROM touch WHERE commit_ IN (SELECT child FROM parent)"
            " EXCEPT SELECT commit_ FROM worded"
        )
        return {row[0] for row in self._db.execute(asked)}

    def touching_files(self, commits: Sequence[int]) -> Iterator[Touching]:
        """Some commits, by number and in their order, with the files they touch."""
        for some in in_parts(commits):
            asked = (
                "SELECT commit_, hash, touch.path, path.path, old, new FROM touch"
                " JOIN path ON path.id = touch.path JOIN commits ON commits.id = commit_"
                f" WHERE commit_ IN ({marks(some)})"
            )
            files: dict[int, list[tuple[int, bytes, bytes | None, bytes | None]]] = {}
            ids: dict[int, bytes] = {}
            for number, id_, *file in self._db.execute(asked, some):
                ids[number] = id_
                files.setdefault(number, []).append((file[0], file[1], file[2], file[3]))
            yield from (Touching(n, ids[n], tuple(files[n])) for n in some if n in files)

    def put_words(self, db: sqlite3.Connection, found: Sequence[Changed]) -> None:
        """Add what commits changed, inside a transaction."""
        row = db.execute("SELECT coalesce(max(id), 0) FROM worded").fetchone()
        rows = list(enumerate(found, row[0] + 1))
        db.executemany(
            "INSERT INTO worded VALUES (?, ?, ?, ?)",
            [(n, c.commit, c.path, int(c.words is None)) for n, c in rows],
        )
        db.executemany(
            "INSERT INTO changed(rowid, words) VALUES (?, ?)",
            [(n, " ".join(c.words)) for n, c in rows if c.words],
        )


def place(commit: Touching, file: tuple[int, bytes, bytes | None, bytes | None]) -> Place:
    """A file of a commit."""
    _, path, old, new = file
    id_ = CommitId(commit.id.hex())
    return Place(commit.number, id_, os.fsdecode(path), blob_id(old), blob_id(new))


def _place(row: Sequence[object]) -> Place:
    number, commit, path, old, new = row
    assert isinstance(number, int)
    assert isinstance(commit, bytes)
    return Place(number, CommitId(commit.hex()), os.fsdecode(path), blob_id(old), blob_id(new))  # type: ignore[arg-type]
