"""What `Clone.check` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.check import model


class Checked(Result, model.Checked):
    """What speaks against some changes, and what a reviewer should know beside that."""

    __slots__ = ("background",)
    written_as = "check"
