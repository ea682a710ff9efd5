"""What `Clone.drift` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.drift import model


class Drift(Result, model.Drift):
    """The functions that stand otherwise in other trees, and where they left this one."""

    __slots__ = ("background",)
    written_as = "drift"
