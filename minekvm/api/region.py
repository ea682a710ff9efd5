"""What `Clone.region` answers."""

from __future__ import annotations

from minekvm.api.result import Result
from minekvm.core.region.model import Answer


class Region(Result, Answer):
    """What lies between two markers, now and at every commit that changed it."""

    __slots__ = ("background",)
    written_as = "region"
