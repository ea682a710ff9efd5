"""What `Clone.lineage` and `Clone.inspect` answer."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core import model
from minekvm.core.model import Event, FunctionVersion, Gap, Told


class Lineage(Result, Told):
    """A symbol followed back: `lineage` and the `commits` that its events name."""

    __slots__ = ("background",)
    written_as = "lineage"

    @property
    def definitions(self) -> tuple[FunctionVersion, ...]:
        """What defines the symbol at the revision; none where it is gone."""
        return self.lineage.definitions

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened to it, newest first."""
        return self.lineage.events

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read."""
        return self.lineage.gaps


class Inspection(Result, model.Inspection):
    """What a commit did to functions and other symbols, against each of its parents."""

    __slots__ = ("background",)
    written_as = "inspect"
