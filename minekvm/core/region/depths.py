"""How deep in a region control can be at each place: data flow over the ways through a function.

A set of depths is a bit mask: bit 0 for outside, bits 1 and 2 for the depth, bit 3 for three and
more. What a call does to it is a table from each set to a set (a monotone, distributive transfer
function), so that a whole function's effect is one such table too. After Kildall (1973), with
summaries after Sharir and Pnueli (1981).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from minekvm.core.region.graph import Graph, Use

Depths = int
Transfer = tuple[Depths, ...]
State = Literal["inside", "outside", "partly", "unknown"]

DEPTHS = 4
_SETS = 1 << DEPTHS
NOWHERE, OUTSIDE, ONCE = 0, 1, 2
OPEN = _SETS - 1 - OUTSIDE
_DEEPEST = 1 << (DEPTHS - 1)

KEEP: Transfer = tuple(range(_SETS))
NEVER: Transfer = (NOWHERE,) * _SETS  # of what does not come back
ENTER: Transfer = tuple((m << 1) & (_SETS - 1) | (m & _DEEPEST) for m in range(_SETS))
EXIT: Transfer = tuple((m >> 1) | (m & (OUTSIDE | _DEEPEST)) for m in range(_SETS))
# The same for a region that does not nest: a second enter changes nothing, one exit closes it.
ENTER_ONCE: Transfer = tuple(2 if m else 0 for m in range(_SETS))
EXIT_ONCE: Transfer = tuple(OUTSIDE if m else 0 for m in range(_SETS))


def either(first: Transfer, second: Transfer) -> Transfer:
    """What one of two may do."""
    return tuple(a | b for a, b in zip(first, second, strict=True))


def any_of(done: Sequence[Transfer]) -> Transfer:
    """What one of several may do."""
    found = done[0]
    for each in done[1:]:
        found = found if each is found else either(found, each)
    return found


def after(first: Transfer, second: Transfer) -> Transfer:
    """What the second does after the first."""
    return tuple(second[mask] for mask in first)


def state(depths: Depths) -> State:
    """Inside on every path that gets there, on none, on some; unknown where none does."""
    if depths == NOWHERE:
        return "unknown"
    if depths == OUTSIDE:
        return "outside"
    return "partly" if depths & OUTSIDE else "inside"


@dataclass(frozen=True, slots=True)
class Reached:
    """The depths with which each block is entered and left, given those at the function's start."""

    before: tuple[Depths, ...]
    behind: tuple[Depths, ...]


def reach(graph: Graph, effects: Mapping[int, Transfer], start: Depths = OUTSIDE) -> Reached:
    """Follow all ways through a function until nothing changes any more.

    `effects` are those of uses by their numbers; the others keep what is.
    """
    transfers = [_block(block.uses, effects) for block in graph.blocks]
    before = [NOWHERE] * len(graph.blocks)
    before[0] = start
    queue, queued = deque([0]), {0}
    while queue:
        index = queue.popleft()
        queued.discard(index)
        out = transfers[index][before[index]]
        for target in graph.blocks[index].following:
            if out & ~before[target]:
                before[target] |= out
                if target not in queued:
                    queue.append(target)
                    queued.add(target)
    behind = tuple(t[mask] for t, mask in zip(transfers, before, strict=True))
    return Reached(tuple(before), behind)


def _block(uses: tuple[tuple[int, Use], ...], effects: Mapping[int, Transfer]) -> Transfer:
    transfer = KEEP
    for number, _ in uses:
        if number in effects:
            transfer = after(transfer, effects[number])
    return transfer


def from_single(ends: Sequence[Depths]) -> Transfer:
    """The table that belongs to what is done to each single depth."""
    table = []
    for mask in range(_SETS):
        out = NOWHERE
        for depth, end in enumerate(ends):
            if mask & 1 << depth:
                out |= end
        table.append(out)
    return KEEP if tuple(table) == KEEP else tuple(table)
