"""The index: what the commits of a clone say and touch, in one SQLite file.

Ids of commits and blobs are kept as raw bytes, paths as the bytes git has, dates as ISO 8601 and
in seconds. Messages themselves are not kept, only their words (full text without content): git
has them. Whatever may change while commits do not (whether a cited hash exists here) is worked out
when it is asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.index import commit_layout, mail_layout
from minekvm.adapters.index.changed_lines import ChangedLines
from minekvm.adapters.index.names import Names
from minekvm.adapters.index.store import Busy, Store, Tell, open_read_only, open_store
from minekvm.adapters.index.values import dated, in_parts, marks, shortened, subject_key
from minekvm.core.model import IndexStatus
from minekvm.errors import IndexFailed

if TYPE_CHECKING:
    from minekvm.adapters.git.changed_words import Changed
    from minekvm.adapters.git.entries import Entry
    from minekvm.adapters.index.mail_rows import MailRows

VERSION = 7  # of the layout, and of what the parsers put into it


class Index(ChangedLines):
    """Rows in, rows out; a context manager, because it owns a file."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.connection)
        self._store = store
        self._people = Names(self._db, "person", ("name", "email"))
        self._paths = Names(self._db, "path", ("path",))
        self._texts = Names(self._db, "text", ("text",))

    @classmethod
    @contextmanager
    def opened(
        cls, path: Path, clone: str, tell: Tell, *, wait: bool, reading: bool = False
    ) -> Iterator[Index | None]:
        """Open a clone's index, to write where nobody else does; or for `reading` alone, so that
        nobody who writes has to wait.

        With `wait` a second writer waits; else it gets what can be read meanwhile, or None. Raises
        CacheFailed where the file cannot be written, IndexFailed where it turns out to be damaged,
        FileRefused where it is not ours.
        """
        store: Store | None
        try:
            if reading:
                raise Busy
            layout = ";\n".join((commit_layout.LAYOUT, mail_layout.LAYOUT))
            store = open_store(path, clone, layout, VERSION, wait=wait, tell=tell)
        except Busy:
            store = open_read_only(path, clone, VERSION)
        if store is None:
            yield None
            return
        try:
            yield cls(store)
        except sqlite3.DatabaseError as error:
            store.distrust()
            raise IndexFailed(
                f"the index failed: {error}: {path}", "ask again: it is built anew then"
            ) from None
        finally:
            store.close()

    @cached_property
    def mails(self) -> MailRows:
        """The part of the index that knows mails; few commands ask for it."""
        from minekvm.adapters.index.mail_rows import MailRows

        return MailRows(self._db, self._store.writing)

    @property
    def writable(self) -> bool:
        """Whether this process may write."""
        return self._store.writable

    def count(self) -> int:
        """How many commits are here."""
        return int(self._db.execute("SELECT count(*) FROM commits").fetchone()[0])

    def count_unread(self) -> int:
        """How many commits are here of which it is not known what they changed."""
        return int(self._db.execute("SELECT count(*) FROM commits WHERE unread").fetchone()[0])

    def unread(self, most: int) -> list[bytes]:
        """The raw ids of commits whose files could not be read, as many as `most`."""
        rows = self._db.execute("SELECT hash FROM commits WHERE unread LIMIT ?", (most,))
        return [row[0] for row in rows]

    # --- writing

    def tips(self, *, of_refs: bool = False) -> set[str]:
        """The commits of which every ancestor is here; or only those that a ref named."""
        where = " WHERE ref" if of_refs else ""
        return {row[0].hex() for row in self._db.execute(f"SELECT hash FROM tip{where}")}

    def missing(self, commits: Sequence[bytes]) -> list[bytes]:
        """Those of some raw ids that are not here, in their order."""
        have: set[bytes] = set()
        for some in in_parts(commits):
            asked = f"SELECT hash FROM commits WHERE hash IN ({marks(some)})"
            have.update(row[0] for row in self._db.execute(asked, some))
        return [c for c in commits if c not in have]

    def add(self, batch: Sequence[Entry]) -> None:
        """Add commits that are not here yet, in one transaction."""
        with self._store.writing() as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'next'").fetchone()
            first = int(row[0]) if row else 1
            self._insert(db, list(enumerate(batch, first)))
            put = "INSERT OR REPLACE INTO meta VALUES ('next', ?)"
            db.execute(put, (str(first + len(batch)),))
            self._count_mentions(sum(len(e[4]) for e in batch))

    def _insert(self, db: sqlite3.Connection, batch: list[tuple[int, Entry]]) -> None:
        person, path, text = self._people.number, self._paths.number, self._texts.number
        rows: list[tuple[object, ...]] = []
        for n, (about, *_) in batch:
            id_, author, authored, committer, committed, subject, unread = about
            numbers = (person(author), *dated(authored), person(committer), committed)
            rows.append((n, id_, *numbers, subject, subject_key(subject), unread))
        db.executemany("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._people.flush()
        db.executemany(
            "INSERT INTO parent VALUES (?, ?, ?)",
            [(n, nth, p) for n, e in batch for nth, p in enumerate(e[1])],
        )
        db.executemany(
            "INSERT OR REPLACE INTO touch VALUES (?, ?, ?, ?, NULL)",
            [(n, path((name,)), old, new) for n, e in batch for name, old, new in e[2]],
        )
        self._paths.flush()
        trailers = [
            (n, line, text((key,)), text((value,))) for n, e in batch for line, key, value in e[3]
        ]
        mentions: list[tuple[object, ...]] = []
        for n, e in batch:
            for nth, (kind, rule, hash_, subject, target, first, last, quote) in enumerate(e[4]):
                form, kept = shortened(quote, hash_, subject, target)
                how = text((kind,)), text((rule,))
                key = subject_key(subject) if subject else None
                said = (hash_, subject, target, first, last)
                mentions.append((n, nth, *how, *said, text((form,)) if form else None, kept, key))
        self._texts.flush()
        db.executemany("INSERT OR REPLACE INTO trailer VALUES (?, ?, ?, ?)", trailers)
        db.executemany(f"INSERT INTO mention VALUES ({marks(range(12))})", mentions)
        db.executemany(
            "INSERT INTO series VALUES (?, ?, ?, ?)",
            [(key, number, n, nth) for n, e in batch for nth, key, number in e[5]],
        )
        db.executemany(
            "INSERT INTO message(rowid, subject, body) VALUES (?, ?, ?)",
            [(n, e[0][5], e[6]) for n, e in batch],
        )

    def add_words(self, found: Sequence[Changed]) -> None:
        """Add the words that commits changed, each whole, in one transaction."""
        with self._store.writing() as db:
            self.put_words(db, found)

    def finish_words(self) -> None:
        """Note up to which commit the words of all changes are here."""
        with self._store.writing() as db:
            self.note_worded(db)

    def finish(self, refs: Iterable[str], others: Iterable[str], when: str) -> None:
        """Note that every ancestor of these tips is here now, those that refs name and others."""
        rows = dict.fromkeys(others, 0) | dict.fromkeys(refs, 1)
        with self._store.writing() as db:
            db.execute("DELETE FROM tip")
            db.executemany(
                "INSERT INTO tip VALUES (?, ?)", ((bytes.fromhex(t), r) for t, r in rows.items())
            )
            db.execute("INSERT OR REPLACE INTO meta VALUES ('indexed', ?)", (when,))

    def keep_only(self, reachable: Iterable[Sequence[bytes]]) -> list[bytes]:
        """The raw ids here that are not among those given part by part."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS standing(hash BLOB PRIMARY KEY)")
        self._db.execute("DELETE FROM standing")
        for part in reachable:
            self._db.executemany("INSERT OR IGNORE INTO standing VALUES (?)", ((c,) for c in part))
        asked = "SELECT hash FROM commits WHERE hash NOT IN (SELECT hash FROM standing)"
        return [row[0] for row in self._db.execute(asked)]

    def remove(self, gone: Sequence[bytes], messages: dict[bytes, tuple[str, str]]) -> None:
        """Remove commits; `messages` has those subjects and spoken texts that can still be read.

        The words of the others stay behind in the full text, where no row answers to them.
        """
        with self._store.writing() as db:
            db.execute("DELETE FROM memo WHERE kind = 'order'")  # a number is given once only
            for hash_ in gone:
                row = db.execute("SELECT id FROM commits WHERE hash = ?", (hash_,)).fetchone()
                if row is None:
                    continue
                if hash_ in messages:
                    db.execute(
                        "INSERT INTO message(message, rowid, subject, body)"
                        " VALUES ('delete', ?, ?, ?)",
                        (row[0], *messages[hash_]),
                    )
                db.execute("DELETE FROM commits WHERE id = ?", row)
                db.execute("DELETE FROM parent WHERE child = ?", row)
                for table in ("touch", "trailer", "series"):
                    db.execute(f"DELETE FROM {table} WHERE commit_ = ?", row)
                forgotten = db.execute("DELETE FROM mention WHERE commit_ = ?", row)
                self._count_mentions(-forgotten.rowcount)

    def forget_commits(self) -> None:
        """Remove all commits; what is known of mails stays."""
        with self._store.writing() as db:
            for table in commit_layout.OF_COMMITS:
                db.execute(f"DELETE FROM {table}")
            for table in ("message", "changed"):
                db.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
            db.execute(
                "DELETE FROM meta WHERE key IN ('mentions', 'indexed', 'next', 'words', 'worded')"
            )
            db.execute("DELETE FROM memo WHERE kind = 'order'")
        self._about.clear()

    def forget_memo(self, kept: Collection[str]) -> None:
        """Remove what was worked out before, but for some kinds."""
        with self._store.writing() as db:
            db.execute(f"DELETE FROM memo WHERE kind NOT IN ({marks(list(kept))})", list(kept))

    def _count_mentions(self, more: int) -> None:
        """Keep their number: SQLite would read every one of these long rows to count them."""
        asked = "INSERT INTO meta VALUES ('mentions', ?1)"
        asked += " ON CONFLICT(key) DO UPDATE SET value = value + ?1"
        self._db.execute(asked, (more,))

    # --- reading

    def status(self) -> IndexStatus:
        """What is there."""

        def count(table: str, where: str = "") -> int:
            return int(self._db.execute(f"SELECT count(*) FROM {table} {where}").fetchone()[0])

        return IndexStatus(
            path=str(self._store.file.path),
            size=self._store.file.size,
            version=VERSION,
            commits=count("commits"),
            mentions=int(self._meta("mentions") or 0),
            paths=count("path"),
            people=count("person"),
            blobs=count("memo", "WHERE kind = 'functions'"),
            indexed=self._meta("indexed"),
        )

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    # --- what was worked out before

    def recall(self, kind: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What was kept under some keys of a kind."""
        found: dict[bytes, bytes] = {}
        for some in in_parts(keys):
            asked = f"SELECT key, value FROM memo WHERE kind = ? AND key IN ({marks(some)})"
            found |= dict(self._db.execute(asked, (kind, *some)))
        if len(found) != len(found.keys() & set(keys)):
            raise sqlite3.DatabaseError("it has rows that were not asked for")
        return found

    def keep(self, kept: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Keep values by kind and key, in one transaction."""
        with self._store.writing() as db:
            db.executemany("INSERT OR REPLACE INTO memo VALUES (?, ?, ?)", kept)
