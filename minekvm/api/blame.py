"""What `Clone.blame` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.blame import model


class Blame(Result, model.Blame):
    """Lines with their writers, and the commits that they name."""

    __slots__ = ("background",)
    written_as = "blame"

    def to_porcelain(self) -> bytes:
        """What `git blame --porcelain` would print; the question must have asked for `origins`."""
        from minekvm.render import porcelain

        return porcelain.text(self)
