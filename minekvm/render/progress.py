"""A spinner with the current step on stderr, for a person who waits longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 1.0  # seconds before anything is shown


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that takes the name of the step under way.

    Nothing is shown where stderr is no terminal, or where the work ends within a second; what was
    shown is gone when the work ends.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    step = [""]
    status: list[object] = []
    lock = threading.Lock()

    def show() -> None:
        from rich.console import Console
        from rich.text import Text

        with lock:
            if not done.is_set():
                spinner = Console(stderr=True).status(Text(step[0]))
                spinner.start()
                status.append(spinner)

    def tell(text: str) -> None:
        step[0] = text
        with lock:
            for spinner in status:
                from rich.text import Text

                spinner.update(Text(text))  # type: ignore[attr-defined]

    done = threading.Event()
    timer = threading.Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield tell
    finally:
        done.set()
        timer.cancel()
        with lock:
            for spinner in status:
                spinner.stop()  # type: ignore[attr-defined]
