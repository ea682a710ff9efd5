"""How much two texts have in common at their ends, by bisection: C compares the slices."""

from __future__ import annotations


def common_start(a: bytes, b: bytes, most: int) -> int:
    """How many bytes two texts have in common at their start, `most` at most.

    `most` is no more than the shorter of them has.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(a: bytes, b: bytes, most: int) -> int:
    """How many bytes two texts have in common at their end, `most` at most, as above."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def common_ends(a: bytes, b: bytes) -> tuple[int, int]:
    """How many bytes two texts share at their start, and at their end beyond that."""
    most = min(len(a), len(b))
    start = common_start(a, b, most)
    return start, common_end(a, b, most - start)
