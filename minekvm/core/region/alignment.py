"""Two orders of names -> which stay where they are: the heaviest common subsequence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_MOST = 1_000_000  # pairs that are weighed; beyond, equal names are taken as they come


def stays(
    old: Sequence[str], new: Sequence[str], weight: Callable[[str], int] = lambda _: 1
) -> tuple[frozenset[int], frozenset[int]]:
    """The indices on both sides of what keeps its order, chosen so that the most weight stays.

    Of equal choices those are taken that stand first.
    """
    shortest = min(len(old), len(new))
    start = next((i for i in range(shortest) if old[i] != new[i]), shortest)
    shortest -= start
    end = next((i for i in range(shortest) if old[-1 - i] != new[-1 - i]), shortest)
    kept_old = {*range(start), *range(len(old) - end, len(old))}
    kept_new = {*range(start), *range(len(new) - end, len(new))}
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    for i, j in _heaviest(a, b, weight) if len(a) * len(b) <= _MOST else _greedy(a, b):
        kept_old.add(start + i)
        kept_new.add(start + j)
    return frozenset(kept_old), frozenset(kept_new)


def _heaviest(
    a: Sequence[str], b: Sequence[str], weight: Callable[[str], int]
) -> list[tuple[int, int]]:
    """The common subsequence of most weight, by the textbook's table of suffixes."""
    rows = [[0] * (len(b) + 1)]
    for name in reversed(a):
        below, row, worth = rows[-1], [0], weight(name)
        for j in range(len(b) - 1, -1, -1):
            best = max(below[j], row[-1])
            if name == b[j]:
                best = max(best, below[j + 1] + worth)
            row.append(best)
        rows.append(row[::-1])
    rows.reverse()
    found, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j] and rows[i][j] == rows[i + 1][j + 1] + weight(a[i]):
            found.append((i, j))
            i, j = i + 1, j + 1
        elif rows[i][j] == rows[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _greedy(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for j, name in enumerate(b):
        places.setdefault(name, []).append(j)
    found, last = [], -1
    for i, name in enumerate(a):
        j = next((j for j in places.get(name, ()) if j > last), last)
        if j > last:
            found.append((i, j))
            last = j
    return found
