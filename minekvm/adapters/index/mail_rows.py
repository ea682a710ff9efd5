"""Mails in the index: where each one lies, who answers whom, what its patch touches.

No mail is copied: the archive keeps them, and a row says at which place.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.index.values import in_parts, marks, subject_key
from minekvm.adapters.mail_archives import Archive, Kind
from minekvm.core.mail.model import FileFacts, Mail, Patch, Sort

if TYPE_CHECKING:
    from minekvm.core.mail.facts import Read

_FIELDS = (
    "message_id, refs, date, list, sort, tree, subject, author, email, seconds, version, number,"
    " total, patch, lines, mail.id"
)
TWIN = "duplicate Message-Id"
LOOP = "answers what answers it"

Writing = Callable[[], AbstractContextManager[sqlite3.Connection]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail to take in: its place, what was read (None: not kept), its patch id, its flaws."""

    place: str
    read: Read | None
    patch_id: str
    flaws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What is here of an archive: how many mails by their sort, and what was wrong with some.

    A flaw has its reason, whether the mail was kept, how many have it, and the place of one.
    """

    archive: Archive
    sorts: dict[str, int]
    flaws: tuple[tuple[str, bool, int, str], ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing an archive did: how many mails came and went, how many were none."""

    archive: Archive
    added: int
    removed: int
    refused: int


class MailRows:
    """Rows in, rows out, on an open index."""

    def __init__(self, db: sqlite3.Connection, writing: Writing) -> None:
        self._db = db
        self._writing = writing

    # --- writing

    def state(self, archive: Archive) -> str:
        """How far an archive was taken in; "" where it was not."""
        asked = "SELECT state FROM archive WHERE path = ? AND kind = ?"
        row = self._db.execute(asked, (str(archive.path), archive.kind)).fetchone()
        return "" if row is None else str(row[0])

    def knows(self, archive: Archive, place: str) -> bool:
        """Whether the mail at a place was taken in, or found to be none."""
        asked = (
            "SELECT 1 FROM archive JOIN mail ON mail.archive = archive.id"
            " WHERE path = ?1 AND place = ?2 UNION ALL SELECT 1 FROM archive JOIN mail_flaw"
            " ON mail_flaw.archive = archive.id WHERE path = ?1 AND place = ?2 LIMIT 1"
        )
        return self._db.execute(asked, (str(archive.path), place)).fetchone() is not None

    def add(self, archive: Archive, taken: Sequence[Taken], gone: Sequence[str], state: str) -> int:
        """Take mails in, and out those at places that are gone; how many were added.

        All in one transaction with the archive's new state.
        """
        with self._writing() as db:
            number = self._number(db, archive)
            added = sum(self._insert(db, number, one) for one in taken)
            for place in gone:
                asked = "SELECT id FROM mail WHERE archive = ? AND place = ?"
                for row in db.execute(asked, (number, place)).fetchall():
                    self._delete(db, "id = ?", row)
                db.execute("DELETE FROM mail_flaw WHERE archive = ? AND place = ?", (number, place))
            db.execute("UPDATE archive SET state = ? WHERE id = ?", (state, number))
        return added

    def forget(self, archive: Archive) -> None:
        """Take out all that is of an archive."""
        with self._writing() as db:
            number = self._number(db, archive)
            self._delete(db, "archive = ?", (number,))
            db.execute("DELETE FROM mail_flaw WHERE archive = ?", (number,))
            db.execute("DELETE FROM archive WHERE id = ?", (number,))

    def _number(self, db: sqlite3.Connection, archive: Archive) -> int:
        path = str(archive.path)
        db.execute("INSERT OR IGNORE INTO archive VALUES (NULL, ?, ?, '')", (path, archive.kind))
        return int(db.execute("SELECT id FROM archive WHERE path = ?", (path,)).fetchone()[0])

    def _insert(self, db: sqlite3.Connection, archive: int, taken: Taken) -> bool:
        flaws = list(taken.flaws)
        read = taken.read
        if read is not None:
            mail, patch = read.mail, read.mail.patch
            asked = "SELECT archive, place FROM mail WHERE message_id = ? LIMIT 1"
            before = db.execute(asked, (mail.id,)).fetchone()
            if before == (archive, taken.place):
                return False  # the same bytes, a second time
            if before is not None:
                flaws.append(TWIN)
            new = db.execute(
                "INSERT INTO mail VALUES"
                " (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    _kept(mail.id),
                    archive,
                    taken.place,
                    int(before is not None),
                    _kept(mail.reply_to),
                    _kept(mail.root),
                    _kept(" ".join(mail.references)),
                    mail.date,
                    _kept(mail.list),
                    mail.sort,
                    mail.tree,
                    _kept(patch.subject),
                    subject_key(patch.subject),
                    _kept(patch.author),
                    _kept(patch.email),
                    patch.seconds,
                    patch.version,
                    patch.number,
                    patch.total,
                    taken.patch_id,
                    array("I", sorted(patch.lines)).tobytes(),
                ),
            ).lastrowid
            db.executemany(
                "INSERT OR IGNORE INTO mail_file VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (_kept(f.path), new, patch.seconds, f.old, f.new, _kept(" ".join(f.functions)))
                    for f in patch.files
                ],
            )
            db.executemany(
                "INSERT OR IGNORE INTO mail_link VALUES (?, ?)",
                [(_kept(link), new) for link in read.links],
            )
        db.executemany(
            "INSERT INTO mail_flaw VALUES (?, ?, ?, ?)",
            [(archive, taken.place, flaw, int(read is not None)) for flaw in flaws],
        )
        return read is not None

    def _delete(self, db: sqlite3.Connection, where: str, values: Sequence[object]) -> None:
        for table in ("mail_file", "mail_link"):
            db.execute(
                f"DELETE FROM {table} WHERE mail IN (SELECT id FROM mail WHERE {where})", values
            )
        db.execute(f"DELETE FROM mail WHERE {where}", values)

    # --- reading

    def any(self) -> bool:
        """Whether there is any mail here."""
        return self._db.execute("SELECT 1 FROM mail LIMIT 1").fetchone() is not None

    def held(self) -> list[Held]:
        """What is here, archive by archive, as they were given first."""
        found = []
        rows = self._db.execute("SELECT id, path, kind FROM archive ORDER BY id").fetchall()
        for number, path, kind in rows:
            asked = "SELECT sort, count(*) FROM mail WHERE archive = ? GROUP BY 1 ORDER BY 2 DESC"
            sorts = dict(self._db.execute(asked, (number,)))
            asked = (
                "SELECT reason, kept, count(*), min(place) FROM mail_flaw WHERE archive = ?"
                " GROUP BY reason, kept ORDER BY 3 DESC, 1"
            )
            flaws = [(r, bool(k), n, p) for r, k, n, p in self._db.execute(asked, (number,))]
            found.append(Held(Archive(Path(path), kind), sorts, (*flaws, *self._loops(number))))
        return found

    def _loops(self, archive: int) -> list[tuple[str, bool, int, str]]:
        """The flaw that only the whole shows: two mails that each answer the other."""
        asked = (
            "SELECT count(*), min(a.place) FROM mail AS a JOIN mail AS b"
            " ON b.message_id = a.reply_to AND b.reply_to = a.message_id"
            " WHERE a.archive = ? AND a.twin = 0 AND b.twin = 0 AND a.reply_to <> ''"
        )
        count, place = self._db.execute(asked, (archive,)).fetchone()
        return [(LOOP, True, count, place)] if count else []

    def places(self, message_id: str) -> list[tuple[Archive, str]]:
        """Where the mails of a Message-Id lie, the one that was taken in first before its twins."""
        asked = (
            "SELECT path, kind, place FROM mail JOIN archive ON archive.id = mail.archive"
            " WHERE message_id = ? ORDER BY twin, mail.id"
        )
        found: list[tuple[str, Kind, str]] = self._db.execute(asked, (message_id,)).fetchall()
        return [(Archive(Path(path), kind), place) for path, kind, place in found]

    def mails(self, message_ids: Iterable[str]) -> dict[str, Mail]:
        """The mails of some Message-Ids; those not here are left out."""
        found: dict[str, Mail] = {}
        for some in in_parts(list(dict.fromkeys(message_ids))):
            for mail in self._mails(f"message_id IN ({marks(some)})", some):
                found.setdefault(mail.id, mail)
        return found

    def mail(self, message_id: str) -> Mail | None:
        """The mail of a Message-Id; None where it is not here."""
        return self.mails([message_id]).get(message_id)

    def around(self, message_ids: Sequence[str]) -> list[Mail]:
        """The mails that answer some, or refer to one of them before all others."""
        found: dict[str, Mail] = {}
        for some in in_parts(message_ids):
            for column in ("reply_to", "root"):
                for mail in self._mails(f"{column} IN ({marks(some)}) AND {column} <> ''", some):
                    found.setdefault(mail.id, mail)
        return list(found.values())

    def titled(self, subject: str) -> list[Mail]:
        """The mails with a patch of this subject, but for case, space and tags."""
        return self._mails("subject_key = ? AND lines <> x''", (subject_key(subject),))

    def letters(self, subject: str) -> list[Mail]:
        """The letters before series that have this subject, as above; the oldest first."""
        return self._mails("subject_key = ? AND sort = 'cover'", (subject_key(subject),))

    def unplaced(self, subject: str) -> list[Mail]:
        """The answers under a subject, as above, that refer to no mail; the oldest first."""
        where = "subject_key = ? AND sort = 'reply' AND reply_to = ''"
        return self._mails(where, (subject_key(subject),))

    def of_sort(self, sort: Sort) -> list[Mail]:
        """Every mail of a sort, without twins, the oldest first."""
        return self._mails("sort = ? AND twin = 0", (sort,))

    def with_patch_id(self, patch_id: str) -> list[Mail]:
        """The mails whose patch has this id."""
        return self._mails("patch = ? AND patch <> ''", (patch_id,)) if patch_id else []

    def touching(
        self, path: str, since: int, until: int, limit: int
    ) -> list[tuple[int, str, str, str, str]]:
        """The patches that touch a file, sent in some span of time, the nearest to its end first.

        Each as its row, the first digits of its new blob, the functions, and the author's name
        and address.
        """
        asked = (
            "SELECT mail, new, functions, author, email FROM mail_file JOIN mail ON mail.id = mail"
            " WHERE path = ? AND mail_file.seconds BETWEEN ? AND ? AND lines <> x''"
            " ORDER BY mail_file.seconds DESC LIMIT ?"
        )
        return self._db.execute(asked, (_kept(path), since, until, limit)).fetchall()

    def rows(self, numbers: Sequence[int]) -> list[Mail]:
        """The mails of some rows."""
        return [
            mail
            for some in in_parts(numbers)
            for mail in self._mails(f"mail.id IN ({marks(some)})", some)
        ]

    def links_of(self, message_id: str) -> list[str]:
        """The mails that the text of one gives addresses of."""
        asked = (
            "SELECT DISTINCT mail_link.message_id FROM mail JOIN mail_link ON mail = mail.id"
            " WHERE mail.message_id = ?"
        )
        return [r[0] for r in self._db.execute(asked, (message_id,))]

    def _mails(self, where: str, values: Sequence[object]) -> list[Mail]:
        asked = f"SELECT {_FIELDS} FROM mail WHERE {where} ORDER BY twin, seconds, mail.id"
        rows = self._db.execute(asked, values).fetchall()
        files = self._files([row[-1] for row in rows])
        return [_mail(row, files.get(row[-1], ())) for row in rows]

    def _files(self, mails: Sequence[int]) -> dict[int, tuple[FileFacts, ...]]:
        found: dict[int, tuple[FileFacts, ...]] = {}
        for some in in_parts(mails):
            asked = (
                "SELECT mail, path, old, new, functions FROM mail_file"
                f" WHERE mail IN ({marks(some)}) ORDER BY mail, path"
            )
            for mail, path, old, new, functions in self._db.execute(asked, some):
                file = FileFacts(path, old, new, tuple(functions.split()))
                found[mail] = (*found.get(mail, ()), file)
        return found


def _mail(row: Sequence[object], files: tuple[FileFacts, ...]) -> Mail:
    id_, refs, date, list_, sort, tree, subject, author, email = row[:9]
    seconds, version, number, total, patch_id, lines, _ = row[9:]
    assert isinstance(lines, bytes)
    patch = Patch(
        *(id_, subject, author, email, seconds, version, number, total, patch_id),  # type: ignore[arg-type]
        files,
        frozenset(array("I", lines)),
    )
    named: Sort = sort  # type: ignore[assignment]
    return Mail(str(id_), tuple(str(refs).split()), str(date), str(list_), named, str(tree), patch)


def _kept(text: str) -> str:
    """Text that SQLite takes: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
