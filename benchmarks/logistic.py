"""A small logistic regression and a conditional logit, both with a ridge, for the fits of this
folder: no package is needed."""

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


def choice(
    groups: Sequence[tuple[Sequence[Row], Sequence[bool], float]],
    ridge: float = 1.0,
    rounds: int = 12,
) -> dict[str, float]:
    """The weights of a conditional logit by Newton's method: of a group a right row is taken.

    A group is its rows, which of them are right, and what it counts; one without a right row, or
    without a wrong one, says nothing.
    """
    names = sorted({name for rows, _, _ in groups for row in rows for name in row})
    place = {name: i for i, name in enumerate(names)}
    sparse = [
        ([[(place[n], v) for n, v in row.items() if v] for row in rows], right, count)
        for rows, right, count in groups
        if any(right) and not all(right)
    ]
    size = len(names)
    found = [0.0] * size
    for _ in range(rounds):
        slope = [-ridge * w for w in found]
        curve = [[ridge + 1e-9 if i == j else 0.0 for j in range(size)] for i in range(size)]
        for rows, right, count in sparse:
            _chosen(rows, right, count, found, slope, curve)
        step = solved(curve, slope)
        found = [w + s for w, s in zip(found, step, strict=True)]
        if max(map(abs, step), default=0.0) < 1e-4:
            break
    return dict(zip(names, found, strict=True))


def _chosen(
    rows: Sequence[Sequence[tuple[int, float]]], right: Sequence[bool], count: float,
    found: Sequence[float], slope: list[float], curve: list[list[float]],
) -> None:  # fmt: skip
    """Add what one group says to the slope and the curve."""
    scores = [sum(found[i] * v for i, v in row) for row in rows]
    powers = [math.exp(s - max(scores)) for s in scores]
    whole, good = sum(powers), sum(p for p, r in zip(powers, right, strict=True) if r)
    mean: dict[int, float] = {}
    for row, power, mark in zip(rows, powers, right, strict=True):
        share = power / whole
        miss = count * ((power / good if mark else 0.0) - share)
        for i, v in row:
            mean[i] = mean.get(i, 0.0) + share * v
            slope[i] += miss * v
            line = curve[i]
            for j, w in row:
                line[j] += count * share * v * w
    for i, a in mean.items():
        line = curve[i]
        for j, b in mean.items():
            line[j] -= count * a * b


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
