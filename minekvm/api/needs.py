"""What `Clone.needs` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.needs import model


class Needs(Result, model.Needs):
    """What a target lacks for some changes, and in which order it would be taken."""

    __slots__ = ("background",)
    written_as = "needs"
