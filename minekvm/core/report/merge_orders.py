"""Several orders of the same things woven into one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

_T = TypeVar("_T")


def woven(sequences: Iterable[Sequence[_T]], key: Callable[[_T], Any]) -> list[_T]:
    """Every item of some sequences once, in an order that goes against none of them.

    Where they leave it open, or contradict one another, the lesser key comes first. (Kahn's
    topological sort over a heap.)
    """
    after: dict[_T, set[_T]] = {}
    waits: dict[_T, int] = {}
    for sequence in sequences:
        for item in sequence:
            after.setdefault(item, set())
            waits.setdefault(item, 0)
        for first, second in pairwise(sequence):
            if second not in after[first] and first != second:
                after[first].add(second)
                waits[second] += 1
    order = sorted(waits, key=key)
    rank = {item: n for n, item in enumerate(order)}
    ready = [rank[item] for item in order if not waits[item]]
    found: dict[_T, None] = {}
    left = iter(order)
    while len(found) < len(order):
        if not ready:  # a contradiction: go on with what would be next
            ready.append(rank[next(item for item in left if item not in found)])
        item = order[heapq.heappop(ready)]
        if item in found:
            continue
        found[item] = None
        for next_ in after[item]:
            waits[next_] -= 1
            if not waits[next_] and next_ not in found:
                heapq.heappush(ready, rank[next_])
    return list(found)
