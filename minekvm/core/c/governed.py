"""The calls in a flow of control, each with the branches, loops and switches around it."""

from __future__ import annotations

from collections.abc import Iterator

from minekvm.core.c.steps import Call, Decision, Loop, Steps, Switch, inner

# What only tells the compiler which way a branch goes.
HINTS = frozenset(
    ("likely", "unlikely", "static_branch_likely", "static_branch_unlikely", "__builtin_expect")
)


def calls_in(steps: Steps, under: tuple[str, ...] = ()) -> Iterator[tuple[Call, tuple[str, ...]]]:
    """Every call with what governs it: bodies of branches and loops do, their tests do not."""
    for step in steps:
        match step:
            case Call():
                yield step, under
            case Decision():
                for arm in step.arms:
                    yield from calls_in(arm.test, under)
                    yield from calls_in(arm.body, (*under, "if"))
                yield from calls_in(step.otherwise, (*under, "else"))
            case Loop():
                body = (*under, "loop")
                if step.first:
                    yield from calls_in(step.body, body)
                yield from calls_in(step.test, under)
                if not step.first:
                    yield from calls_in(step.body, body)
                    yield from calls_in(step.step, body)
            case Switch():
                yield from calls_in(step.body, (*under, "switch"))
            case _:
                for part in inner(step):
                    yield from calls_in(part, under)
