"""Where a function lived and how it got from place to place: the graph of a lineage's moves."""

from __future__ import annotations

from minekvm.core.model import FunctionVersion, Kind, Told
from minekvm.render import text

Place = tuple[str, str, str]  # path, name and, where twins are told apart, condition


def moves(told: Told) -> dict[tuple[Place, Place, Kind], str]:
    """From where to where, how, and on which day (the last one); empty where it stayed."""
    found = told.lineage
    twins = len({(v.path, v.name) for v in found.definitions}) < len(found.definitions)

    def place(version: FunctionVersion) -> Place:
        return (version.path, version.name, version.function.condition if twins else "")

    edges: dict[tuple[Place, Place, Kind], str] = {}
    for event in reversed(found.events):
        old, new = event.change.old, event.change.new
        if old is not None and new is not None and place(old) != place(new):
            kind = text.primary(event.change)
            kind = "extracted" if kind == "introduced" else kind
            edges[place(old), place(new), kind] = told.commits[event.commit].authored[:10]
    return edges


def words(place: Place) -> list[str]:
    """A place as the lines of a label: name, path, condition."""
    path, name, condition = place
    return [part for part in (name, path, condition) if part]
