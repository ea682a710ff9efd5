"""The nouns of a survey: what is asked, a unit of it, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minekvm.core.survey.tables import Row

MERGED = 64  # hand-set: files in which a merge may differ from a parent and be compared with it


@dataclass(frozen=True, slots=True)
class Question:
    """What is surveyed: the commits that `tips` reach and `without` does not.

    `merged` is in how many source files a merge may differ from a parent to be compared with it:
    what it brings from its other side, the commits of that side tell.
    """

    tips: tuple[str, ...]
    without: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    merged: int = MERGED


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """Consecutive commits of a survey's order: from place `first` on, `count` of them."""

    first: int
    count: int

    @property
    def name(self) -> str:
        """What its files are called; names sort as the units do."""
        return f"{self.first:08d}-{self.first + self.count - 1:08d}"


Rows = Mapping[str, list[Row]]
"""The rows of a unit by table."""


@dataclass(frozen=True, slots=True)
class Done:
    """A unit as it was done: its files as bytes by table and year, its rows by table, its cost."""

    unit: Unit
    files: Mapping[tuple[str, int], bytes]
    rows: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a folder: how many commits of how many are in, rows by table, seconds spent.

    `is_joined` says whether lineages have been joined over all of them.
    """

    folder: str
    clone: str
    commits: int
    total: int
    units: int
    rows: Mapping[str, int]
    seconds: float
    is_joined: bool
    engine: str = ""
    workers: int = 0
    wall: float = 0.0
