"""A cluster of dask.distributed: an extra, loaded where it is needed.

Jobs and what they are given travel pickled, so that dask looks into neither. A worker that is lost
is dask's to notice: it has another one do again what was lost.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from typing import Any, Self

from minekvm.errors import MinekvmError

_HINT = "install it here and on every worker: pip install 'minekvm[cluster]'"
_PATIENCE = 10  # seconds for the scheduler to answer


def call(parcel: bytes) -> bytes:
    """Run on a worker: a job and what it is given, to what it gives."""
    job, given = pickle.loads(parcel)
    return pickle.dumps(job(given))


class Cluster:
    """A scheduler's workers; a context manager. Raises MinekvmError where none can be reached."""

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise MinekvmError(
                "--scheduler needs dask.distributed, which is not installed", _HINT
            ) from None
        self._distributed: Any = distributed
        try:
            self._client: Any = self._distributed.Client(
                address, timeout=_PATIENCE, set_as_default=False
            )
        except (OSError, ValueError) as error:
            why = str(error).strip().splitlines() or ["no answer"]
            raise MinekvmError(
                f"no scheduler at {address}: {why[0][:100]}", "start one: dask scheduler"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def threads(self) -> int:
        """How many jobs its workers do at once."""
        return sum(self._client.nthreads().values())

    def submit(self, job: Callable[[Any], Any], given: Any) -> Any:
        """Have a job done; what comes back is to be asked for by `result`."""
        return self._client.submit(call, pickle.dumps((job, given)), pure=False, retries=2)

    def finished(self, futures: Iterable[Any]) -> set[Any]:
        """Those of some jobs that are done, as soon as one is."""
        with self._client.as_current():
            return set(self._distributed.wait(list(futures), return_when="FIRST_COMPLETED").done)

    def result(self, future: Any) -> Any:
        """What a job gave. Raises MinekvmError where workers were lost again and again."""
        try:
            return pickle.loads(future.result())
        except self._distributed.KilledWorker:
            raise MinekvmError(
                "workers of the cluster were lost again and again", "is there memory enough?"
            ) from None
