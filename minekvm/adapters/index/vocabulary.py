"""The names that an index has met, for whoever begins to type one."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator

_ROWS = 2_000  # scanned files looked through, the newest first


def names(db: sqlite3.Connection, begun: str, most: int) -> list[str]:
    """Names of definitions that begin so; where none is remembered, words of changed lines.

    Those are in small letters, as the index has them.
    """
    found = dict.fromkeys(n for n in _defined(db) if n.startswith(begun))
    return list(found)[:most] or (_changed(db, begun, most) if begun else [])


def _defined(db: sqlite3.Connection) -> Iterator[str]:
    """The definitions in files that were scanned."""
    asked = "SELECT value FROM memo WHERE kind IN ('functions', 'found') LIMIT ?"
    for (value,) in db.execute(asked, (_ROWS,)):
        for row in json.loads(zlib.decompress(value)):
            if isinstance(row, list) and row and isinstance(row[0], str):
                yield row[0]


def _changed(db: sqlite3.Connection, begun: str, most: int) -> list[str]:
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary"
        " USING fts5vocab('main', 'changed', 'row')"
    )
    asked = "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT ?"
    low = begun.lower()
    high = f"{low[:-1]}{chr(ord(low[-1]) + 1)}"
    return [row[0] for row in db.execute(asked, (low, high, most))]
