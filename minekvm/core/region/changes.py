"""A region before and after a commit -> what came in, what left, and what moved to make it so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from minekvm.core.model import CommitId
from minekvm.core.region.alignment import stays
from minekvm.core.region.depths import State
from minekvm.core.region.region import Inside, Marker, Region

How = Literal["new", "gone", "moved", "markers"]

_MARKER = 3  # calls that a marker weighs when it is told what moved past what


@dataclass(frozen=True, slots=True)
class Passed:
    """A call or identifier that came in or left, and how.

    `new`: it was not called before; `gone`: it is not called any more; `moved`: it moved past a
    marker; `markers`: it stayed in its order, and a marker moved past it.
    """

    what: Inside
    how: How


@dataclass(frozen=True, slots=True)
class MarkerMoved:
    """A marker that stands elsewhere; a side is None where there was no such marker."""

    old: Marker | None
    new: Marker | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in the region as seen through one table ("" where no table matters).

    `firmer` lie on all paths now and did not before, `looser` the other way round. `leaks` and
    `mended` count ways out with the region open, that came and went. `reordered` are those that lay
    inside before and now do so in another order.
    """

    table: str
    came: tuple[Passed, ...]
    left: tuple[Passed, ...]
    firmer: tuple[str, ...]
    looser: tuple[str, ...]
    markers: tuple[MarkerMoved, ...]
    reordered: tuple[str, ...]
    leaks: int
    mended: int

    def __bool__(self) -> bool:
        said = (self.came, self.left, self.firmer, self.looser, self.markers, self.reordered)
        return any(said) or self.leaks != 0 or self.mended != 0


@dataclass(frozen=True, slots=True)
class Flip:
    """A commit at which something that stands to a region stands to it otherwise."""

    commit: CommitId
    before: State
    after: State


def compare(old: Sequence[Region], new: Sequence[Region]) -> tuple[Difference, ...]:
    """What changed, table by table; as a whole where the tables are not the same ones."""
    found = (_compared(a, b) for a, b in _pairs(old, new))
    return tuple(each for each in found if each)


def _pairs(old: Sequence[Region], new: Sequence[Region]) -> list[tuple[list[Region], list[Region]]]:
    """The regions to be compared: of one table and condition; what has no like, all together.

    Variants under conditions of which only one is left, or new, are not compared crosswise.
    """
    keys = [(r.table, r.condition) for r in old], [(r.table, r.condition) for r in new]
    if len({*keys[0]}) < len(old) or len({*keys[1]}) < len(new):
        return [(list(old), list(new))]
    both = [key for key in keys[0] if key in keys[1]]
    pairs = [([old[keys[0].index(key)]], [new[keys[1].index(key)]]) for key in both]
    rest = (
        [r for r, key in zip(old, keys[0], strict=True) if key not in both],
        [r for r, key in zip(new, keys[1], strict=True) if key not in both],
    )
    if rest[0] and rest[1]:
        pairs.append(rest)
    elif both and any(r.table for r in (*rest[0], *rest[1])):
        return [(list(old), list(new))]
    elif rest[0] or rest[1]:
        pairs.append(rest)
    return pairs


def shared(differences: Sequence[tuple[Difference, ...]]) -> tuple[Difference, ...]:
    """What a merge did itself: what is different from every parent in the same way.

    Given are the differences from each parent; none are shared where a parent has none.
    """
    first, *others = differences
    found = first
    for other in others:
        found = tuple(each for d in found if (each := _agreed(d, other)))
    return found


def _agreed(difference: Difference, others: Sequence[Difference]) -> Difference:
    came = {p.what.call for d in others for p in d.came}
    left = {p.what.call for d in others for p in d.left}
    places = {(m.new.call, m.new.function) for d in others for m in d.markers if m.new}
    return Difference(
        difference.table,
        tuple(p for p in difference.came if p.what.call in came),
        tuple(p for p in difference.left if p.what.call in left),
        tuple(n for n in difference.firmer if any(n in d.firmer for d in others)),
        tuple(n for n in difference.looser if any(n in d.looser for d in others)),
        tuple(m for m in difference.markers if m.new and (m.new.call, m.new.function) in places),
        tuple(n for n in difference.reordered if any(n in d.reordered for d in others)),
        min(difference.leaks, sum(d.leaks for d in others)),
        min(difference.mended, sum(d.mended for d in others)),
    )


def _compared(old: list[Region], new: list[Region]) -> Difference:
    before, behind = _sites(old), _sites(new)
    kept = _kept(old[0], new[0]) if len(old) == len(new) == 1 else None
    counted = _counted(old), _counted(new)
    came = tuple(_passed(before, behind, counted, kept and kept[1], "new"))
    left = tuple(_passed(behind, before, counted[::-1], kept and kept[0], "gone"))
    was, is_ = _surely(old), _surely(new)
    both = [name for name in behind if name in before]
    moved = {p.what.call for p in (*came, *left)}
    return Difference(
        table=", ".join(dict.fromkeys(r.table for r in new if r.table)) if len(new) == 1 else "",
        came=came,
        left=left,
        firmer=tuple(n for n in both if is_[n] and not was[n] and n not in moved),
        looser=tuple(n for n in both if was[n] and not is_[n] and n not in moved),
        markers=(*_markers(old, new), *(_within(old[0], new[0], kept) if kept else ())),
        reordered=tuple(_reordered(before, behind, moved)),
        leaks=max(0, len(_leaks(new)) - len(_leaks(old))),
        mended=max(0, len(_leaks(old)) - len(_leaks(new))),
    )


_Sites = dict[str, list[Inside]]
_Site = tuple[str, str, int]  # path, name, line
_Kept = frozenset[_Site]


def _sites(regions: Sequence[Region]) -> _Sites:
    """What lies inside by name, each place once, in order."""
    found: defaultdict[str, dict[tuple[str, int], Inside]] = defaultdict(dict)
    for region in regions:
        for each in region.inside:
            found[each.call].setdefault((each.path, each.line), each)
    return {name: list(places.values()) for name, places in found.items()}


def _counted(regions: Sequence[Region]) -> Counter[str]:
    """How often each name is called, inside or not, each place once."""
    places = {(call.call, call.path, call.line) for region in regions for call in region.calls}
    return Counter(name for name, _, _ in places)


def _surely(regions: Sequence[Region]) -> dict[str, bool]:
    """Per name whether each of its calls inside lies there on all paths."""
    found: dict[str, bool] = {}
    for region in regions:
        for each in region.inside:
            found[each.call] = found.get(each.call, True) and each.must
    return found


def _passed(
    before: _Sites,
    behind: _Sites,
    counted: tuple[Counter[str], Counter[str]],
    kept: _Kept | None,
    other: Literal["new", "gone"],
) -> Iterator[Passed]:
    """What lies inside more often on the second side, and how that came about."""
    for name, places in behind.items():
        were = Counter(each.function for each in before.get(name, ()))
        excess = len(places) - sum(were.values())
        fresh = []
        for each in places:
            if were[each.function] > 0:
                were[each.function] -= 1
            else:
                fresh.append(each)
        added = counted[1][name] - counted[0][name]
        for nth, each in enumerate(fresh[: max(excess, 0)]):
            stayed = kept is None or (each.path, each.call, each.line) in kept
            how: How = other if nth < added else "markers" if stayed else "moved"
            yield Passed(each, how)


def _kept(old: Region, new: Region) -> tuple[_Kept, _Kept]:
    """The calls on both sides that keep their place in the order, where a marker weighs more."""
    a, b = _order(old), _order(new)
    one, two = stays([n for n, _ in a], [n for n, _ in b], lambda n: _MARKER if n[0] == "<" else 1)
    return (
        frozenset(site for i, (_, site) in enumerate(a) if i in one),
        frozenset(site for i, (_, site) in enumerate(b) if i in two),
    )


def _order(region: Region) -> list[tuple[str, _Site]]:
    """Calls and markers in order: calls by name, markers by what they do and in which function."""
    order: list[tuple[str, _Site]] = []
    marks = list(region.markers)
    for at, call in enumerate(region.calls):
        while marks and marks[0].after <= at:
            order.append(_mark(marks.pop(0)))
        order.append((call.call, (call.path, call.call, call.line)))
    return [*order, *map(_mark, marks)]


def _mark(marker: Marker) -> tuple[str, _Site]:
    end = "<enter" if marker.opens else "<exit"
    return f"{end} {marker.function}", (marker.path, marker.call, marker.line)


def _markers(old: Sequence[Region], new: Sequence[Region]) -> Iterator[MarkerMoved]:
    """The markers that stand in another function, or among other calls of theirs."""
    for opens in (True, False):
        a, b = _standing(old, opens), _standing(new, opens)
        gone = [m for key, many in a.items() for m in many[len(b.get(key, ())) :]]
        fresh = [m for key, many in b.items() for m in many[len(a.get(key, ())) :]]
        for i in range(max(len(gone), len(fresh))):
            yield MarkerMoved(
                gone[i] if i < len(gone) else None, fresh[i] if i < len(fresh) else None
            )


def _within(old: Region, new: Region, kept: tuple[_Kept, _Kept]) -> Iterator[MarkerMoved]:
    """The markers that stay in their function, but stand among other calls there."""
    a, b = _standing([old], None), _standing([new], None)
    for key in a.keys() & b.keys():
        for was, is_ in zip(a[key], b[key], strict=False):
            if _mark(was)[1] not in kept[0] or _mark(is_)[1] not in kept[1]:
                yield MarkerMoved(was, is_)


def _standing(regions: Sequence[Region], opens: bool | None) -> dict[tuple[str, str], list[Marker]]:
    """The markers, or those that open or close, by name and function, each place once."""
    found: defaultdict[tuple[str, str], dict[int, Marker]] = defaultdict(dict)
    for region in regions:
        for each in region.markers:
            if opens is None or each.opens == opens:
                found[each.call, each.function].setdefault(each.line, each)
    return {key: list(places.values()) for key, places in found.items()}


def _reordered(before: _Sites, behind: _Sites, moved: set[str]) -> Iterator[str]:
    """What lies inside on both sides, but in another order."""
    old = [name for name in before if name in behind and name not in moved]
    new = [name for name in behind if name in before and name not in moved]
    _, kept = stays(old, new)
    return (name for i, name in enumerate(new) if i not in kept)


def _leaks(regions: Sequence[Region]) -> set[tuple[str, int]]:
    return {(leak.kind, leak.line) for region in regions for leak in region.leaks}
