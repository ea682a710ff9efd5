"""Names and their numbers: what returns in many rows is kept once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from minekvm.adapters.index.values import marks

_KEPT = 200_000  # names whose numbers are kept in memory
_FEW = 50_000  # rows that are read in one go, so that none need be looked for


class Names:
    """The numbers of the rows of a table of names; a new name gets a row."""

    def __init__(self, db: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
        self._db = db
        where = " AND ".join(f"{c} = ?" for c in columns)
        self._find = f"SELECT id FROM {table} WHERE {where}"
        self._put = f"INSERT INTO {table} VALUES (?, {marks(columns)})"
        self._last = f"SELECT max(id) FROM {table}"
        self._known: dict[tuple[object, ...], int] = {}
        self._new: list[tuple[object, ...]] = []
        self._next = 0
        self._every = f"SELECT * FROM {table}"
        self._all = False  # whether every row is known

    def number(self, name: tuple[object, ...]) -> int:
        """The number of a name; its row, where it is new, waits for `flush`."""
        known = self._known.get(name)
        if known is not None:
            return known
        if not self._next:
            self._begin()
            return self.number(name)
        row = None if self._all else self._db.execute(self._find, name).fetchone()
        if row is not None:
            known = int(row[0])
        else:
            known = self._next
            self._next += 1
            self._new.append((known, *name))
        if len(self._known) >= _KEPT:
            self.flush()
            self._known.clear()
            self._all = False
        self._known[name] = known
        return known

    def _begin(self) -> None:
        self._next = (self._db.execute(self._last).fetchone()[0] or 0) + 1
        self._all = self._next <= _FEW
        if self._all:
            self._known = {tuple(row): number for number, *row in self._db.execute(self._every)}

    def flush(self) -> None:
        """Write the rows of the new names."""
        self._db.executemany(self._put, self._new)
        self._new.clear()
