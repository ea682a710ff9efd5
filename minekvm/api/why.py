"""What `Clone.why` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.why import model


class Answer(Result, model.Answer):
    """Claims in reading order, each with what shows it, and the commits they rest on."""

    __slots__ = ("background",)
    written_as = "why"
