"""What lies between two markers and what commits did to it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from minekvm.core.kinds import BEGINS
from minekvm.core.phrases import Code, Phrase, count, function, lines, listed
from minekvm.core.region.changes import Difference, MarkerMoved, Passed
from minekvm.core.region.depths import State
from minekvm.core.region.model import Change, Standing
from minekvm.core.region.region import Inside, Marker, Place, Region
from minekvm.core.region.traces import Leak

_ENDS = ((True, "enter"), (False, "exit"))
_HOW = {
    "new": "newly called",
    "gone": "no longer called",
    "moved": "moved over the marker",
    "markers": "the marker moved over it",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What lies inside in one function, in order: `level` counts from the least deep one."""

    level: int
    function: str
    path: str
    first: int
    last: int
    calls: tuple[Inside, ...]

    @property
    def lines(self) -> str:
        """ "10-20", or "10"."""
        return lines(self.first, self.last)


def rows(region: Region) -> list[Row]:
    """What lies inside, function by function as it is come to."""
    inside = region.inside
    least = min((len(each.chain) for each in inside), default=1)
    found = []
    for (chain, path), run in groupby(inside, key=lambda each: (each.chain, each.path)):
        calls = tuple(run)
        at = [each.line for each in calls]
        level = len(chain) - least
        found.append(Row(level, chain[-1], path, min(at), max(at), calls))
    return found


def named(each: Inside) -> Phrase:
    """A name; with a question mark where only some paths have it inside."""
    return (Code(each.call),) if each.must else (Code(each.call), "?")


def in_order(calls: Sequence[Inside]) -> Iterator[Phrase]:
    """The names of calls; of one that comes several times on end, how often."""
    for name, run in groupby(map(named, calls)):
        times = len(list(run))
        yield (*name, f" ({times} times)") if times > 1 else name


def between(enter: Sequence[str], leave: Sequence[str]) -> Phrase:
    """ "guest_enter() and guest_exit()"."""
    ends = (listed([(function(name),) for name in end], " or ") for end in (enter, leave))
    return listed(ends, " and ")


def size(region: Region) -> str:
    """ "9 calls, 2 of them on some paths only"."""
    inside = region.inside
    if not inside:
        return "nothing"
    calls = count(len(inside), "call")
    some = sum(not each.must for each in inside)
    if some == len(inside):
        return f"{calls}, on some paths only"
    return f"{calls}, {some} of them on some paths only" if some else f"{calls}, on every path"


def ends(region: Region) -> Iterator[tuple[str, Phrase]]:
    """Where the region is entered and left, and what is wrong with that."""
    for opens, word in _ENDS:
        places: dict[tuple[str, str, str], dict[str, None]] = {}
        for mark in (m for m in region.markers if m.opens == opens):
            at = places.setdefault((mark.call, mark.function, mark.path), {})
            at[str(mark.line)] = None
        for (call, name, path), at in places.items():
            yield (
                word,
                (function(call), " in ", function(name), ", ", Code(path), f":{', '.join(at)}"),
            )
    yield from (("leak", (leak(each),)) for each in region.leaks)
    for stray in region.strays:
        if stray.found == "outside":
            yield "stray", (*_marker(stray), " closes what is not open")


def leak(each: Leak) -> str:
    """A way out with the region open."""
    way = "return" if each.kind == "return" else "end"
    sure = "" if each.must else "may be "
    return f"{sure}left open at the {way} in line {each.line}"


def _marker(mark: Marker) -> Phrase:
    """ "guest_enter() in vcpu_enter_guest(), arch/x86/kvm/x86.c:10"."""
    return (
        function(mark.call),
        " in ",
        function(mark.function),
        ", ",
        Code(mark.path),
        f":{mark.line}",
    )


# --- changes


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a commit did: what, `names` for what it happened to, and how."""

    what: Phrase
    names: tuple[Phrase, ...] = ()
    how: str = ""


def verdict(change: Change) -> str:
    """What a commit did to the region in one word or two."""
    moved = [m for d in change.differences for m in d.markers]
    if not change.parents or (moved and all(m.old is None for m in moved) and _both(moved)):
        return "begins"
    if not any(r.inside for r in change.regions):
        return "ends"
    came = sum(len(d.came) for d in change.differences)
    left = sum(len(d.left) for d in change.differences)
    if came != left:
        return "widened" if came > left else "narrowed"
    return "markers moved" if moved and not came else "changed"


def _both(moved: Sequence[MarkerMoved]) -> bool:
    """Whether an enter and an exit are among them."""
    return len({_opens(each) for each in moved}) == 2


def done(change: Change) -> list[tuple[str, list[Said]]]:
    """What a commit did, by table; under "" what it did through every table alike.

    Where the history begins nothing came in: it is there.
    """
    if not change.parents:
        return [("", [Said((BEGINS,))])]
    told = [(d.table, list(_said(d))) for d in change.differences]
    alike = [said for said in told[0][1] if all(said in each for _, each in told)] if told else []
    if len({r.table for r in change.regions}) > len(told) and told[0][0]:
        alike = []  # some table has nothing of it
    apart = [(table, [s for s in each if s not in alike]) for table, each in told]
    return [row for row in (("", alike), *apart) if row[1]]


def _said(difference: Difference) -> Iterator[Said]:
    yield from moved(difference.markers)
    for word, passed in (("came in", difference.came), ("left", difference.left)):
        shown = _outer(passed)
        inner = len({p.what.call for p in passed}) - len({p.what.call for p in shown})
        for how, some in groupby(sorted(shown, key=lambda p: p.how), key=lambda p: p.how):
            names = tuple(dict.fromkeys(named(p.what) for p in some))
            within = f", with {count(inner, 'call')} within" if inner else ""
            yield Said((word,), names, _HOW[how] + within)
            inner = 0
    for word, plain in (
        ("now on every path", difference.firmer),
        ("now on some paths only", difference.looser),
        ("in another order", difference.reordered),
    ):
        if plain:
            yield Said((word,), tuple((Code(name),) for name in plain))
    if difference.leaks:
        yield Said((f"{count(difference.leaks, 'more way')} out with the region open",))
    if difference.mended:
        yield Said((f"{count(difference.mended, 'fewer way')} out with the region open",))


def _outer(passed: Sequence[Passed]) -> list[Passed]:
    """Those that do not come with another one's function."""
    names = {p.what.call for p in passed}
    outer = [p for p in passed if not names & set(p.what.chain[1:])]
    return sorted(outer or passed, key=lambda p: len(p.what.chain))


def moved(markers: Sequence[MarkerMoved]) -> Iterator[Said]:
    """Where markers went; both ends together where they went alike."""
    ways = [(word, _way([m for m in markers if _opens(m) == opens])) for opens, word in _ENDS]
    told = [(word, way) for word, way in ways if way]
    if len(told) == 2 and told[0][1] == told[1][1]:
        told = [("markers", told[0][1])]
    yield from (Said((f"{word} ", *way)) for word, way in told)
    for opens, word in _ENDS:
        these = [m for m in markers if _opens(m) == opens]
        was = list(dict.fromkeys(m.old.call for m in these if m.old))
        now = list(dict.fromkeys(m.new.call for m in these if m.new))
        if was and now and was != now:
            yield Said((f"{word} now ", *_functions(now), " instead of ", *_functions(was)))


def _way(markers: Sequence[MarkerMoved]) -> Phrase:
    """ "moved from a() to b()", or nothing where they did not move."""
    old = list(dict.fromkeys(m.old.function for m in markers if m.old))
    new = list(dict.fromkeys(m.new.function for m in markers if m.new))
    if not old or not new:
        return ("came in " if new else "left in ", *_functions(new or old)) if markers else ()
    if set(old) != set(new):
        return ("moved from ", *_functions(old), " to ", *_functions(new))
    if any(m.old and m.new and m.old.call == m.new.call for m in markers):
        return ("moved within ", *_functions(new))
    return ()


def _opens(marker: MarkerMoved) -> bool:
    known = marker.new or marker.old
    return known is not None and known.opens


def _functions(names: Sequence[str]) -> Phrase:
    return listed((function(name),) for name in names)


def sentence(said: Sequence[Said], most: int | None = None) -> Phrase:
    """What was done in one sentence; of many names only the first where `most` says so."""
    return listed([_told(each, most) for each in said], "; ")


def _told(said: Said, most: int | None) -> Phrase:
    names = list(said.names[:most])
    if len(names) < len(said.names):
        names.append((f"and {len(said.names) - len(names)} more",))
    head = (*said.what, " ", *listed(names)) if names else said.what
    return (*head, f" ({said.how})") if said.how else head


# --- standings

_NOW: dict[State, str] = {
    "inside": "inside on every path",
    "outside": "outside",
    "partly": "inside on some paths",
    "unknown": "not called from there",
}
_WOULD: dict[State, str] = {
    "inside": "would lie inside",
    "outside": "would lie outside",
    "partly": "would lie inside on some paths",
    "unknown": "there is no such place",
}


def standing(standing: Standing, state: State) -> str:
    """A state in words, of a call or of one that might stand at a place."""
    return _NOW[state] if isinstance(standing.what, str) else _WOULD[state]


def subject(standing: Standing) -> Phrase:
    """What stands: a symbol, or a call at a place."""
    what = standing.what
    if isinstance(what, Place):
        return ("a call in ", function(what.function), ", ", *_where(what))
    return (function(what),)


def _where(place: Place) -> Phrase:
    if not place.neighbour:
        return ("at its start" if place.side == "before" else "at its end",)
    nth = f" (number {place.nth})" if place.nth else ""
    return (f"right {place.side} ", function(place.neighbour), nth)
