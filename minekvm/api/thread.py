"""What `Clone.thread` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.mail import model


class Thread(Result, model.Thread):
    """A patch's discussion: its versions, what was said of them, what it became."""

    __slots__ = ("background",)
    written_as = "thread"
