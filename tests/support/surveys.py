"""Surveys of a small history, and what lies in their folders."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from minekvm.adapters.files.surveys import SurveyFolder
from minekvm.analyses.survey import survey as analysis
from minekvm.analyses.survey.engines import Engine, Here, Job, Task
from minekvm.clone.clone import open_clone
from minekvm.core.survey.model import Done, Survey
from minekvm.core.survey.tables import NAMES
from support.code import body, edited, file, function
from support.repos import Repo

CALLER = f"int g(int n)\n{{\n{body('g')}\tf(n);\n\treturn n;\n}}\n"


def history(repo: Repo) -> list[str]:
    """Every sort of change, on two branches that are merged, over two years."""
    f, g, h = function("f"), CALLER, function("h")
    first = repo.commit("add", {"a.c": file(f, g)})
    side = repo.commit("edit f", {"a.c": file(edited("f"), g)}, on=first)
    other = repo.commit("add h", {"b.c": file(h)}, on=first)
    both = repo.commit("Merge", {"a.c": file(edited("f"), g), "b.c": file(h)}, on=(other, side))
    moved = repo.commit("move f", {"a.c": file(g), "b.c": file(h, edited("f"))}, on=both)
    named = repo.commit("rename the file", {"b.c": None, "c.c": file(h, edited("f"))}, on=moved)
    less = repo.commit(
        f'drop a call\n\nFixes: {moved[:12]} ("move f")\n',
        {"a.c": file(CALLER.replace("\tf(n);\n", ""))},
        on=named,
    )
    gone = repo.commit("remove h", {"c.c": file(edited("f"))}, on=less)
    back = repo.commit("bring h back", {"c.c": file(edited("f"), edited("h"))}, on=gone)
    return [first, side, other, both, moved, named, less, gone, back]


class Losing:
    """An engine that loses its worker after some units."""

    name, workers = "losing", 1

    def __init__(self, after: int) -> None:
        self._after = after

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        for nth, task in enumerate(tasks):
            if nth == self._after:
                raise KeyboardInterrupt
            yield job(task)


def surveyed(repo: Repo, folder: Path, engine: Engine | None = None, asked: str = "HEAD") -> Survey:
    """Bring a folder to a survey of a repository, in units of two commits at first."""
    with mock.patch.dict(os.environ), open_clone(repo.path) as clone:  # workers seal their process
        question = analysis.question(clone, asked, (), 64)
        given = analysis.Given(folder, engine or Here(), first=2)
        return analysis.survey(clone, question, given)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """A table's rows, in the order of its files."""
    import pyarrow.parquet as pq

    with SurveyFolder.opened(folder) as place:
        return [
            row
            for path in place.files(table)
            for row in pq.read_table(path, partitioning=None).to_pylist()
        ]


def everything(folder: Path) -> dict[str, list[str]]:
    """Every row of every table, sorted."""
    return {table: sorted(map(json.dumps, rows(folder, table))) for table in NAMES}
