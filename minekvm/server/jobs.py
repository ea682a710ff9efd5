"""Pages that take long: made in a thread of their own, and asked for again until they are there.

Whoever asks waits a moment. Where the page is not made by then, they are told the step under way
and ask again; so a page can be seen to be made, and stopped. What nobody asks for any more is
stopped, too, where it next says what is under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from minekvm.errors import MinekvmError
from minekvm.server.answers import Hearer, Stopped

PATIENCE = 1.0  # seconds that a browser waits for an answer before it is told the step
_LEFT = 15.0  # seconds after which nobody is thought to ask any more
_KEPT = 16  # pages that may be under way, or made and not fetched

Make = Callable[[Hearer], str]


class Job:
    """One page: what is under way, and what came of it."""

    def __init__(self, make: Make) -> None:
        self.step = "waiting for its turn"
        self.done = threading.Event()
        self.asked = time.monotonic()
        self._hearer = Hearer(self._hear)
        self._result: str | MinekvmError = MinekvmError("this was stopped", "ask again")
        self._make = make
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._hearer.stop()

    @property
    def result(self) -> str:
        """What was made. Raises MinekvmError where that failed, or where it was stopped."""
        if isinstance(self._result, MinekvmError):
            raise self._result
        return self._result

    def _hear(self, step: str) -> None:
        self.step = step
        if time.monotonic() - self.asked > _LEFT:
            self._hearer.stop()

    def _run(self) -> None:
        try:
            self._result = self._make(self._hearer)
        except MinekvmError as error:
            self._result = error
        except Stopped:
            pass
        except Exception as error:  # told to who asks, or nobody would hear of it
            self._result = MinekvmError(f"a bug of minekvm's: {error!r}", "please report it")
        finally:
            self.done.set()


class Jobs:
    """The pages under way by their addresses."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def of(self, address: str, make: Make) -> Job:
        """The job of an address, begun where there is none."""
        with self._lock:
            job = self._jobs.get(address)
            if job is None:
                while len(self._jobs) >= _KEPT:
                    self._jobs.pop(next(iter(self._jobs))).stop()
                job = self._jobs[address] = Job(make)
            job.asked = time.monotonic()
            return job

    def drop(self, address: str) -> None:
        """Forget a job that was fetched; stop one that is not wanted."""
        with self._lock:
            job = self._jobs.pop(address, None)
        if job is not None:
            job.stop()
