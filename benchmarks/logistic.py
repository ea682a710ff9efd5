"""A small logistic regression with a ridge, for the fits of this folder: no package is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Row = Mapping[str, float]


def fit(
    rows: Sequence[Row],
    labels: Sequence[float],
    weights: Sequence[float] | None = None,
    ridge: float = 1.0,
    rounds: int = 12,
) -> dict[str, float]:
    """The weights of features by Newton's method; `one` is the constant, which no ridge holds."""
    names = sorted({name for row in rows for name in row})
    place = {name: i for i, name in enumerate(names)}
    sparse = [[(place[n], v) for n, v in row.items() if v] for row in rows]
    counts = weights or [1.0] * len(rows)
    size = len(names)
    found = [0.0] * size
    hold = [0.0 if name == "one" else ridge for name in names]
    for _ in range(rounds):
        slope = [-h * w for h, w in zip(hold, found, strict=True)]
        curve = [[hold[i] + 1e-9 if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, label, count in zip(sparse, labels, counts, strict=True):
            chance = _chance(sum(found[i] * v for i, v in row))
            miss, bend = count * (label - chance), count * chance * (1 - chance)
            for i, v in row:
                slope[i] += miss * v
                line = curve[i]
                for j, w in row:
                    line[j] += bend * v * w
        step = solved(curve, slope)
        found = [w + s for w, s in zip(found, step, strict=True)]
        if max(map(abs, step), default=0.0) < 1e-6:
            break
    return dict(zip(names, found, strict=True))


def chance(weights: Mapping[str, float], row: Row) -> float:
    """What a fit gives a row."""
    return _chance(sum(weights.get(name, 0.0) * value for name, value in row.items()))


def _chance(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """A linear system's solution, by elimination with pivots."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(size):
        best = max(range(column, size), key=lambda r: abs(rows[r][column]))
        rows[column], rows[best] = rows[best], rows[column]
        lead = rows[column][column] or 1e-12
        for other in range(column + 1, size):
            factor = rows[other][column] / lead
            if factor:
                for k in range(column, size + 1):
                    rows[other][k] -= factor * rows[column][k]
    found = [0.0] * size
    for r in reversed(range(size)):
        rest = rows[r][size] - sum(rows[r][k] * found[k] for k in range(r + 1, size))
        found[r] = rest / (rows[r][r] or 1e-12)
    return found
