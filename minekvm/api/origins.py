"""What `Clone.origins` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.origins import ranking


class Origins(Result, ranking.Origins):
    """The earlier commits that made one necessary or possible, best first."""

    __slots__ = ("background",)
    written_as = "origins"
