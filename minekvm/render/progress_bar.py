"""The step under way on stderr, for a person who waits longer than a second.

A step whose work can be counted has a bar with the rate and the time left, else a spinner.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

_LEAST, _BARE, _COUNTED = 12, 3, 32  # columns of a step at least, beside it, beside a counted one
_BAR, _STEP = 30, 44  # columns of the bar, where so many are left for the step
_PATIENCE = 1.0  # seconds before anything is shown

Tell = Callable[..., None]


@contextmanager
def progress() -> Iterator[Tell]:
    """Yield a function that takes the name of the step under way, what is done, and of how much.

    Nothing is shown where stderr is no terminal, or where the work ends within a second; what was
    shown is gone when the work ends.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step, done=0, total=0: None
        return
    shown = _Shown()
    timer = threading.Timer(_PATIENCE, shown.start)
    timer.daemon = True
    timer.start()
    try:
        yield shown.tell
    finally:
        timer.cancel()
        shown.stop()


class _Shown:
    """What is told, and the display of it once the patience is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = False
        self._told: tuple[str, int, int] = ("", 0, 0)
        self._task: tuple[Progress, TaskID] | None = None
        self._step = ""

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        with self._lock:
            self._told = (step, done, total)
            if self._task is not None:
                self._update()

    def start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        with self._lock:
            if self._over:
                return
            console = Console(stderr=True)
            bar = _bar(console.width)
            display = Progress(*_columns(bar), console=console, transient=True)
            self._task = display, display.add_task("", total=None)
            self._update()
            display.start()

    def stop(self) -> None:
        with self._lock:
            self._over = True
            if self._task is not None:
                self._task[0].stop()
                self._task = None

    def _update(self) -> None:
        assert self._task is not None
        display, task = self._task
        step, done, total = self._told
        if step != self._step:  # what an earlier step counted is no part of this one
            display.remove_task(task)
            task = display.add_task("", total=None)
            self._task, self._step = (display, task), step
        room = max(
            _LEAST,
            display.console.width - (_COUNTED + _bar(display.console.width) if total else _BARE),
        )
        text = step if len(step) <= room else f"{step[: room - 3]}..."
        display.update(task, description=text, completed=done, total=total or None)


def _bar(width: int) -> int:
    """How wide a bar is on a terminal of so many columns: the step is worth more."""
    return max(4, min(_BAR, width - _COUNTED - _STEP))


def _columns(bar: int) -> list[ProgressColumn]:
    """A spinner and the step; a bar, the rate and the time left where the work is counted."""
    from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Step(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(task.description)

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            if task.total is None:
                return Text("")
            done = f"{int(task.completed):,}/{int(task.total):,}"
            return Text(f"{done}  {task.speed or 0:,.0f}/s", style="dim")

    class Bar(BarColumn):
        def render(self, task: Task) -> object:  # type: ignore[override]
            return super().render(task) if task.total is not None else Text("")

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.total is not None else Text("")

    return [SpinnerColumn(), Step(), Bar(bar_width=bar), Rate(), Left()]
