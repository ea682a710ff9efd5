"""What `Clone.ports` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.ports import model


class Ports(Result, model.Ports):
    """Where a change is in, under which hashes, and which later fixes are lacking there."""

    __slots__ = ("background",)
    written_as = "ports"
