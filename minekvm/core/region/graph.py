"""A tree of steps -> blocks with the ways between them, on which data flows.

Loops, jumps, switches and scopes become edges; every use keeps its number in the order of
evaluation. A call that never returns ends its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from minekvm.core.c.steps import (
    Arm,
    Call,
    Case,
    Chain,
    Decision,
    Either,
    Flow,
    Jump,
    Label,
    Loop,
    Point,
    Scope,
    Step,
    Steps,
    Switch,
)

# Paths end here: what these names call does not come back.
ENDS = frozenset(
    ("BUG", "panic", "unreachable", "__builtin_unreachable", "abort", "exit", "_exit", "do_exit")
)
# What is put around a condition that leaves it the same.
_HINTS = ("likely(", "unlikely(", "(")


@dataclass(frozen=True, slots=True)
class Release:
    """Where a guard's scope is left, on one of the ways out."""

    guard: Call
    at: int
    line: int


Use = Call | Point | Release


@dataclass(frozen=True, slots=True)
class Leave:
    """Where control leaves the function."""

    block: int
    kind: Literal["return", "end"]
    at: int
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Uses that follow one another, each with its number; `jump`: the line of a goto at its end."""

    uses: tuple[tuple[int, Use], ...]
    following: tuple[int, ...]
    jump: int | None


@dataclass(frozen=True, slots=True)
class Graph:
    """The ways through a function, from block 0 to the places where it is left."""

    blocks: tuple[Block, ...]
    leaves: tuple[Leave, ...]


def graph(flow: Flow, assumed: Mapping[str, bool] | None = None) -> Graph:
    """The ways through a function, where each condition in `assumed` is known to hold or not.

    Conditions are given as `canonical` writes them. The numbers of uses do not depend on them.
    """
    return _Lowering(assumed or {}).lower(flow)


def canonical(condition: str) -> tuple[str, bool]:
    """A condition without negation and hints, and whether it was meant to hold."""
    holds = True
    while True:
        if condition.startswith("!") and not condition.startswith("!="):
            holds, condition = not holds, condition[1:].strip()
            continue
        hint = next((h for h in _HINTS if condition.startswith(h)), None)
        if hint is None or not condition.endswith(")") or ")" in condition[:-1]:
            return condition, holds
        condition = condition[len(hint) : -1].strip()


@dataclass(slots=True)
class _Target:
    """Where break and continue lead, and the switch that cases belong to."""

    breaks: int
    continues: int | None
    scopes: int
    head: int | None = None
    default: bool = False


class _Lowering:
    def __init__(self, assumed: Mapping[str, bool]) -> None:
        self._assumed = assumed
        self._uses: list[list[tuple[int, Use]]] = [[]]
        self._following: list[list[int]] = [[]]
        self._jumps: dict[int, int] = {}
        self._leaves: list[Leave] = []
        self._now = 0
        self._count = 0
        self._targets: list[_Target] = []
        self._scopes: list[Scope] = []
        self._labels: dict[str, tuple[int, tuple[Scope, ...]]] = {}
        self._gotos: list[tuple[int, Jump, tuple[Scope, ...]]] = []

    def lower(self, flow: Flow) -> Graph:
        self._steps(flow.steps)
        self._leaves.append(Leave(self._now, "end", flow.end_at, flow.end_line))
        anywhere = self._new()  # from a computed goto, scopes left aside
        self._following[anywhere] += (block for block, _ in self._labels.values())
        for block, jump, scopes in self._gotos:
            if jump.target == "*":
                self._following[block].append(anywhere)
            elif jump.target in self._labels:
                self._land(block, jump, scopes, *self._labels[jump.target])
        blocks = [
            Block(tuple(uses), tuple(following), self._jumps.get(index))
            for index, (uses, following) in enumerate(zip(self._uses, self._following, strict=True))
        ]
        return Graph(tuple(blocks), tuple(self._leaves))

    def _land(
        self,
        block: int,
        jump: Jump,
        scopes: tuple[Scope, ...],
        target: int,
        kept: tuple[Scope, ...],
    ) -> None:
        left = [scope for scope in scopes if all(scope is not k for k in kept)]
        if left:
            between = self._new()
            self._following[block].append(between)
            self._now = between
            for scope in reversed(left):
                self._leave(scope, jump.at, jump.line)
            self._jumps[between] = jump.line
            block = between
        self._following[block].append(target)

    def _new(self, *sources: int) -> int:
        self._uses.append([])
        self._following.append([])
        index = len(self._uses) - 1
        for source in sources:
            self._following[source].append(index)
        return index

    def _use(self, use: Use) -> None:
        self._uses[self._now].append((self._count, use))
        self._count += 1

    def _steps(self, steps: Steps) -> None:
        for step in steps:
            if isinstance(step, Call | Point):
                self._use(step)
                if step.name in ENDS and isinstance(step, Call) and not step.indirect:
                    self._now = self._new()
            else:
                self._step(step)

    def _step(self, step: Step) -> None:
        match step:
            case Chain():
                self._chain(step)
            case Either():
                self._either(step)
            case Decision():
                self._decision(step)
            case Loop():
                self._loop(step)
            case Jump():
                self._jump(step)
            case Label():
                self._now = self._new(self._now)
                self._labels[step.name] = self._now, tuple(self._scopes)
            case Switch():
                self._switch(step)
            case Case():
                self._case(step)
            case Scope():
                self._scope(step)

    def _chain(self, step: Chain) -> None:
        ends = []
        for index, part in enumerate(step.parts):
            if index > 0:
                ends.append(self._now)
                self._now = self._new(self._now)
            self._steps(part)
        self._now = self._new(*ends, self._now)

    def _taken(self, arm: Arm) -> bool | None:
        """Whether an arm is known to be taken, or not to be."""
        if not self._assumed or not arm.condition:
            return None
        key, holds = canonical(arm.condition)
        known = self._assumed.get(key)
        return None if known is None else known == holds

    def _either(self, step: Either) -> None:
        start, ends = self._now, []
        sure = next((i for i, arm in enumerate(step.arms) if self._taken(arm)), None)
        for index, arm in enumerate(step.arms):
            out = self._taken(arm) is False or (sure is not None and index != sure)
            self._now = self._new() if out else self._new(start)
            self._steps(arm.body)
            ends.append(self._now)
        self._now = self._new(*ends)

    def _decision(self, step: Decision) -> None:
        ends = []
        for arm in step.arms:
            self._steps(arm.test)
            taken = self._taken(arm)
            start = self._now
            self._now = self._new() if taken is False else self._new(start)
            self._steps(arm.body)
            ends.append(self._now)
            self._now = self._new() if taken else self._new(start)
        self._steps(step.otherwise)
        self._now = self._new(*ends, self._now)

    def _loop(self, step: Loop) -> None:
        head, after, again = self._new(self._now), self._new(), self._new()
        self._targets.append(_Target(after, again, len(self._scopes)))
        self._now = head
        if step.first:
            self._steps(step.body)
            self._following[self._now].append(again)
            self._now = again
            self._steps(step.test)
            if step.again != "never":
                self._following[self._now].append(head)
            if step.again != "always":
                self._following[self._now].append(after)
        else:
            self._steps(step.test)
            if step.again != "always":
                self._following[self._now].append(after)
            self._now = self._new(self._now) if step.again != "never" else self._new()
            self._steps(step.body)
            self._following[self._now].append(again)
            self._now = again
            self._steps(step.step)
            self._following[self._now].append(head)
        self._targets.pop()
        self._now = after

    def _switch(self, step: Switch) -> None:
        head, after = self._now, self._new()
        target = _Target(after, None, len(self._scopes), head)
        self._targets.append(target)
        self._now = self._new()
        self._steps(step.body)
        self._following[self._now].append(after)
        self._targets.pop()
        if not target.default:
            self._following[head].append(after)
        self._now = after

    def _case(self, step: Case) -> None:
        target = next((t for t in reversed(self._targets) if t.head is not None), None)
        if target is None or target.head is None:
            return
        self._now = self._new(self._now, target.head)
        target.default = target.default or step.default

    def _scope(self, step: Scope) -> None:
        if not step.undone:
            self._use(step.guard)
        self._scopes.append(step)
        self._steps(step.body)
        self._scopes.pop()
        self._leave(step, step.end_at, step.end_line)

    def _leave(self, scope: Scope, at: int, line: int) -> None:
        """What happens where a scope is left."""
        if scope.undone:
            self._use(replace(scope.guard, at=at, line=line))
        else:
            self._use(Release(scope.guard, at, line))

    def _jump(self, step: Jump) -> None:
        if step.kind == "goto":
            self._gotos.append((self._now, step, tuple(self._scopes)))
            self._jumps[self._now] = step.line
        elif step.kind == "return":
            self._release(0, step)
            self._leaves.append(Leave(self._now, "return", step.at, step.line))
        else:
            loops = reversed(self._targets)
            if step.kind == "continue":
                target = next((t for t in loops if t.head is None), None)
            else:
                target = next(loops, None)
            if target is not None:
                self._release(target.scopes, step)
                goal = target.continues if step.kind == "continue" else target.breaks
                if goal is not None:
                    self._following[self._now].append(goal)
        self._now = self._new()

    def _release(self, kept: int, jump: Jump) -> None:
        for scope in reversed(self._scopes[kept:]):
            self._leave(scope, jump.at, jump.line)
