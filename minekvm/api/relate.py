"""What `Clone.relate` answers, of one commit and of two."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.relate.paths import Connected
from minekvm.core.relate.relations import Related


class Relations(Result, Related):
    """Every relation of a commit, in both directions, strongest first."""

    __slots__ = ("background",)
    written_as = "relate"


class Connection(Result, Connected):
    """The paths of relations between two commits."""

    __slots__ = ("background",)
    written_as = "relate"
