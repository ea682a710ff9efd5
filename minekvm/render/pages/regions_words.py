"""Words for regions that the terminal and Markdown share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.region.region import Place
from minekvm.render import text

if TYPE_CHECKING:
    from minekvm.core.region.changes import Difference, MarkerMoved, Passed
    from minekvm.core.region.depths import State
    from minekvm.core.region.model import Answer, Change, Standing
    from minekvm.core.region.region import Inside, Marker, Region

Quote = text.Quote
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
        return "-".join(map(str, dict.fromkeys((self.first, self.last))))


def rows(region: Region) -> list[Row]:
    """What lies inside, function by function as it is come to."""
    inside = region.inside
    least = min((len(each.chain) for each in inside), default=1)
    found = []
    for (chain, path), run in groupby(inside, key=lambda each: (each.chain, each.path)):
        calls = tuple(run)
        lines = [each.line for each in calls]
        level = len(chain) - least
        found.append(Row(level, chain[-1], path, min(lines), max(lines), calls))
    return found


def outermost(region: Region) -> list[Row]:
    """The same, without what lies in callees: each function's calls up to the next function's."""
    found = []
    outer = [row for row in rows(region) if row.level == 0]
    for (function, path), run in groupby(outer, key=lambda row: (row.function, row.path)):
        some = list(run)
        first, last = min(r.first for r in some), max(r.last for r in some)
        calls = tuple(call for row in some for call in row.calls)
        found.append(Row(0, function, path, first, last, calls))
    return found


def named(each: Inside, quote: Quote) -> str:
    """A name; with a question mark where only some paths have it inside."""
    return quote(each.call) + ("" if each.must else "?")


def between(found: Answer, quote: Quote) -> str:
    """ "guest_enter() and guest_exit()"."""
    asked = found.question
    return f"{_either(asked.enter, quote)} and {_either(asked.exit, quote)}"


def _either(names: Sequence[str], quote: Quote) -> str:
    return " or ".join(f"{quote(name)}()" for name in names)


def size(region: Region) -> str:
    """ "9 calls, 2 of them on some paths only"."""
    inside = region.inside
    if not inside:
        return "nothing"
    told = text.count(len(inside), "call")
    some = sum(not each.must for each in inside)
    if some == len(inside):
        return f"{told}, on some paths only"
    return f"{told}, {some} of them on some paths only" if some else f"{told}, on every path"


def marker(mark: Marker, quote: Quote) -> str:
    """ "guest_enter() in vcpu_enter_guest(), arch/x86/kvm/x86.c:10"."""
    return f"{quote(mark.call)}() in {quote(mark.function)}(), {quote(mark.path)}:{mark.line}"


def ends(region: Region, quote: Quote, *, short: bool = False) -> Iterator[tuple[str, str]]:
    """Where the region is entered and left, and what is wrong with that; short: without folders."""
    for opens, word in _ENDS:
        places: dict[tuple[str, str, str], dict[str, None]] = {}
        for mark in (m for m in region.markers if m.opens == opens):
            path = posixpath.basename(mark.path) if short else mark.path
            key = quote(mark.call), quote(mark.function), quote(path)
            places.setdefault(key, {})[str(mark.line)] = None
        for (call, function, path), lines in places.items():
            yield word, f"{call}() in {function}(), {path}:{', '.join(lines)}"
    for leak in region.leaks:
        way = "return" if leak.kind == "return" else "end"
        sure = "" if leak.must else "may be "
        yield "leak", f"{sure}left open at the {way} in line {leak.line}"
    for stray in region.strays:
        if stray.found == "outside":
            yield "stray", f"{marker(stray, quote)} closes what is not open"


# --- changes


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a commit did: a word and the rest; `names` are what it happened to."""

    word: str
    names: tuple[str, ...]
    rest: str = ""


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


def done(change: Change, quote: Quote) -> list[tuple[str, list[Said]]]:
    """What a commit did, by table; under "" what it did through every table alike."""
    told = [(d.table, list(_said(d, quote))) for d in change.differences]
    alike = [said for said in told[0][1] if all(said in each for _, each in told)] if told else []
    if len({r.table for r in change.regions}) > len(told) and told[0][0]:
        alike = []  # some table has nothing of it
    apart = [(table, [s for s in each if s not in alike]) for table, each in told]
    return [row for row in (("", alike), *apart) if row[1]]


def _said(difference: Difference, quote: Quote) -> Iterator[Said]:
    yield from _markers(difference.markers, quote)
    for word, passed in (("came in", difference.came), ("left", difference.left)):
        shown = _outer(passed)
        inner = len({p.what.call for p in passed}) - len({p.what.call for p in shown})
        for how, some in groupby(sorted(shown, key=lambda p: p.how), key=lambda p: p.how):
            names = tuple(dict.fromkeys(named(p.what, quote) for p in some))
            within = f", with {text.count(inner, 'call')} within" if inner else ""
            yield Said(word, names, _HOW[how] + within)
            inner = 0
    for word, plain in (
        ("now on every path", difference.firmer),
        ("now on some paths only", difference.looser),
        ("in another order", difference.reordered),
    ):
        if plain:
            yield Said(word, tuple(map(quote, plain)))
    if difference.leaks:
        yield Said(f"{text.count(difference.leaks, 'more way')} out with the region open", ())
    if difference.mended:
        yield Said(f"{text.count(difference.mended, 'fewer way')} out with the region open", ())


def _outer(passed: Sequence[Passed]) -> list[Passed]:
    """Those that do not come with another one's function."""
    names = {p.what.call for p in passed}
    outer = [p for p in passed if not names & set(p.what.chain[1:])]
    return sorted(outer or passed, key=lambda p: len(p.what.chain))


def _markers(moved: Sequence[MarkerMoved], quote: Quote) -> Iterator[Said]:
    """Where markers went; both ends together where they went alike."""
    ways = [(word, _way([m for m in moved if _opens(m) == opens], quote)) for opens, word in _ENDS]
    told = [(word, way) for word, way in ways if way]
    if len(told) == 2 and told[0][1] == told[1][1]:
        told = [("markers", told[0][1])]
    yield from (Said(f"{word} {way}", ()) for word, way in told)
    for opens, word in _ENDS:
        these = [m for m in moved if _opens(m) == opens]
        was = list(dict.fromkeys(m.old.call for m in these if m.old))
        now = list(dict.fromkeys(m.new.call for m in these if m.new))
        if was and now and was != now:
            yield Said(
                f"{word} now {_functions(now, quote)} instead of {_functions(was, quote)}", ()
            )


def _way(moved: Sequence[MarkerMoved], quote: Quote) -> str:
    """ "moved from a() to b()", or nothing where they did not move."""
    old = list(dict.fromkeys(m.old.function for m in moved if m.old))
    new = list(dict.fromkeys(m.new.function for m in moved if m.new))
    if not old or not new:
        return f"{'came' if new else 'left'} in {_functions(new or old, quote)}" if moved else ""
    if set(old) != set(new):
        return f"moved from {_functions(old, quote)} to {_functions(new, quote)}"
    if any(m.old and m.new and m.old.call == m.new.call for m in moved):
        return f"moved within {_functions(new, quote)}"
    return ""


def _opens(moved: MarkerMoved) -> bool:
    marker = moved.new or moved.old
    return marker is not None and marker.opens


def _functions(names: Sequence[str], quote: Quote) -> str:
    return ", ".join(f"{quote(name)}()" for name in names)


def sentence(said: Sequence[Said], most: int | None = None) -> list[str]:
    """What was done as pieces of a line; of many names only the first where `most` says so."""
    pieces = []
    for each in said:
        names = list(each.names[:most])
        if len(names) < len(each.names):
            names.append(f"and {len(each.names) - len(names)} more")
        head = f"{each.word} {', '.join(names)}" if names else each.word
        pieces.append(f"{head} ({each.rest})" if each.rest else head)
    return [f"{piece};" for piece in pieces[:-1]] + pieces[-1:]


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


def subject(standing: Standing, quote: Quote) -> str:
    """What stands: a symbol, or a call at a place."""
    what = standing.what
    if isinstance(what, Place):
        return f"a call in {quote(what.function)}(), {_where(what, quote)}"
    return f"{quote(what)}()"


def _where(place: Place, quote: Quote) -> str:
    if not place.neighbour:
        return "at its start" if place.side == "before" else "at its end"
    nth = f" (number {place.nth})" if place.nth else ""
    return f"right {place.side} {quote(place.neighbour)}(){nth}"
