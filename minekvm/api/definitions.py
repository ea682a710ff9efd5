"""What `Clone.definitions` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core import model


class Definitions(Result, model.Definitions):
    """What defines a symbol at a revision, with its text."""

    __slots__ = ("background",)
    written_as = "definitions"
