"""What is asked of the index: commits by hash and subject, mentions both ways, files, words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minekvm.adapters.index.commit_layout import CHANGE_IDS
from minekvm.adapters.index.values import (
    blob_id,
    dated,
    id_range,
    in_parts,
    marks,
    path_of,
    phrase_of,
    restored,
    stamp,
    subject_key,
    words_of,
)
from minekvm.core.messages.subjects import folded
from minekvm.core.model import BlobId, CommitId

if TYPE_CHECKING:
    from minekvm.core.messages.model import Mention

_SHORTEST = 7  # digits of a hash that a message may cite
_SUMMARY = (
    "hash, name, email, authored, zone, committed, subject"
    " FROM commits JOIN person ON person.id = author"
)
_MENTION = (
    "SELECT commits.hash, kind.text, rule.text, mention.hash, mention.subject, target, first,"
    " last, form.text, quote, {} FROM {} JOIN commits ON commits.id = mention.commit_"
    " JOIN text AS kind ON kind.id = mention.kind JOIN text AS rule ON rule.id = mention.rule"
    " LEFT JOIN text AS form ON form.id = mention.form WHERE {}"
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the index knows of a commit; fields as in `model.Commit`."""

    id: CommitId
    author: str
    email: str
    authored: str
    committed: int
    subject: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A C file that a commit changed; a side's blob is None where it has no such file."""

    path: str
    old: BlobId | None
    new: BlobId | None


class Lookups:
    """Rows out: implements `core.relations.Register` and more, on an open index."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._about: dict[CommitId, Summary] = {}

    def find(self, prefix: str, limit: int = 5) -> list[CommitId]:
        """The commits whose hash begins with some hexadecimal digits."""
        low, high = id_range(prefix)
        asked = "SELECT hash FROM commits WHERE hash BETWEEN ? AND ? LIMIT ?"
        return [CommitId(r[0].hex()) for r in self._db.execute(asked, (low, high, limit))]

    def summaries(self, commits: Iterable[CommitId]) -> dict[CommitId, Summary]:
        """What is known of some commits; those not here are left out."""
        found = {}
        for some in in_parts([bytes.fromhex(c) for c in commits]):
            asked = f"SELECT {_SUMMARY} WHERE hash IN ({marks(some)})"
            for row in self._db.execute(asked, some):
                one = _summary(row)
                found[one.id] = one
        return found

    def about(self, commit: CommitId) -> Summary | None:
        """What is known of a commit; None where it is not here."""
        if commit not in self._about:
            self._about |= self.summaries([commit])
        return self._about.get(commit)

    def written_with(self, commit: CommitId) -> list[CommitId]:
        """The commits of the same author and author date, itself included: copies of one patch."""
        asked = (
            "SELECT b.hash FROM commits AS a JOIN commits AS b"
            " ON b.authored = a.authored AND b.zone = a.zone AND b.author = a.author"
            " WHERE a.hash = ? ORDER BY b.hash"
        )
        return [CommitId(r[0].hex()) for r in self._db.execute(asked, (bytes.fromhex(commit),))]

    def merging(self, commit: CommitId) -> CommitId | None:
        """The first merge that has a commit as a parent other than its first."""
        asked = (
            "SELECT commits.hash FROM parent JOIN commits ON commits.id = child"
            " WHERE parent.hash = ? AND nth > 0 ORDER BY committed, commits.hash LIMIT 1"
        )
        row = self._db.execute(asked, (bytes.fromhex(commit),)).fetchone()
        return None if row is None else CommitId(row[0].hex())

    def in_series(self, key: str) -> list[tuple[CommitId, Mention, int]]:
        """The commits whose links are numbered in a series of mails, with the link and number."""
        of = "series JOIN mention ON mention.commit_ = series.commit_ AND mention.nth = series.nth"
        asked = _MENTION.format("number", of, "key = ? ORDER BY number, commits.hash")
        return [(*_mention(row), row[-1]) for row in self._db.execute(asked, (key,))]

    def parents(self, commit: CommitId) -> list[CommitId]:
        """A commit's parents, in order."""
        asked = (
            "SELECT parent.hash FROM parent JOIN commits ON commits.id = child"
            " WHERE commits.hash = ? ORDER BY nth"
        )
        return [CommitId(r[0].hex()) for r in self._db.execute(asked, (bytes.fromhex(commit),))]

    def children(self, commit: CommitId) -> list[CommitId]:
        """The commits that have this one as their first parent."""
        asked = (
            "SELECT commits.hash FROM parent JOIN commits ON commits.id = child"
            " WHERE parent.hash = ? AND nth = 0 ORDER BY commits.hash"
        )
        return [CommitId(r[0].hex()) for r in self._db.execute(asked, (bytes.fromhex(commit),))]

    def titled(self, subject: str) -> list[CommitId]:
        """The commits of this subject, but for case, space and mail tags; the oldest first."""
        asked = "SELECT hash, subject FROM commits WHERE subject_key = ? ORDER BY committed, hash"
        return [
            CommitId(hash_.hex())
            for hash_, title in self._db.execute(asked, (subject_key(subject),))
            if folded(title) == folded(subject)
        ]

    def titled_like(self, subject: str, limit: int = 20) -> list[tuple[CommitId, str]]:
        """Commits whose subject has the words of another, best first, with their subjects."""
        words = words_of(subject)
        if not words:
            return []
        asked = (
            "SELECT hash, commits.subject FROM message JOIN commits ON commits.id = message.rowid"
            " WHERE message MATCH ? ORDER BY rank LIMIT ?"
        )
        phrase = "subject : " + " ".join(f'"{w}"' for w in words)
        rows = self._db.execute(asked, (phrase, limit))
        return [(CommitId(r[0].hex()), r[1]) for r in rows]

    def searched(self, terms: Iterable[str], limit: int) -> list[tuple[int, CommitId, float]]:
        """Commits whose message has some of the terms, best first: number, id, BM25 (above 0).

        A term that ends with `*` is the beginning of a word. A subject's words count fourfold.
        """
        phrases = [found for term in terms if (found := phrase_of(term))]
        if not phrases:
            return []
        asked = (
            "SELECT message.rowid, hash, bm25(message, 4.0, 1.0) AS weight FROM message"
            " JOIN commits ON commits.id = message.rowid WHERE message MATCH ?"
            " ORDER BY weight LIMIT ?"
        )
        rows = self._db.execute(asked, (" OR ".join(phrases), limit))
        return [(n, CommitId(raw.hex()), -weight) for n, raw, weight in rows]

    def number(self, commit: CommitId) -> int | None:
        """The index's own number of a commit; None where it is not here."""
        asked = "SELECT id FROM commits WHERE hash = ?"
        row = self._db.execute(asked, (bytes.fromhex(commit),)).fetchone()
        return None if row is None else int(row[0])

    def speaking(self, term: str) -> int:
        """How many messages have a term, as in `searched`."""
        asked = "SELECT count(*) FROM message WHERE message MATCH ?"
        phrase = phrase_of(term)
        return int(self._db.execute(asked, (phrase,)).fetchone()[0]) if phrase else 0

    def paths(self) -> list[str]:
        """Every path that a commit touched, C files only."""
        return [path_of(row[0]) for row in self._db.execute("SELECT path FROM path")]

    def mentions(self, commit: CommitId) -> list[Mention]:
        """What a commit's message says of others, in order of place."""
        asked = _MENTION.format("nth", "mention", "commits.hash = ? ORDER BY nth")
        return [_mention(r)[1] for r in self._db.execute(asked, (bytes.fromhex(commit),))]

    def mentioning(self, hash_: str) -> list[tuple[CommitId, Mention]]:
        """The mentions of a hash, with who makes them, the newest first.

        Those count that give its first digits, and those of which it is the first digits.
        """
        prefixes = [hash_[:n] for n in range(_SHORTEST, len(hash_))]
        given = f"mention.hash IN ({marks(prefixes)}) AND mention.hash <> ''"
        asked = _MENTION.format("nth", "mention", given) + " UNION ALL "
        given = "mention.hash BETWEEN ? AND ? AND mention.hash <> ''"
        asked += _MENTION.format("nth", "mention", given)
        rows = self._db.execute(asked, (*prefixes, hash_, hash_ + "g"))
        found = [_mention(row) for row in rows]
        when = self.summaries({c for c, _ in found})
        return sorted(found, key=lambda f: (-when[f[0]].committed, f[0], f[1].first))

    def mentioning_title(self, subject: str) -> list[tuple[CommitId, Mention]]:
        """The mentions that quote a subject, with who makes them."""
        given = "mention.subject_key = ? ORDER BY committed DESC, commits.hash, nth"
        asked = _MENTION.format("nth", "mention", given)
        return [_mention(row) for row in self._db.execute(asked, (subject_key(subject),))]

    def all_mentions(self, kind: str) -> Iterator[tuple[CommitId, Mention]]:
        """Every mention of a kind, newest commit first."""
        given = "kind.text = ? ORDER BY committed DESC, commits.hash, nth"
        for row in self._db.execute(_MENTION.format("nth", "mention", given), (kind,)):
            yield _mention(row)

    def linking(self, target: str) -> list[tuple[CommitId, Mention]]:
        """The commits that link to a mail, by its Message-Id, the oldest first."""
        given = "target = ? AND target <> '' AND kind.text = 'link'"
        given += " ORDER BY committed, commits.hash, nth"
        rows = self._db.execute(_MENTION.format("nth", "mention", given), (target,))
        return [_mention(row) for row in rows]

    def trailers(self, commit: CommitId) -> list[tuple[int, str, str]]:
        """Those of a commit's trailers that name people or a change: line, key, value."""
        asked = (
            "SELECT line, key.text, value.text FROM trailer"
            " JOIN commits ON commits.id = commit_ JOIN text AS key ON key.id = trailer.key"
            " JOIN text AS value ON value.id = trailer.value WHERE commits.hash = ? ORDER BY line"
        )
        return list(self._db.execute(asked, (bytes.fromhex(commit),)))

    def of_one_change(self, commit: CommitId) -> list[tuple[CommitId, int, str]]:
        """The other commits with a Change-Id of a commit, with the line and value of its own."""
        keys = f"({', '.join(map(str, CHANGE_IDS))})"
        asked = (
            "SELECT there.hash, mine.line, text.text FROM commits AS here"
            f" JOIN trailer AS mine ON mine.commit_ = here.id AND mine.key IN {keys}"
            " JOIN trailer AS theirs ON theirs.value = mine.value AND theirs.commit_ <> here.id"
            f" AND theirs.key IN {keys} JOIN commits AS there ON there.id = theirs.commit_"
            " JOIN text ON text.id = mine.value"
            " WHERE here.hash = ? ORDER BY there.committed, there.hash LIMIT 50"
        )
        rows = self._db.execute(asked, (bytes.fromhex(commit),))
        return [(CommitId(h.hex()), line, value) for h, line, value in rows]

    def is_unread(self, commit: CommitId) -> bool:
        """Whether it could not be read which files a commit changed."""
        asked = "SELECT unread FROM commits WHERE hash = ?"
        row = self._db.execute(asked, (bytes.fromhex(commit),)).fetchone()
        return row is not None and bool(row[0])

    def touched(self, commit: CommitId) -> list[Touched]:
        """The C files that a commit changed against its only parent; none for merges."""
        asked = (
            "SELECT path.path, old, new FROM touch JOIN path ON path.id = touch.path"
            " JOIN commits ON commits.id = commit_ WHERE commits.hash = ? ORDER BY path.path"
        )
        rows = self._db.execute(asked, (bytes.fromhex(commit),))
        return [Touched(path_of(p), blob_id(old), blob_id(new)) for p, old, new in rows]

    def breadth(self, commits: Iterable[CommitId]) -> dict[CommitId, int]:
        """How many C files each of some commits changed."""
        found: dict[CommitId, int] = {}
        for some in in_parts([bytes.fromhex(c) for c in commits]):
            asked = (
                "SELECT hash, (SELECT count(*) FROM touch WHERE commit_ = commits.id)"
                f" FROM commits WHERE hash IN ({marks(some)})"
            )
            found |= {CommitId(h.hex()): n for h, n in self._db.execute(asked, some)}
        return found

    def touching(self, path: str) -> list[tuple[CommitId, BlobId | None, BlobId | None]]:
        """The commits that changed a file, newest first, with its blob before and after."""
        asked = (
            "SELECT commits.hash, old, new FROM path JOIN touch ON touch.path = path.id"
            " JOIN commits ON commits.id = commit_ WHERE path.path = ?"
            " ORDER BY committed DESC, commits.id DESC"
        )
        rows = self._db.execute(asked, (os.fsencode(path),))
        return [(CommitId(c.hex()), blob_id(old), blob_id(new)) for c, old, new in rows]

    def touching_between(
        self, path: str, since: int, until: int, limit: int
    ) -> list[tuple[CommitId, BlobId | None, str, str]]:
        """The commits of a span of time that changed a file, the earliest first.

        Each with its blob after and the author's name and address.
        """
        asked = (
            "SELECT commits.hash, new, name, email FROM path JOIN touch ON touch.path = path.id"
            " JOIN commits ON commits.id = commit_ JOIN person ON person.id = author"
            " WHERE path.path = ? AND committed BETWEEN ? AND ? ORDER BY committed LIMIT ?"
        )
        rows = self._db.execute(asked, (os.fsencode(path), since, until, limit))
        return [(CommitId(c.hex()), blob_id(new), name, email) for c, new, name, email in rows]

    def authored_at(self, authored: str) -> list[CommitId]:
        """The commits of an author date, as ISO 8601."""
        asked = (
            "SELECT hash FROM commits WHERE authored = ? AND zone = ?"
            " ORDER BY committed, hash LIMIT 50"
        )
        return [CommitId(r[0].hex()) for r in self._db.execute(asked, dated(authored))]

    def written_by(
        self, name: str, email: str, since: int, until: int, limit: int
    ) -> list[Summary]:
        """The commits of who has a name or an address, of a span of author dates, oldest first."""
        asked = (
            f"SELECT {_SUMMARY} WHERE authored BETWEEN ? AND ? AND author IN"
            " (SELECT id FROM person WHERE name = ? OR email = ? COLLATE NOCASE)"
            " ORDER BY authored, hash LIMIT ?"
        )
        rows = self._db.execute(asked, (since, until, name, email, limit))
        return [_summary(row) for row in rows]

    def blobs(self, within: Callable[[str], bool]) -> list[BlobId]:
        """Every version of the files whose path is `within`, newest commit first."""
        asked = (
            "SELECT new, old FROM path JOIN touch ON touch.path = path.id"
            " JOIN commits ON commits.id = commit_ WHERE path.id = ? ORDER BY committed DESC"
        )
        found: dict[bytes, None] = {}
        for number, path in self._db.execute("SELECT id, path FROM path ORDER BY id").fetchall():
            if within(os.fsdecode(path)):
                for row in self._db.execute(asked, (number,)):
                    found.update((blob, None) for blob in row if blob is not None)
        return [BlobId(blob.hex()) for blob in found]


def _summary(row: Sequence[Any]) -> Summary:
    hash_, name, email, authored, zone, committed, subject = row
    return Summary(CommitId(hash_.hex()), name, email, stamp(authored, zone), committed, subject)


def _mention(row: Sequence[Any]) -> tuple[CommitId, Mention]:
    """Who makes a mention, and that, from a row of `_MENTION`."""
    from minekvm.core.messages.model import Mention  # few questions ask for any

    commit, kind, rule, hash_, subject, target, first, last, form, quote = row[:10]
    if form is not None:
        quote = restored(form, hash_, subject, target)
    said = Mention(kind, rule, hash_, subject, target, first, last, quote)
    return CommitId(commit.hex()), said
