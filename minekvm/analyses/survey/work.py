"""What a worker does: open the clone, once, and make the files of unit after unit."""

from __future__ import annotations

import atexit
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minekvm.adapters import parquet
from minekvm.analyses.survey.engines import Task
from minekvm.analyses.survey.unit import Surveyor
from minekvm.clone.clone import IndexOptions, open_clone
from minekvm.core.survey.model import Done, Unit
from minekvm.core.survey.tables import NAMES, CommitRow, Row

_UNKNOWN = 1970  # the year of what has none


@dataclass(frozen=True, slots=True)
class Work:
    """A survey's job: the clone at a path, what of its files, and where its index lies."""

    clone: str
    scope: tuple[str, ...]
    merged: int
    index: str | None = None

    def __call__(self, task: Task) -> Done:
        """Do a unit. The clone stays open for the next ones until the process ends."""
        unit, commits = task
        with _LOCK:  # a worker with several threads still has one clone open
            surveyor = _surveyor(self)
            return done(surveyor, unit, commits)


def done(surveyor: Surveyor, unit: Unit, commits: tuple[str, ...]) -> Done:
    """A unit's files."""
    start = time.process_time()
    rows = surveyor.rows(unit.first, commits)  # type: ignore[arg-type]
    years = {c.commit: _year(c.committed) for c in rows["commits"] if isinstance(c, CommitRow)}
    files = {
        (table, year): parquet.written(table, [r for r in rows[table] if _of(years, r) == year])
        for table in NAMES
        for year in sorted({*years.values()} or {_UNKNOWN})
    }
    counts = {table: len(rows[table]) for table in NAMES}
    return Done(unit, files, counts, time.process_time() - start)


def _of(years: dict[str, int], row: Row) -> int:
    """The year of a row's commit; of one that could not be read, the unit's first."""
    return years.get(row.commit, min(years.values(), default=_UNKNOWN))


def _year(seconds: int) -> int:
    try:
        return datetime.fromtimestamp(seconds, UTC).year
    except (OverflowError, ValueError, OSError):
        return _UNKNOWN


_LOCK = threading.Lock()
_OPEN: dict[Work, tuple[Surveyor, ExitStack]] = {}


def _surveyor(work: Work) -> Surveyor:
    """The one that reads a clone, as it was left by the last unit."""
    if work not in _OPEN:
        from minekvm.adapters.git.sealed import seal

        close_all()
        seal()
        held = ExitStack()
        index = IndexOptions(Path(work.index) if work.index else None)
        clone = held.enter_context(open_clone(Path(work.clone), work.scope, index=index))
        _OPEN[work] = Surveyor(clone, work.merged), held
        atexit.register(close_all)
    return _OPEN[work][0]


def close_all() -> None:
    """Close the clones that are open."""
    while _OPEN:
        _, (_, held) = _OPEN.popitem()
        held.close()
