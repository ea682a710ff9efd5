"""What stands between the operators of an expression: what may be left out, what is one of two."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.core.c.steps import Arm, Chain, Either, Step, Steps

DEEPEST = 40  # nesting from which calls are listed without their conditions


def joined(items: list[Step | bytes], depth: int) -> list[Step]:
    """Steps and the operators between them -> steps: what may be left out, what is one of two."""
    if not any(isinstance(item, bytes) for item in items):
        return items  # type: ignore[return-value]
    if depth > DEEPEST or not any(not isinstance(item, bytes) for item in items):
        return [item for item in items if not isinstance(item, bytes)]
    found: list[Step] = []
    start = nested = 0
    for index, item in enumerate(items):
        nested += (item == b"?") - (item == b":" and nested > 0)
        if item == b";" or (item == b"," and nested == 0):
            found += _choice(items[start:index], depth)
            start, nested = index + 1, 0
    return found + _choice(items[start:], depth)


def _choice(items: list[Step | bytes], depth: int) -> list[Step]:
    """`a ? b : c`, or what has no `?`."""
    if b"?" not in items:
        return _logic(items)
    at = items.index(b"?")
    nested, end = 1, at + 1
    while end < len(items) and nested > 0:
        nested += (items[end] == b"?") - (items[end] == b":")
        end += 1
    if nested > 0 or depth > DEEPEST:
        return [item for item in items if not isinstance(item, bytes)]
    arms = (
        tuple(joined(items[at + 1 : end - 1], depth + 1)),
        tuple(_choice(items[end:], depth + 1)),
    )
    before = _logic(items[:at])
    if arms == ((), ()):
        return before
    return [*before, Either("?:", tuple(Arm("", (), arm) for arm in arms))]


def _logic(items: Sequence[Step | bytes]) -> list[Step]:
    """`a && b || c`: what stands behind an operator may be left out."""
    return list(
        _chain([_chain([_steps(p) for p in _split(part, b"&&")]) for part in _split(items, b"||")])
    )


def _split(items: Sequence[Step | bytes], operator: bytes) -> list[list[Step | bytes]]:
    parts: list[list[Step | bytes]] = [[]]
    for item in items:
        if item == operator:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _chain(parts: Sequence[Steps]) -> Steps:
    kept = [parts[0], *(part for part in parts[1:] if part)]
    return (Chain(tuple(kept)),) if len(kept) > 1 else kept[0]


def _steps(items: Sequence[Step | bytes]) -> Steps:
    return tuple(item for item in items if not isinstance(item, bytes))
