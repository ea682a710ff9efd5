"""One definition of a name on both sides: which is which among variants, and what an edit is."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from minekvm.core.kinds import LAYOUT
from minekvm.core.lineage.similarity import Body, similarity
from minekvm.core.model import Change, Function, Kind


def edit_change(old: Body, new: Body) -> Change | None:
    """What an edit of one definition is: None where its bytes are equal."""
    if old.function.text == new.function.text:
        return None
    if old.tokens == new.tokens:
        return Change(("modified",), old.version, new.version, LAYOUT, 1.0)
    kinds = differences(old, new)
    rule = "same path and name" if old.path == new.path else "same name in the renamed file"
    if kinds == ["attributes"]:
        rule = "storage class, inline or annotations only"
    return Change(tuple(kinds), old.version, new.version, rule, 1.0)


def differences(old: Body, new: Body) -> list[Kind]:
    """In what two definitions differ: body, signature, or but the words around the signature."""
    kinds: list[Kind] = []
    if old.body != new.body:
        kinds.append("modified")
    if old.header != new.header:
        kinds.append("signature")
    if not kinds and old.tokens != new.tokens:
        kinds.append("attributes")
    return kinds


def pair_variants(
    old: Sequence[Body], new: Sequence[Body]
) -> tuple[list[tuple[Body, Body]], list[Body], list[Body]]:
    """Pair the definitions of one name in one file: (pairs, lost, won).

    Variants under `#ifdef` are told apart by their text, then their condition, then their
    likeness; of a single definition on each side nothing is asked.
    """
    if len(old) == 1 and len(new) == 1:
        return [(old[0], new[0])], [], []
    left_old, left_new = list(old), list(new)
    pairs: list[tuple[Body, Body]] = []

    def take(key: Callable[[Function], object]) -> None:
        waiting: defaultdict[object, deque[Body]] = defaultdict(deque)
        for body in left_new:
            waiting[key(body.function)].append(body)
        taken: set[Body] = set()
        for body in left_old:
            if partners := waiting[key(body.function)]:
                pairs.append((body, partners.popleft()))
                taken.update(pairs[-1])
        left_old[:] = [body for body in left_old if body not in taken]
        left_new[:] = [body for body in left_new if body not in taken]

    take(lambda function: (function.text, function.condition))
    take(lambda function: function.text)
    take(lambda function: function.condition)
    ranked = sorted(
        ((similarity(a, b), a.order, b.order, a, b) for a in left_old for b in left_new),
        key=lambda r: (-r[0], r[1], r[2]),
    )
    for alike, _, _, a, b in ranked:
        if a in left_old and b in left_new and (alike >= 0.5 or len(left_old) == len(left_new)):
            pairs.append((a, b))
            left_old.remove(a)
            left_new.remove(b)
    return pairs, left_old, left_new
