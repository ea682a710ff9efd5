"""The call-site ledger: who called a symbol from when until when, by architecture."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from minekvm.render.html.fields import Row, row, rows, word
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
    return [_ledger(story, callers) for callers in rows(story.document.get("ledger"))]


def area(path: str) -> str:
    """Who a path belongs to: an architecture, else the top directory."""
    parts = path.split("/")
    if len(parts) > 2 and parts[0] == "arch":
        return parts[1]
    return parts[0] if len(parts) > 1 else "top directory"


def _ledger(story: Story, callers: Row) -> Ledger:
    symbol = word(callers.get("symbol"))
    told = rows(callers.get("sites"))
    commits = {word(s.get(side)) for s in told for side in ("since", "until")} - {""}
    oldest_first = sorted(commits, key=lambda c: (story.place(c), c), reverse=True)
    step = BAR / max(len(oldest_first), 1)
    across = {commit: round(step * place, 1) for place, commit in enumerate(oldest_first)}
    areas: defaultdict[str, list[Site]] = defaultdict(list)
    for site in told:
        path = word(site.get("path"))
        name = word(site.get("arch")).removeprefix("arch/") or area(path)
        areas[name].append(_site(story, symbol, site, across))
    dates = [story.commit(c).date for c in oldest_first]
    return Ledger(
        symbol=symbol,
        areas=tuple(
            Area(name, tuple(sorted(some, key=lambda s: (s.start, s.end, s.path, s.function))))
            for name, some in sorted(areas.items())
        ),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )


def _site(story: Story, symbol: str, site: Row, across: dict[str, float]) -> Site:
    path, since, until = (word(site.get(key)) for key in ("path", "since", "until"))
    went = [w for w in (row(site.get("went")), *rows(site.get("also"))) if w]
    still = site.get("still")
    count = site.get("count")
    ids = [i for c in (since, until) if c for i in story.ids("callers", c, symbol, [path])]
    return Site(
        path=path,
        function=word(site.get("function")),
        since=story.commit(since) if since else None,
        until=story.commit(until) if until else None,
        still=bool(still) if still is not None else not until,
        count=count if isinstance(count, int) else 1,
        went=tuple(_went(w, path) for w in went),
        start=across.get(since, 0),
        end=max(across.get(since, 0), across.get(until, BAR)),
        events=tuple(dict.fromkeys(ids)),
    )


def _went(went: Row, path: str) -> Went:
    how, to = word(went.get("how")), word(went.get("path"))
    by = word(went.get("by")) if how == "replaced" else word(went.get("function"))
    there = to if how != "replaced" and to != path else ""
    return Went(_HOW.get(how, how), by, there)
