"""Calls that stand otherwise to a region than before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from minekvm.core.needs.pairs import Pair, told
from minekvm.core.region.arguments import called
from minekvm.core.region.depths import State
from minekvm.core.region.region import Placed, Region

_NAMED = 6  # calls of a group
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """A call that went into a region or out of it, where it stands since."""

    call: str
    function: str
    path: str
    line: int
    pair: Pair
    into: bool


@dataclass(frozen=True, slots=True)
class Group:
    """All calls that crossed one region's border in one way."""

    pair: Pair
    into: bool
    calls: tuple[Moved, ...]

    @property
    def path(self) -> str:
        return self.calls[0].path

    @property
    def line(self) -> int:
        return self.calls[0].line

    def words(self, reason: str) -> str:
        """The group in a sentence; `reason` is what a rule says of the region."""
        names = list(dict.fromkeys(f"{m.call}()" for m in self.calls))
        listed = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            listed += f" and {len(names) - _NAMED} more"
        way = "into" if self.into else "out of"
        region = f"the region from {told(self.pair[0][0])} to {told(self.pair[1][0])}"
        return f"{listed} went {way} {region}" + (f" ({reason})" if reason else "")


def moved(before: Sequence[Region], after: Sequence[Region], pair: Pair) -> Iterator[Moved]:
    """The calls of one region, seen from one function, that stand on the other side of it since."""
    was = _standings(before)
    for key, (state, placed) in _standings(after).items():
        old = was.get(key)
        if old is None or key[0] in map(called, (*pair[0], *pair[1])):
            continue
        if {old[0], state} == {"inside", "outside"}:
            call, function = key
            yield Moved(call, function, placed.path, placed.line, pair, state == "inside")


def _standings(regions: Sequence[Region]) -> dict[_Key, tuple[State, Placed]]:
    """How the calls of a name in a function stand, where all of them agree."""
    found: dict[_Key, tuple[State, Placed]] = {}
    for region in regions:
        for placed in region.calls:
            key = placed.call, placed.function
            state = found[key][0] if key in found else placed.state
            found[key] = (placed.state if placed.state == state else "partly", placed)
    return found


def grouped(calls: Iterable[Moved]) -> list[Group]:
    """Calls by region and way, each call once."""
    found: dict[tuple[Pair, bool], dict[_Key, Moved]] = {}
    for one in calls:
        here = found.setdefault((one.pair, one.into), {})
        here.setdefault((one.call, one.function), one)
    return [Group(pair, into, tuple(some.values())) for (pair, into), some in found.items()]
