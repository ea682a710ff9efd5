"""Who hears what is under way: progress of a step, and one line of talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Notify = Callable[[str], None]
"""Hears, in one line, what befell the index: made anew, waited for, moved aside."""


class Progress(Protocol):
    """Hears what is under way and, where that can be counted, how much of it is done."""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None: ...


def no_progress(step: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody watches."""


def no_notify(text: str) -> None:
    """Talk that nobody hears."""
