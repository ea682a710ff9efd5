"""What drawings of a lineage have in common: nodes with their lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """What happened to one definition in one commit; an empty `kind` is a part that came of it.

    `fold` says that it stands for several commits: "12 edits".
    """

    number: int
    x: float
    y: float
    kind: str
    label: str
    title: str
    commit: str
    events: tuple[str, ...]
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from an older node to a newer one."""

    path: str
    older: int
    newer: int
    title: str = ""
