"""Fits where a list of commits ends (core/why/confidence.py), and judges it on histories left out.

    python benchmarks/lists_fit.py --data FILE

FILE is what `why_fit.py --collect` wrote. Of the questions that ask for a list the candidates are
ordered by the shipped weights, without what singles one out, and a list ends at the widest gap in
scores among those that are not more than a reach below the best. The reach is set on the lists of
the other histories by the mean F1 of the commits named, and judged on one left out; what is
tolerated beside the keys counts neither way. `fixed` is the same for a gap of a fixed width, the
first of which ends a list.

On three lists (git, Open vSwitch, rdma-core, of 21, 5 and 12 commits) the widest gap within 5 has a
mean F1 of 0.95, one of a fixed width 0.94 at best; each left out 0.86, 0.33 and 1.00 by the first,
0.86, 0.33 and 0.92 by the other. Three are too few to tell them apart.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from minekvm.core.why.confidence import ended
from minekvm.core.why.ranking import HAND_SET, OF_ONE, WEIGHTS

_LABELS = Path(__file__).parent / "why" / "questions.jsonl"
_MOST = 24  # commits of a list
Row = Mapping[str, Any]
Rule = Callable[[Sequence[float], float], int]


def main() -> None:
    """Print each rule's figures by history left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    labels = {row["id"]: row for row in map(json.loads, _LABELS.read_text("utf-8").splitlines())}
    rows = map(json.loads, arguments.data.read_text("utf-8").splitlines())
    lists = [row for row in rows if labels[row["id"]]["kind"] == "list" and row["key"]]
    rules: dict[str, tuple[Rule, Sequence[float]]] = {
        "widest": (ended, (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)),
        "fixed": (fixed, (0.3, 0.5, 0.6, 0.7, 0.8, 0.95, 1.2, 1.5, 2.0)),
    }
    for name, (rule, values) in rules.items():
        for value in values:
            found = [agreement(row, rule, value) for row in lists]
            print(f"{name} {value}: mean F1 {statistics.fmean(found):.2f}")
        for row in lists:
            others = [other for other in lists if other["repo"] != row["repo"]]
            best = max(values, key=lambda v: sum(agreement(o, rule, v) for o in others))
            print(
                f"  {row['id']} by {best}, set on the others: F1 {agreement(row, rule, best):.2f}"
            )


def fixed(scores: Sequence[float], width: float) -> int:
    """How many come before the first gap of a width, two at least."""
    for nth, (before, after) in enumerate(pairwise(scores[1:]), 2):
        if before - after >= width:
            return nth
    return len(scores)


def agreement(row: Row, rule: Rule, value: float) -> float:
    """F1 of the commits that a rule names against the keys, what is tolerated aside."""
    scored: dict[str, float] = {}
    weights = {**WEIGHTS, **HAND_SET}
    for candidate in row["candidates"]:
        signs = candidate["signs"].items()
        score = sum(weights.get(n, 0.0) * v for n, v in signs if n not in OF_ONE)
        scored[candidate["commit"]] = max(score, scored.get(candidate["commit"], score))
    ordered = sorted(scored, key=lambda commit: -scored[commit])[:_MOST]
    named = set(ordered[: rule([scored[commit] for commit in ordered], value)])
    keys = set(row["key"])
    named -= set(row["also"]) - keys
    right = len(named & keys)
    return 2 * right / (len(named) + len(keys))


if __name__ == "__main__":
    main()
