"""The nouns of control flow: what a function's text does, as a tree of steps.

A sequence is a tuple of steps in the order of evaluation. Offsets (`at`) and lines count from the
start of the function's text, lines from 0: the line in the file is `function.start_line + line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

JumpKind = Literal["return", "goto", "break", "continue"]
Again = Literal["maybe", "always", "never"]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or function-like macro.

    `callee` is what stands before the parenthesis as written, white space folded; `name` the
    identifier in it that says what is called: the function, the last member, the pointer, or what
    `static_call(...)` and its like are given. `indirect` is true of all but the plain name.
    `arguments` are as written, white space folded; "" where they are many, or were not read.
    """

    name: str
    callee: str
    at: int
    line: int
    indirect: bool
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A chosen identifier where it is used and not called."""

    name: str
    at: int
    line: int


@dataclass(frozen=True, slots=True)
class Jump:
    """A step that goes elsewhere; `target` is the label of a goto, `*` for a computed one."""

    kind: JumpKind
    target: str
    at: int
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """Where a goto may lead."""

    name: str
    at: int
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """Where the switch around it may lead."""

    default: bool
    at: int
    line: int


@dataclass(frozen=True, slots=True)
class Chain:
    """`&&` and `||`: the first part is evaluated; after each, the rest may be left out."""

    parts: tuple[Steps, ...]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to go on: `condition` as written, or the preprocessor's; "" where there is none."""

    condition: str
    test: Steps
    body: Steps


@dataclass(frozen=True, slots=True)
class Decision:
    """`if`, `else if`, ...: tests in order up to the one that holds, and its body; or the rest."""

    at: int
    line: int
    arms: tuple[Arm, ...]
    otherwise: Steps


@dataclass(frozen=True, slots=True)
class Either:
    """Exactly one of the arms: of `?:`, of `#if`, of the ways an `asm goto` may take."""

    kind: Literal["?:", "#if", "asm", "nested"]
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`while`, `for`, `do` or the name of a macro with a body; `step` is a for's third part.

    With `first` the body comes before the test. `again` is what the test says: nothing known, true
    for ever, or false at once.
    """

    kind: str
    at: int
    line: int
    test: Steps
    body: Steps
    step: Steps
    first: bool
    again: Again


@dataclass(frozen=True, slots=True)
class Switch:
    """The body of a switch: entered at its cases only. What it switches on stands before it."""

    at: int
    line: int
    body: Steps


@dataclass(frozen=True, slots=True)
class Scope:
    """What runs under a `guard(x)(y)` or `scoped_guard(x, y)`, which ends on every way out.

    With `undone` the guard is what is called there, of a variable declared with a clean-up.
    """

    guard: Call
    body: Steps
    end_at: int
    end_line: int
    undone: bool = False


Step = Call | Point | Jump | Label | Case | Chain | Decision | Either | Loop | Switch | Scope
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps of one definition; `degraded` where nesting was too deep to be told apart."""

    steps: Steps
    end_at: int
    end_line: int
    degraded: bool


def inner(step: Step) -> tuple[Steps, ...]:
    """The sequences that a step is made of, in the order in which they are evaluated."""
    found: tuple[Steps, ...] = ()
    match step:
        case Chain():
            found = step.parts
        case Decision():
            tests = (part for arm in step.arms for part in (arm.test, arm.body))
            found = (*tests, step.otherwise)
        case Either():
            found = tuple(part for arm in step.arms for part in (arm.test, arm.body))
        case Loop() if step.first:
            found = step.body, step.test
        case Loop():
            found = step.test, step.body, step.step
        case Switch():
            found = (step.body,)
        case Scope():
            found = (step.body, (step.guard,)) if step.undone else ((step.guard,), step.body)
        case _:
            pass
    return found


def uses(steps: Steps) -> Iterator[Call | Point]:
    """All calls and chosen identifiers, in the order in which they stand to be evaluated."""
    for step in steps:
        if isinstance(step, Call | Point):
            yield step
        else:
            for part in inner(step):
                if part:
                    yield from uses(part)


def calls(steps: Steps) -> Iterator[Call]:
    """All calls, in the order in which they stand to be evaluated."""
    return (use for use in uses(steps) if isinstance(use, Call))


def decisions(steps: Steps) -> Iterator[Decision | Either]:
    """Every choice between ways, the outer ones first."""
    for step in steps:
        if isinstance(step, Decision | Either):
            yield step
        for part in inner(step):
            if part:
                yield from decisions(part)


def moved(steps: Steps, by: int, line_at: Callable[[int], int]) -> Steps:
    """The same steps `by` bytes further on, their lines told by `line_at` the new offset."""
    found: list[Step] = []
    for step in steps:
        if isinstance(step, Call):
            at = step.at + by
            found.append(
                Call(step.name, step.callee, at, line_at(at), step.indirect, step.arguments)
            )
        else:
            found.append(_moved(step, by, line_at))
    return tuple(found)


def _moved(step: Step, by: int, line_at: Callable[[int], int]) -> Step:
    def steps(inner: Steps) -> Steps:
        return moved(inner, by, line_at) if inner else inner

    def arms(inner: tuple[Arm, ...]) -> tuple[Arm, ...]:
        return tuple(Arm(a.condition, steps(a.test), steps(a.body)) for a in inner)

    if isinstance(step, Chain):
        return Chain(tuple(map(steps, step.parts)))
    if isinstance(step, Either):
        return Either(step.kind, arms(step.arms))
    if isinstance(step, Scope):
        guard, end = moved((step.guard,), by, line_at)[0], step.end_at + by
        assert isinstance(guard, Call)
        return Scope(guard, steps(step.body), end, line_at(end), step.undone)
    put = replace(step, at=step.at + by, line=line_at(step.at + by))
    match put:
        case Decision():
            put = replace(put, arms=arms(put.arms), otherwise=steps(put.otherwise))
        case Loop():
            test, body, last = steps(put.test), steps(put.body), steps(put.step)
            put = replace(put, test=test, body=body, step=last)
        case Switch():
            put = replace(put, body=steps(put.body))
        case _:
            pass
    return put
