"""Definitions that moved within their file: what no comparison of bodies can see.

Of two orders of the same definitions the heaviest common one stayed, and the others moved past it:
the heaviest increasing subsequence, weighed by lines, as a diff keeps what is longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.core.model import FilePair, Function, FunctionVersion


@dataclass(frozen=True, slots=True)
class Reorder:
    """A definition that one commit moved within its file, from `old` to `new`.

    `after` and `before` are the definitions between which it stands since; "" at the file's ends.
    `passed` are those that it stood on the other side of.
    """

    old: FunctionVersion
    new: FunctionVersion
    after: str
    before: str
    passed: frozenset[str]


def reordered(pair: FilePair, name: str) -> Reorder | None:
    """How a definition moved within a file that stayed; None where it kept its place.

    A name that is defined more than once on a side cannot be told from its twin: None too.
    """
    if pair.old_path is None or pair.new_path is None:
        return None
    common = _once(pair.old) & _once(pair.new)
    if name not in common:
        return None
    was = [f.name for f in pair.old if f.name in common]
    now = [f for f in pair.new if f.name in common]
    if name in _kept(was, now):
        return None
    at = next(i for i, f in enumerate(pair.new) if f.name == name)
    above = {f.name for f in pair.new[:at]} & common
    return Reorder(
        FunctionVersion(pair.old_path, next(f for f in pair.old if f.name == name)),
        FunctionVersion(pair.new_path, pair.new[at]),
        pair.new[at - 1].name if at else "",
        pair.new[at + 1].name if at + 1 < len(pair.new) else "",
        frozenset(above.symmetric_difference(was[: was.index(name)])),
    )


def _once(functions: Sequence[Function]) -> set[str]:
    return {name for name, times in Counter(f.name for f in functions).items() if times == 1}


def _kept(before: Sequence[str], now: Sequence[Function]) -> set[str]:
    """The names that keep their order to one another and have the most lines together."""
    place = {name: i for i, name in enumerate(before)}
    best: list[tuple[int, int]] = []  # the weight of the heaviest run that ends here, and its last
    for i, function in enumerate(now):
        here = place[function.name]
        ahead = [(best[j][0], j) for j in range(i) if place[now[j].name] < here]
        weight, last = max(ahead, default=(0, -1))
        best.append((weight + function.end_line - function.start_line + 1, last))
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    kept = set()
    while at >= 0:
        kept.add(now[at].name)
        at = best[at][1]
    return kept
