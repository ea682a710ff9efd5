"""A long piece of work in steps that are counted: "step 2 of 5: reading the region"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from minekvm.clone.clone import Clone


@contextmanager
def counted(clone: Clone, of: int) -> Iterator[Callable[[], None]]:
    """Have a clone's progress say which step of how many is under way; yields what begins one.

    What counts its own steps, as the index does when it is made, is left as it is.
    """
    inner, number = clone.progress, 0

    def tell(step: str, done: int = 0, total: int = 0) -> None:
        counting = number and not step.startswith("step ")
        inner(f"step {number} of {of}: {step}" if counting else step, done, total)

    def begin() -> None:
        nonlocal number
        number += 1

    clone.progress = tell
    try:
        yield begin
    finally:
        clone.progress = inner
