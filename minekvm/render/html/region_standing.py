"""Where calls, and places where a call might be, stood to a region over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minekvm.core.region.model import Answer
from minekvm.core.region.region import Place
from minekvm.render.html.order import Commit, Story


@dataclass(frozen=True, slots=True)
class Standing:
    """Where something stands to the region over time, the oldest first."""

    what: str
    states: tuple[tuple[Commit, str, bool], ...]  # whether it flipped there


def standings(story: Story, region: Answer) -> Iterator[Standing]:
    """Symbols, and places where a call might stand, with their states commit by commit."""
    for standing in (*region.placements, *region.turns):
        states = tuple(
            (story.commit(flip.commit), str(flip.after), flip.before != flip.after)
            for flip in story.oldest_first(standing.flips)
        )
        if states:
            what = standing.what
            yield Standing(what if isinstance(what, str) else _place(what), states)


def _place(place: Place) -> str:
    """A place in words: "a call before run() in vcpu_enter_guest()"."""
    if place.neighbour:
        return f"a call {place.side} {place.neighbour}() in {place.function}()"
    return f"a call {'first' if place.side == 'before' else 'last'} in {place.function}()"
