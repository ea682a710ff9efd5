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

_MANY = 50_000  # commits from which every one that is here is read to find them
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A file that a commit, known by its number too, changed; its blob before and after."""

    number: int
    commit: CommitId
    path: str
    old: BlobId | None
    new: BlobId | None


_PLACE = (
    "SELECT commits.id, commits.hash, path.path, touch.old, touch.new FROM touch"
    " JOIN commits ON commits.id = touch.commit_ JOIN path ON path.id = touch.path"
)


class ChangedLines(Lookups):
    """The part of the index that knows changed words."""

    def names(self, begun: str, most: int) -> list[str]:
        """Names that it has met and that begin so, as many as `most`."""
        from minekvm.adapters.index.vocabulary import names

        return names(self._db, begun, most)

    def changing(self, word: str, path: str | None = None) -> list[Place]:
        """The files in which commits changed a line that holds a word, newest commit first.

        With a path, only that file. What is no identifier is in none.
        """
        if not _IDENTIFIER.fullmatch(word):
            return []
        asked = f"{_PLACE} WHERE words IN (SELECT rowid FROM changed WHERE changed MATCH ?)"
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

    def touching_any(self, paths: Iterable[str]) -> set[int]:
        """The numbers of the commits that changed one of some files."""
        found: set[int] = set()
        for some in in_parts([os.fsencode(path) for path in paths]):
            asked = (
                "SELECT commit_ FROM path JOIN touch ON touch.path = path.id"
                f" WHERE path.path IN ({marks(some)})"
            )
            found.update(row[0] for row in self._db.execute(asked, some))
        return found

    def unread_changes(self) -> list[Place]:
        """The files of which it could not be read what a commit changed."""
        asked = f"{_PLACE} WHERE words = -1 ORDER BY commit_, touch.path"
        return [_place(row) for row in self._db.execute(asked)]

    def numbers(self, commits: Iterable[bytes]) -> array[int]:
        """The numbers of those of some raw ids that are here, in their order."""
        wanted = list(commits)
        known: dict[bytes, int] = {}
        if len(wanted) > _MANY:
            known = dict(self._db.execute("SELECT hash, id FROM commits"))
        else:
            for some in in_parts(wanted):
                asked = f"SELECT hash, id FROM commits WHERE hash IN ({marks(some)})"
                known |= dict(self._db.execute(asked, some))
        return array("L", (known[c] for c in wanted if c in known))

    def ids(self, numbers: Iterable[int]) -> dict[int, CommitId]:
        """The ids of some commits by their numbers."""
        found: dict[int, CommitId] = {}
        for some in in_parts(list(numbers)):
            asked = f"SELECT id, hash FROM commits WHERE id IN ({marks(some)})"
            found |= {n: CommitId(raw.hex()) for n, raw in self._db.execute(asked, some)}
        return found

    def roots(self, among: Iterable[int] | None = None) -> set[int]:
        """The numbers of the commits without a parent, or of those among some."""
        asked = "SELECT id FROM commits WHERE NOT EXISTS (SELECT 1 FROM parent WHERE child = id)"
        if among is None:
            return {row[0] for row in self._db.execute(asked)}
        found: set[int] = set()
        for some in in_parts(list(among)):
            rows = self._db.execute(f"{asked} AND id IN ({marks(some)})", some)
            found.update(row[0] for row in rows)
        return found

    def worded(self) -> int:
        """The number up to which the words of all commits are here."""
        asked = "SELECT coalesce(max(value), 0) FROM meta WHERE key = 'worded'"
        return int(self._db.execute(asked).fetchone()[0])

    def unworded(self) -> set[int]:
        """The numbers of the commits of whose files some lack their words, which could be here.

        All of the first ones are here up to a number that is kept, so that this costs little.
        """
        asked = (
            "SELECT DISTINCT commit_ FROM touch WHERE commit_ > ? AND words IS NULL"
            " AND commit_ IN (SELECT child FROM parent)"
        )
        return {row[0] for row in self._db.execute(asked, (self.worded(),))}

    def touching_files(self, commits: Sequence[int]) -> Iterator[Touching]:
        """Some commits, by number and in their order, with the files that lack their words."""
        for some in in_parts(commits):
            asked = (
                "SELECT commit_, hash, touch.path, path.path, old, new FROM touch"
                " JOIN path ON path.id = touch.path JOIN commits ON commits.id = commit_"
                f" WHERE words IS NULL AND commit_ IN ({marks(some)})"
            )
            files: dict[int, list[tuple[int, bytes, bytes | None, bytes | None]]] = {}
            ids: dict[int, bytes] = {}
            for number, id_, *file in self._db.execute(asked, some):
                ids[number] = id_
                files.setdefault(number, []).append((file[0], file[1], file[2], file[3]))
            yield from (Touching(n, ids[n], tuple(files[n])) for n in some if n in files)

    def put_words(self, db: sqlite3.Connection, found: Sequence[Changed]) -> None:
        """Add what commits changed, inside a transaction."""
        row = db.execute("SELECT value FROM meta WHERE key = 'words'").fetchone()
        last = int(row[0]) if row else 0
        states: list[tuple[int, int, int]] = []
        texts: list[tuple[int, str]] = []
        for one in found:
            state = -1 if one.words is None else 0
            if one.words:
                state = last = last + 1
                texts.append((last, " ".join(one.words)))
            states.append((state, one.commit, one.path))
        db.executemany("UPDATE touch SET words = ? WHERE commit_ = ? AND path = ?", states)
        db.executemany("INSERT INTO changed(rowid, words) VALUES (?, ?)", texts)
        db.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (str(last),))

    def note_worded(self, db: sqlite3.Connection) -> None:
        """Note up to which commit all words are here, inside a transaction."""
        asked = (
            "SELECT coalesce(min(commit_) - 1, (SELECT max(id) FROM commits)) FROM touch"
            " WHERE words IS NULL AND commit_ IN (SELECT child FROM parent)"
        )
        (whole,) = db.execute(asked).fetchone()
        db.execute("INSERT OR REPLACE INTO meta VALUES ('worded', ?)", (str(whole or 0),))


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
