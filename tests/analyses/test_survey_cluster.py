"""A survey by the workers of a dask cluster, of which one is lost: the same rows.

Processes that are killed are in benchmarks/survey.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from minekvm.adapters.cluster import Cluster
from minekvm.analyses.survey.clustered import Clustered
from minekvm.analyses.survey.engines import Job, Task
from minekvm.core.survey.model import Done
from minekvm.errors import MinekvmError
from support.repos import Repo
from support.surveys import everything, history, surveyed

distributed = pytest.importorskip("distributed", reason="minekvm[cluster] is not installed")


class Losing(Clustered):
    """A cluster that loses one of its workers once the first unit is done."""

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        found = super().run(job, tasks)
        yield next(found)
        lost.pop()()
        yield from found


lost: list[Callable[[], None]] = []


def test_a_worker_that_is_lost_costs_no_row(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    surveyed(repo, tmp_path / "here")
    settings: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "processes": False}
    with (
        mock.patch.dict(os.environ),
        distributed.LocalCluster(**settings, dashboard_address=None) as cluster,
        Cluster(cluster.scheduler_address) as door,
    ):
        worker = cluster.workers[0]
        lost.append(lambda: cluster.sync(worker.close, nanny=False))
        found = surveyed(repo, tmp_path / "there", Losing(door))
    assert (found.engine, lost) == ("a cluster", [])
    assert everything(tmp_path / "there") == everything(tmp_path / "here")


def test_no_scheduler_is_one_line() -> None:
    with pytest.raises(MinekvmError, match="no scheduler at"):
        Cluster("nothing://here")
