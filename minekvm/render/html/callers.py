"""The call-site ledger: who called a symbol from when until when, by architecture."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from minekvm.core.callers import periods
from minekvm.core.callers.periods import CallHistory, Life
from minekvm.core.callers.words import area
from minekvm.render.html.order import Commit, Story

BAR = 150  # width of a drawn span


_HOW = {
    "replaced": "replaced by",
    "to function": "to",
    "went with": "went along to",
    "unknown": "its end was not found",
}


@dataclass(frozen=True, slots=True)
class Went:
    """Where a call went when it left, in words, and to which function in which other file."""

    how: str
    function: str
    path: str


@dataclass(frozen=True, slots=True)
class Site:
    """A function that calls or called the symbol, `count` times; the span goes `start` to `end`."""

    path: str
    function: str
    since: Commit | None
    until: Commit | None
    still: bool
    count: int
    went: tuple[Went, ...]
    start: float
    end: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """The sites of one architecture or directory."""

    name: str
    sites: tuple[Site, ...]

    @property
    def still(self) -> int:
        return sum(s.still for s in self.sites)

    @property
    def ceased(self) -> Commit | None:
        """The commit since which none of them calls; None where one does or that is not known."""
        if self.still or any(s.until is None for s in self.sites):
            return None
        return max(self.sites, key=lambda s: s.end).until


@dataclass(frozen=True, slots=True)
class Ledger:
    """The call sites of one symbol; the dates are what the drawn spans reach over."""

    symbol: str
    areas: tuple[Area, ...]
    first: str
    last: str

    @property
    def still(self) -> int:
        return sum(a.still for a in self.areas)

    @property
    def size(self) -> int:
        return sum(len(a.sites) for a in self.areas)


def ledgers(story: Story) -> list[Ledger]:
    """A ledger for each symbol whose callers are told."""
    return [_ledger(story, history) for history in story.report.callers]


def area_name(path: str) -> str:
    """Who a path belongs to: an architecture, else the top directory."""
    name = area(path).removeprefix("arch/")
    return "top directory" if name == "." else name


def _ledger(story: Story, history: CallHistory) -> Ledger:
    commits = {c for life in history.lives for c in (life.since, life.until) if c}
    oldest_first = sorted(commits, key=lambda c: (story.place(c), c), reverse=True)
    step = BAR / max(len(oldest_first), 1)
    across = {str(c): round(step * place, 1) for place, c in enumerate(oldest_first)}
    areas: defaultdict[str, list[Site]] = defaultdict(list)
    for life in history.lives:
        areas[area_name(life.path)].append(_site(story, history.symbol, life, across))
    dates = [story.commit(c).date for c in oldest_first]
    return Ledger(
        symbol=history.symbol,
        areas=tuple(
            Area(name, tuple(sorted(some, key=lambda s: (s.start, s.end, s.path, s.function))))
            for name, some in sorted(areas.items())
        ),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )


def _site(story: Story, symbol: str, life: Life, across: dict[str, float]) -> Site:
    start = across[life.since] if life.since else 0
    ids = [
        id_
        for commit in (life.since, life.until)
        if commit
        for id_ in story.ids("callers", commit, symbol, [life.path])
    ]
    return Site(
        path=life.path,
        function=life.function,
        since=story.commit(life.since) if life.since else None,
        until=story.commit(life.until) if life.until else None,
        still=life.calls,
        count=len(life.sites),
        went=tuple(_went(went, life.path) for went in life.went),
        start=start,
        end=max(start, across[life.until] if life.until else BAR),
        events=tuple(dict.fromkeys(ids)),
    )


def _went(went: periods.Went, path: str) -> Went:
    replaced = went.how == "replaced"
    there = "" if replaced or went.path == path else went.path
    return Went(_HOW.get(went.how, went.how), went.by if replaced else went.function, there)
