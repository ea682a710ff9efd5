"""Every function of a history, as Parquet: begun, gone on with, and looked at.

Readable top to bottom, no printing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minekvm.adapters import parquet
from minekvm.adapters.files.surveys import SurveyFolder
from minekvm.adapters.git import shadow
from minekvm.adapters.git.order import Order, ordered
from minekvm.analyses.survey.engines import Engine, Here, Pool, Task
from minekvm.analyses.survey.join import join
from minekvm.analyses.survey.unit import Surveyor
from minekvm.analyses.survey.work import Work, done
from minekvm.clone import provenance
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId
from minekvm.core.survey import units
from minekvm.core.survey.model import Done, Question, Survey, Unit
from minekvm.core.survey.tables import VERSION
from minekvm.errors import MinekvmError

_SECONDS = 10.0  # that a unit should take: what an interruption loses at most
_FEW = 64  # commits that are not worth a second process
_MADE_BY = (*provenance.FACTS, "core/survey", "analyses/survey", "adapters/parquet.py")


@dataclass(frozen=True, slots=True)
class Given:
    """Where a survey goes, and who does it: an engine, or None for as many processes as pay.

    `first` is how many commits the first unit has, of whose cost nothing is known; `clone_at` is
    where the workers have the clone, if not where it is here.
    """

    folder: Path | None = None
    engine: Engine | None = None
    index: Path | None = None
    first: int = units.FIRST
    clone_at: Path | None = None


def question(clone: Clone, asked: str, scope: tuple[str, ...], merged: int) -> Question:
    """What a range means: `A..B` what B reaches and A does not, else all that a revision does.

    Raises UnknownCommit.
    """
    start, dots, end = asked.partition("..")
    if not dots:
        return Question((clone.resolve(asked or "HEAD"),), (), scope, merged)
    tip = clone.resolve(end.lstrip(".") or "HEAD")
    return Question((tip,), (clone.resolve(start or "HEAD"),), scope, merged)


def survey(clone: Clone, asked: Question, given: Given) -> Survey:
    """Bring a folder to where it has all of a range; what it has is not done again.

    The clone's own in the cache folder is made anew where it is of another range, or of what the
    clone was. Raises MinekvmError where a folder of the user's holds another survey, FileRefused,
    OSError.
    """
    parquet.check()
    begin = time.monotonic()
    clone.progress("listing the commits")
    order = ordered(clone.shadow, asked.tips, asked.without)
    _ = clone.index  # brought up to date by this process, and read by all
    clone.update([CommitId(tip) for tip in asked.tips])  # no ref may reach them
    state = _state(clone, asked, order)
    with _opened(clone, given.folder, make=True) as folder:
        other = _other(folder.state(), state)
        if other and given.folder is not None:
            what = f"the folder holds a survey of {other}: {folder.path}"
            raise MinekvmError(what, "name another folder: -o DIR")
    if other:
        clone.notify(f"survey: the one in the cache folder is of {other}: making it anew")
        SurveyFolder.forget(shadow.name(clone.location))
    with _opened(clone, given.folder, make=True) as folder:
        known = folder.state()
        if not known:
            folder.keep_state({**state, "joined": False})
        run = _Run(clone, asked, given, order, folder)
        fresh = run.finish()
        if fresh or not known.get("joined"):
            join(folder, clone.progress)
            folder.keep_state({**state, "joined": True})
        found = _looked_at(folder)
        return _with_engine(found, run, time.monotonic() - begin)


def status(clone_path: Path, place: Path | None) -> Survey | None:
    """What a folder has by now; None where there is none."""
    try:
        with placed(shadow.locate(clone_path), place, make=False) as folder:
            return _looked_at(folder) if folder.state() else None
    except FileNotFoundError:
        return None


class _Run:
    """The units of one run."""

    def __init__(
        self, clone: Clone, asked: Question, given: Given, order: Order, folder: SurveyFolder
    ) -> None:
        self._clone, self._asked, self._given = clone, asked, given
        self._order, self._folder = order, folder
        self._sizer = units.Sizer(_SECONDS, given.first)
        self._done: list[Unit] = []
        self._begun: list[Unit] = []
        for name, mark in folder.units():
            (self._done if mark.get("state") == "done" else self._begun).append(_unit(name))
        self.engine: Engine = Here()

    def finish(self) -> int:
        """Do the units that are left; how many those were."""
        stretches = units.left(len(self._order), [*self._done, *self._begun])
        todo = sum(u.count for u in (*stretches, *self._begun))
        if not todo:
            return 0
        self.engine = self._given.engine or _fitting(todo)
        count, ready = 0, len(self._order) - todo
        step = f"surveying, {self.engine.workers} at a time"
        for done_ in self._results(stretches):
            self._keep(done_)
            count, ready = count + 1, ready + done_.unit.count
            self._clone.progress(step, ready, len(self._order))
        return count

    def _results(self, stretches: list[Unit]) -> Iterator[Done]:
        tasks = self._tasks(stretches)
        if isinstance(self.engine, Here):
            surveyor = Surveyor(self._clone, self._clone.index, self._asked.merged)
            yield from self.engine.run(lambda task: done(surveyor, *task), tasks)
            return
        clone = os.fspath(self._given.clone_at or Path.cwd() / self._clone.location.path)
        index = self._given.index if self._given.clone_at is None else None
        where = os.fspath(index.absolute()) if index else None
        work = Work(clone, self._asked.scope, self._asked.merged, self._asked.tips, where)
        yield from self.engine.run(work, tasks)

    def _tasks(self, stretches: list[Unit]) -> Iterator[Task]:
        for unit in units.cut(self._begun, stretches, self._sizer):
            self._folder.mark(unit.name, {"state": "begun"})
            yield unit, self._order.part(unit.first, unit.count)

    def _keep(self, found: Done) -> None:
        self._sizer.measured(found.unit.count, found.seconds)
        for (table, year), data in found.files.items():
            self._folder.put(found.unit.name, table, year, data)
        told = {"state": "done", "rows": dict(found.rows), "seconds": round(found.seconds, 3)}
        self._folder.mark(found.unit.name, told)


def _fitting(todo: int) -> Engine:
    """Who does so many commits: all cores, unless it is too little to start processes for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Here() if todo <= _FEW or (cores or 1) < 2 else Pool(cores or 1)


def _unit(name: str) -> Unit:
    first, last = map(int, name.split("-"))
    return Unit(first, last - first + 1)


def _opened(clone: Clone, place: Path | None, *, make: bool) -> SurveyFolder:
    return placed(clone.location, place, make=make)


def placed(location: shadow.Clone, place: Path | None, *, make: bool) -> SurveyFolder:
    """The folder of a survey: a place of the user's, or the clone's own in the cache folder."""
    if place is None:
        return SurveyFolder.in_cache(shadow.name(location))
    return SurveyFolder.opened(place, make=make, keep_out=(location.common_dir,))


def _state(clone: Clone, asked: Question, order: Order) -> dict[str, Any]:
    """All that the rows depend on."""
    return {
        "clone": os.fspath(clone.location.common_dir),
        "tips": list(asked.tips),
        "without": list(asked.without),
        "scope": list(asked.scope),
        "merged": asked.merged,
        "commits": len(order),
        "order": order.digest,
        "layout": VERSION,
        "made_by": provenance.version(_MADE_BY),
    }


def _other(known: dict[str, Any], state: dict[str, Any]) -> str:
    """Of what else a folder's survey is; "" where it is of the same, or none is there."""
    words = {
        "tips": "another range",
        "without": "another range",
        "scope": "another scope",
        "clone": "another clone",
        "merged": "another bound for merges",
        "order": "another state of the clone",
        "commits": "another state of the clone",
    }
    differs = next((k for k in state if known.get(k) != state[k]), "") if known else ""
    return words.get(differs, "another version of minekvm") if differs else ""


def _looked_at(folder: SurveyFolder) -> Survey:
    """What is in a folder."""
    state = folder.state()
    marks = [(_unit(n), m) for n, m in folder.units() if m.get("state") == "done"]
    rows: dict[str, int] = {}
    for _, mark in marks:
        for table, count in mark["rows"].items():
            rows[table] = rows.get(table, 0) + count
    return Survey(
        folder=os.fspath(folder.path),
        clone=state["clone"],
        commits=sum(u.count for u, _ in marks),
        total=state["commits"],
        units=len(marks),
        rows=rows,
        seconds=sum(m["seconds"] for _, m in marks),
        is_joined=bool(state.get("joined")),
    )


def _with_engine(found: Survey, run: _Run, wall: float) -> Survey:
    from dataclasses import replace

    return replace(found, engine=run.engine.name, workers=run.engine.workers, wall=wall)
