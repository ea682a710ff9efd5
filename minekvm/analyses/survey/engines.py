"""Who does the units: this process, a pool of processes, or a cluster. One small interface.

An engine is given a job and units, drawn as it has room for them, and hands back what was done in
whatever order. A unit whose worker is lost is done again. Nothing here knows what a unit is about.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol

from minekvm.core.model import CommitId
from minekvm.core.survey.model import Done, Unit
from minekvm.errors import MinekvmError

_AHEAD = 1  # units a worker that wait for one that is free
_RARELY = 50_000  # new values between two looks for garbage: many are small, few are in circles
_LOST = 5  # times that the pool may lose workers before it is given up

Task = tuple[Unit, tuple[CommitId, ...]]
"""A unit with its commits."""
Job = Callable[[Task], Done]
"""What is to be done with a unit; to be sent to other processes it must be picklable."""


class Engine(Protocol):
    """Does units, several at a time."""

    @property
    def name(self) -> str: ...
    @property
    def workers(self) -> int: ...

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        """What was done, as it gets done; no more is drawn from `tasks` than there is room for."""


@dataclass(frozen=True, slots=True)
class Here:
    """This process does one unit after another."""

    name: str = "this process"
    workers: int = 1

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        """Each as it is asked for."""
        return map(job, tasks)


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of processes on this machine."""

    workers: int
    name: str = "processes"

    def run(self, job: Job, tasks: Iterator[Task]) -> Iterator[Done]:
        """As each is done; where a worker was lost, a new pool does again what it lost."""
        waiting: list[Task] = []
        for _ in range(_LOST):
            with _executor(self.workers) as pool:
                running: dict[Future[Done], Task] = {}
                try:
                    for task in waiting:
                        running[pool.submit(job, task)] = task
                    waiting = []
                    yield from _flow(pool, job, tasks, running, self.workers * (1 + _AHEAD))
                    return
                except BrokenProcessPool:
                    waiting = [task for task in running.values() if task not in waiting]
                finally:
                    pool.shutdown(wait=False, cancel_futures=True)
        raise MinekvmError(
            f"workers were lost {_LOST} times", "is there memory enough? fewer workers need less"
        )


def _flow(
    pool: ProcessPoolExecutor,
    job: Job,
    tasks: Iterator[Task],
    running: dict[Future[Done], Task],
    most: int,
) -> Iterator[Done]:
    """What is done, with so many under way at most; `running` has what is, if a pool breaks."""
    while True:
        while len(running) < most and (task := next(tasks, None)) is not None:
            running[_submitted(pool, job, task, running)] = task
        if not running:
            return
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda f: running[f][0]):
            done = future.result()
            del running[future]
            yield done


def _submitted(
    pool: ProcessPoolExecutor, job: Job, task: Task, running: dict[Future[Done], Task]
) -> Future[Done]:
    try:
        return pool.submit(job, task)
    except BrokenProcessPool:
        running[Future()] = task  # it was drawn, and is to be done by the next pool
        raise


def _executor(workers: int) -> ProcessPoolExecutor:
    """A pool whose processes end with this one, however it ends."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, _begin, (os.getpid(),))


def _begin(parent: int) -> None:
    """Leave an interruption to the process that started this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_RARELY)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
