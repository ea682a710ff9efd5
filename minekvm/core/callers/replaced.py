"""Two orders of calls in one function: which left, which came, and what took the place of what.

Calls that keep their order stay, as many as can; of equal choices that one is taken by which the
symbol asked about moved, since it is asked about. What came between two that stay took the place of
what left there: like names and equal arguments go together, then what stands at the same spot. A
call in another's arguments is no successor of one that stood in no other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from minekvm.core.callers.sites import Called
from minekvm.core.region.alignment import stays

_NEAR = 4  # calls between one that left and a like one that came in its place
# What staying in its order is worth: of other calls, and of those asked about.
_OTHERS, _ASKED = 10, 9
_MOST = 400  # calls between two that stay up to which they are compared one by one
_SEVERAL = 3  # calls that one may become


@dataclass(frozen=True, slots=True)
class Orders:
    """The indices on one side only, and the names that took the place of those that left.

    The latter with whether they took that place alone, and not that of several at once.
    """

    lost: frozenset[int]
    won: frozenset[int]
    places: dict[int, tuple[tuple[str, ...], bool]] = field(default_factory=dict)

    def instead(self, index: int) -> tuple[tuple[str, ...], bool]:
        """What took the place of a call that left, and whether that is firm."""
        return self.places.get(index, ((), False))


def compared(old: Sequence[Called], new: Sequence[Called], symbol: str) -> Orders:
    """Two orders of calls, as one symbol is asked about."""
    names = [call.name for call in old], [call.name for call in new]
    kept = stays(*names, lambda name: _ASKED if name == symbol else _OTHERS)
    lost, won = (frozenset(range(len(side))) - each for side, each in zip(names, kept, strict=True))
    places: dict[int, tuple[tuple[str, ...], bool]] = {}
    for gone, come in _gaps(kept, (len(old), len(new))):
        if any(old[i].name == symbol for i in gone):
            places |= _successors(old, new, gone, come)
    for index in lost:
        if old[index].name == symbol and not places.get(index, ((), False))[1]:
            near = _near(index, old, new, won)
            if near:
                places[index] = (near,), True
    return Orders(lost, won, places)


def _gaps(
    kept: tuple[frozenset[int], frozenset[int]], lengths: tuple[int, int]
) -> list[tuple[list[int], list[int]]]:
    """What left and what came between each two calls that stay."""
    found = []
    at, to = 0, 0
    for i, j in [*zip(sorted(kept[0]), sorted(kept[1]), strict=True), lengths]:
        if i > at and j > to:
            found.append((list(range(at, i)), list(range(to, j))))
        at, to = i + 1, j + 1
    return found


def _successors(
    old: Sequence[Called], new: Sequence[Called], gone: Sequence[int], come: Sequence[int]
) -> dict[int, tuple[tuple[str, ...], bool]]:
    """Of the calls that came at one spot those that took the place of each that left there."""
    before = {call.name for call in old}
    inner = _nested(old, gone), _nested(new, come)
    fresh = [j for j in come if new[j].name not in before]
    open_ = [j for j in fresh if j not in inner[1]]
    if not fresh or len(gone) * len(fresh) > _MOST:
        return {}
    rated = sorted(
        (
            (-worth, abs((i - gone[0]) - (j - come[0])), i, j)
            for i in gone
            for j in (fresh if i in inner[0] else open_)
            if (worth := _likeness(old[i], new[j])) > 0
        ),
    )
    found: dict[int, list[int]] = {}
    taken: set[int] = set()
    for _, _, i, j in rated:
        if i not in found and j not in taken:
            found[i] = [j]
            taken.add(j)
    for _, _, i, j in rated:  # one that became several
        if j not in taken and len(found[i]) < _SEVERAL and _splits(old[i], new, found[i], j):
            found[i].append(j)
            taken.add(j)
    firm = dict.fromkeys(found, True)
    left = [i for i in gone if i not in found]
    rest = [j for j in open_ if j not in taken]
    alone = len(left) in (1, len(rest))
    for nth, i in enumerate(left if rest else ()):
        found[i] = [rest[min(nth, len(rest) - 1)]]
        firm[i] = alone
    return {
        i: (tuple(dict.fromkeys(new[j].name for j in sorted(js))), firm[i])
        for i, js in found.items()
    }


def _splits(call: Called, new: Sequence[Called], known: Sequence[int], other: int) -> bool:
    """Whether a further call is a part of what one became: like it, and beside the first part."""
    last = known[-1]
    beside = abs(other - last) <= _NEAR and new[other].under == new[last].under
    return beside and shared_words(call.name, new[other].name) > 0


def _nested(calls: Sequence[Called], indices: Sequence[int]) -> set[int]:
    """Those that stand in the arguments of another: evaluated before it, and written behind."""
    found: set[int] = set()
    first: int | None = None
    for i in reversed(indices):
        if first is not None and calls[i].at > first:
            found.add(i)
        else:
            first = calls[i].at
    return found


def _likeness(call: Called, other: Called) -> float:
    """How much one call looks like another's successor: words of the name, then its arguments."""
    words = shared_words(call.name, other.name)
    mine = len({*call.name.split("_"), *other.name.split("_")} - {""})
    same = bool(call.arguments) and call.arguments == other.arguments
    return words / max(mine, 1) + (0.5 if same else 0.0)


def _near(index: int, old: Sequence[Called], new: Sequence[Called], won: frozenset[int]) -> str:
    """A new name that is much like that of a call that left, and came to stand near."""
    before = {call.name for call in old}
    near = [i for i in won if abs(i - index) <= _NEAR and new[i].name not in before]
    like = [i for i in near if shared_words(new[i].name, old[index].name) > 1]
    best = max(like, key=lambda i: (shared_words(new[i].name, old[index].name), -i), default=None)
    return "" if best is None else new[best].name


def shared_words(name: str, other: str) -> int:
    """How many words two names share."""
    return len(set(name.split("_")) & (set(other.split("_")) - {""}))
