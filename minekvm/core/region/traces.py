"""One function followed through: the depths around each of its uses, and how it is left.

Where the same preprocessor condition, or the same test of a local variable, stands around several
uses that matter, the ways are followed once for each outcome and put together, so that
`if (locked) enter(); ... if (locked) exit();` balances. (A variable that changes between rounds of
a loop is then seen the same in all of them.)
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import Call, Decision, Flow, Point, decisions, uses
from minekvm.core.region.depths import (
    DEPTHS,
    KEEP,
    NOWHERE,
    OPEN,
    OUTSIDE,
    Depths,
    Reached,
    Transfer,
    from_single,
    reach,
)
from minekvm.core.region.graph import Graph, Leave, Use, canonical, graph

Effect = Callable[[Use], Transfer]


class Watched(NamedTuple):
    """What is told besides calls: chosen identifiers, and macros whose effect ends with a scope."""

    points: frozenset[str] = frozenset()
    scoped: frozenset[str] = frozenset()


_REMEMBERED = 4_096  # definitions whose ways are kept
_MOST_OUTCOMES = 3  # conditions followed both ways
_VARIABLE = re.compile(r"[A-Za-z_]\w*+")
_WRITTEN = rb"(?:\+\+|--|&)\s*+%s\b|(?<![\w.>])%s\s*+(?:=(?!=)|\+\+|--|[-+*/%%&|^]=|<<=|>>=)"
_TEST = re.compile(
    r"(?:CONFIG_)?IS_[A-Z]++\(\w++\)"
    r"|[A-Za-z_]\w*+(?:\s*+(?:[<>!=]=|<|>)\s*+[A-Za-z_0-9]\w*+)?+"
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A way out of the function with the region open, and the lines from which it came open."""

    kind: Literal["return", "end"]
    line: int
    must: bool
    via: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Uses in the order of evaluation, each with the depths before and after it."""

    uses: tuple[tuple[Use, Depths, Depths], ...]
    end: Depths
    leaks: tuple[Leak, ...]
    degraded: bool


def trace(text: bytes, watched: Watched, effect: Effect, start: Depths = OUTSIDE) -> Trace:
    """Follow the text of one definition from its start; lines count from 0 there."""
    effects = _effects(text, watched, effect)
    return _traced(text, watched, effects, start) if effects else _untouched(text, watched, start)


@lru_cache(maxsize=_REMEMBERED)
def _untouched(text: bytes, watched: Watched, start: Depths) -> Trace:
    """A definition that does nothing to the region, as most do."""
    return _traced(text, watched, {}, start)


def _traced(text: bytes, watched: Watched, effects: Mapping[int, Transfer], start: Depths) -> Trace:
    ways = [(g, reach(g, effects, start)) for g in _graphs(text, watched, effects)]
    before: dict[int, Depths] = {}
    found: dict[int, Use] = {}
    for each, reached in ways:
        for block, depths in zip(each.blocks, reached.before, strict=True):
            now = depths
            for number, use in block.uses:
                found[number] = use
                before[number] = before.get(number, NOWHERE) | now
                if number in effects:
                    now = effects[number][now]
    placed = tuple((found[n], before[n], effects.get(n, KEEP)[before[n]]) for n in sorted(found))
    end, leaks = _ends(ways, start)
    return Trace(placed, end, leaks, _flow(text, watched).degraded)


def summary(text: bytes, watched: Watched, effect: Effect) -> Transfer:
    """What a whole definition does to the region; one that is never left is taken to keep it."""
    effects = _effects(text, watched, effect)
    if not effects:
        return KEEP
    graphs = _graphs(text, watched, effects)
    ends = []
    for depth in range(DEPTHS):
        end, _ = _ends([(g, reach(g, effects, 1 << depth)) for g in graphs], 1 << depth)
        ends.append(end or 1 << depth)
    return from_single(ends)


@lru_cache(maxsize=_REMEMBERED)
def _flow(text: bytes, watched: Watched) -> Flow:
    return flow(text, watched.points, watched.scoped)


@lru_cache(maxsize=_REMEMBERED)
def _graph(text: bytes, watched: Watched, assumed: tuple[tuple[str, bool], ...] = ()) -> Graph:
    return graph(_flow(text, watched), dict(assumed))


def _effects(text: bytes, watched: Watched, effect: Effect) -> dict[int, Transfer]:
    """Per number of a use what it does, unless that is nothing."""
    return {n: done for n, use in _uses(text, watched) if (done := effect(use)) is not KEEP}


@lru_cache(maxsize=_REMEMBERED)
def _uses(text: bytes, watched: Watched) -> tuple[tuple[int, Use], ...]:
    """The uses of a definition with their numbers."""
    return tuple(use for block in _graph(text, watched).blocks for use in block.uses)


def _graphs(text: bytes, watched: Watched, effects: Mapping[int, Transfer]) -> list[Graph]:
    """The ways through a definition, for each outcome of the conditions that recur."""
    whole = _graph(text, watched)
    if len(effects) < 2:
        return [whole]
    marked = {id(use) for block in whole.blocks for n, use in block.uses if n in effects}
    counted: Counter[str] = Counter()
    first: dict[str, int] = {}
    for key, at, governed in _conditions(text, watched):
        first.setdefault(key, at)
        counted[key] += any(id(use) in marked for use in governed)
    recurring = (key for key, count in counted.items() if count > 1)
    steady = (key for key in recurring if _is_steady(key, text, first[key]))
    keys = list(itertools.islice(steady, _MOST_OUTCOMES))
    if not keys:
        return [whole]
    outcomes = itertools.product((True, False), repeat=len(keys))
    return [_graph(text, watched, tuple(zip(keys, each, strict=True))) for each in outcomes]


@lru_cache(maxsize=_REMEMBERED)
def _conditions(
    text: bytes, watched: Watched
) -> tuple[tuple[str, int, tuple[Call | Point, ...]], ...]:
    """The conditions that may recur: as written, where, and the uses they govern."""
    found = []
    for step in decisions(_flow(text, watched).steps):
        key, _ = canonical(step.arms[0].condition)
        if isinstance(step, Decision):
            rest = step.otherwise if len(step.arms) == 1 else ()
            if _TEST.fullmatch(key):
                found.append((key, step.at, (*uses(step.arms[0].body), *uses(rest))))
        elif step.kind == "#if" and key and len(step.arms) == 2:
            found.append((key, -1, tuple(uses((step,)))))
    return tuple(found)


def _is_steady(test: str, text: bytes, at: int) -> bool:
    """Whether no variable of a test is written to, or lent, behind an offset."""
    if at < 0:
        return True  # the preprocessor's
    code = text[at:]
    names = [re.escape(word.encode("latin-1", "replace")) for word in _VARIABLE.findall(test)]
    return not any(re.search(_WRITTEN % (name, name), code) for name in names)


def _ends(ways: list[tuple[Graph, Reached]], start: Depths) -> tuple[Depths, tuple[Leak, ...]]:
    """The depths with which a definition is left, and where they exceed those at its start."""
    end, excess = NOWHERE, OPEN & ~(2 * start - 1)
    found: dict[Leave, tuple[Depths, set[int]]] = {}
    for each, reached in ways:
        for leave in each.leaves:
            depths = reached.behind[leave.block]
            end |= depths
            known, via = found.setdefault(leave, (NOWHERE, set()))
            if depths & excess:
                via |= _sources(each, reached, leave, excess)
            found[leave] = known | depths, via
    return end, tuple(
        Leak(leave.kind, leave.line, not depths & ~excess, tuple(sorted(via)))
        for leave, (depths, via) in found.items()
        if depths & excess
    )


def _sources(each: Graph, reached: Reached, leave: Leave, excess: Depths) -> set[int]:
    """The lines from which control comes to a leave with the region open on all paths.

    Joins of paths with and without are looked through; a leave itself has a line of its own.
    """
    found: set[int] = set()
    seen, todo = {leave.block}, [leave.block]
    into = _into(each)
    while todo:
        index = todo.pop()
        block, sure = each.blocks[index], not reached.behind[index] & ~excess
        if sure and index != leave.block and (block.uses or block.jump is not None):
            found.add(block.uses[-1][1].line if block.jump is None else block.jump)
        elif not (sure and index == leave.block):
            new = [s for s in into[index] if s not in seen and reached.behind[s] & excess]
            seen.update(new)
            todo += new
    return found or {leave.line}


def _into(each: Graph) -> list[list[int]]:
    into: list[list[int]] = [[] for _ in each.blocks]
    for index, block in enumerate(each.blocks):
        for target in block.following:
            into[target].append(index)
    return into
