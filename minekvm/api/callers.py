"""What `Clone.callers` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.callers.periods import CallHistory


class Callers(Result, CallHistory):
    """Who calls a symbol, since when, and where its calls went."""

    __slots__ = ("background",)
    written_as = "callers"
