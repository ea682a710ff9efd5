"""What a worker does: open the clone, once, and make the files of unit after unit."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minekvm.adapters import parquet
from minekvm.analyses.survey.engines import Task
from minekvm.analyses.survey.unit import Surveyor
from minekvm.clone.clone import IndexOptions, open_clone
from minekvm.core.model import CommitId
from minekvm.core.survey.model import Done, Unit
from minekvm.core.survey.tables import NAMES, CommitRow, Row
from minekvm.errors import MinekvmError

_UNKNOWN = 1970  # the year of what has none


@dataclass(frozen=True, slots=True)
class Work:
    """A survey's job: the clone at a path, what of its files, and where its index lies.

    The index has to have what `tips` reach.
    """

    clone: str
    scope: tuple[str, ...]
    merged: int
    tips: tuple[str, ...]
    index: str | None = None

    def __call__(self, task: Task) -> Done:
        """Do a unit. The clone stays open for the next ones until the process ends.

        A worker with several threads does one unit at a time all the same: an index answers none
        but the thread that opened it.
        """
        return _THREAD.submit(self._done, task).result()

    def _done(self, task: Task) -> Done:
        unit, commits = task
        return done(_surveyor(self), unit, commits)


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


_THREAD = ThreadPoolExecutor(1, "survey")
# What it holds is closed by that thread when it ends.
_HELD = threading.local()


def _surveyor(work: Work) -> Surveyor:
    """The one that reads a clone, as it was left by the last unit."""
    if getattr(_HELD, "work", None) != work:
        from minekvm.adapters.git.sealed import seal

        if hasattr(_HELD, "open"):
            _HELD.open.close()
        seal()
        _HELD.open = ExitStack()
        surveyor = _reading(work, _HELD.open)
        if surveyor is None:
            _HELD.open.close()
            _bring_up(work)
            surveyor = _reading(work, _HELD.open)
        if surveyor is None:
            raise MinekvmError(f"the index of {work.clone} cannot be read", "minekvm index tells")
        _HELD.work, _HELD.surveyor = work, surveyor
    found: Surveyor = _HELD.surveyor
    return found


def _reading(work: Work, held: ExitStack) -> Surveyor | None:
    """Open a clone and its index as it lies; None where that lacks what is needed.

    Whoever writes the index, to bring another worker's up or because refs have moved, need not
    wait for the end of a survey.
    """
    options = IndexOptions(Path(work.index) if work.index else None, reading=True)
    clone = held.enter_context(open_clone(Path(work.clone), work.scope, index=options))
    index = clone.stored
    if index is None or not all(index.about(CommitId(tip)) for tip in work.tips):
        return None
    return Surveyor(clone, index, work.merged)


def _bring_up(work: Work) -> None:
    """Have the index of a clone take in what is needed, after whoever writes it now."""
    options = IndexOptions(Path(work.index) if work.index else None, wait=True)
    with open_clone(Path(work.clone), work.scope, index=options) as clone:
        _ = clone.index
        clone.update([CommitId(tip) for tip in work.tips])
