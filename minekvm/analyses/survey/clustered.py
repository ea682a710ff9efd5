"""A cluster as an engine: units on the workers of a dask scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minekvm.adapters.cluster import Cluster
from minekvm.analyses.survey.engines import Job, Task
from minekvm.core.survey.model import Done
from minekvm.errors import MinekvmError

_AHEAD = 1  # units a worker that wait for one that is free


@dataclass(frozen=True, slots=True)
class Clustered:
    """The workers of a cluster; no more units are on their way than those can take up at once."""

    cluster: Cluster
    name: str = "a cluster"

    @property
    def workers(self) -> int:
        """How many units are done at once."""
        return self.cluster.threads

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        """As each is done. Raises MinekvmError where there is no worker."""
        if not self.workers:
            raise MinekvmError("the cluster has no workers", "start some: dask worker ADDRESS")
        running: dict[Any, Task] = {}
        while True:
            most = max(1, self.workers) * (1 + _AHEAD)
            while len(running) < most and (task := next(tasks, None)) is not None:
                running[self.cluster.submit(job, task)] = task
            if not running:
                return
            for future in self.cluster.finished(running):
                done: Done = self.cluster.result(future)
                del running[future]
                yield done
