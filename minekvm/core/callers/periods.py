"""The life of each call site: from the commit at which a function began to call, to its end.

Built from what commits did to the calls, and from who calls at the revision asked about, which has
the last word. What does not fit together (a function calls without having begun to) is told, so
that the commit that nobody looked at, such as the one that renamed the function, can be looked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple

from minekvm.core.c.tables import Op
from minekvm.core.callers.sites import How, Shift, Site
from minekvm.core.model import Change, CommitId, FunctionVersion, Gap
from minekvm.core.relate.relations import About

Place = tuple[str, str]
"""The path and name of a function."""

_TELLING: tuple[How, ...] = ("went with", "to function", "replaced")


class Moved(NamedTuple):
    """What a commit did to a call, compared with one parent (None: the empty tree)."""

    commit: CommitId
    parent: CommitId | None
    shift: Shift


@dataclass(frozen=True, slots=True)
class Went:
    """Where a call went that left its function: `by` is what stands or leads there instead,
    with those of `also` where one call became several."""

    how: How | Literal["unknown"]
    path: str
    function: str
    by: str = ""
    before: str = ""
    after: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """A function's calls of the symbol, however many, from when it began to when it ceased.

    `until` is None while it still calls; `since` is None where no beginning was found. `went` says
    where the calls went, the most telling first; it is empty where they are just gone. `sites` are
    the calls as they stand, or as they were when they left.
    """

    path: str
    function: str
    since: CommitId | None
    until: CommitId | None
    went: tuple[Went, ...]
    sites: tuple[Site, ...]

    @property
    def calls(self) -> bool:
        """Whether the function calls the symbol at the revision asked about."""
        return self.until is None and not _unknown(self)


@dataclass(frozen=True, slots=True)
class CallHistory:
    """Who calls a symbol at `rev`, and how that came to be.

    `moves` are what commits did to its calls, newest first, none before what came later; `tables`
    are the entries of tables, by file, that lead to it. `former` are the calls of the names that it
    had before, newest name first. Where `kind` says so, the symbol is no function, its calls are
    uses, and what calls may be a declaration or, without a name, a file.
    """

    symbol: str
    rev: CommitId
    lives: tuple[Life, ...]
    moves: tuple[Moved, ...]
    tables: tuple[tuple[str, Op], ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
    former: tuple[CallHistory, ...] = ()
    kind: str = ""

    def formerly(self, life: Life) -> tuple[str, Life] | None:
        """The former name that a function called until it began to call this one, and that life."""
        for history in self.former:
            for other in history.lives:
                here = (other.path, other.function) == (life.path, life.function)
                if here and other.until is not None and other.until == life.since:
                    return history.symbol, other
        return None

    def through(self, life: Life) -> tuple[str, ...]:
        """The functions, callers now, by which one whose calls ended still comes to the symbol."""
        if life.calls:
            return ()
        now = {each.function for each in self.sites_now} - {life.function}
        instead = dict.fromkeys(
            name
            for went in life.went
            for name in ((went.by, *went.also) if went.how == "replaced" else (went.by,))
        )
        return tuple(name for name in instead if name in now)

    @property
    def sites_now(self) -> tuple[Life, ...]:
        """The functions that call it."""
        return tuple(life for life in self.lives if life.calls)


def renamed_from(changes: Iterable[Change], name: str) -> str:
    """The name that a commit gave up for another; "" where it did not."""
    for change in changes:
        if change.old is not None and change.new is not None and change.new.name == name:
            kinds = set(change.kinds)
            if change.old.name != name and kinds & {"renamed", "renamed+moved"}:
                return change.old.name
    return ""


@dataclass(slots=True)
class _Open:
    since: CommitId | None
    until: CommitId | None = None
    went: tuple[Went, ...] = ()
    sites: tuple[Site, ...] = ()
    ended: bool = False


@dataclass(slots=True)
class _Books:
    lives: defaultdict[Place, list[_Open]] = field(default_factory=lambda: defaultdict(list))
    odd: dict[Place, None] = field(default_factory=dict)


def lives(
    moves: Sequence[Moved], standing: Mapping[Place, tuple[Site, ...]]
) -> tuple[tuple[Life, ...], tuple[Place, ...]]:
    """Every life, those that last first, then by their end, newest first; and what is odd.

    `moves` are newest first, none before what came later. A place is odd whose calls have no
    beginning, or no end though they do not stand any more, or stand though they ended.
    """
    books = _Books()
    groups = [(c, [m.shift for m in g]) for c, g in groupby(moves, key=lambda m: m.commit)]
    for commit, shifts in reversed(groups):
        _end(books, commit, shifts)
        _begin(books, commit, shifts)
    for place in (p for p in books.lives if p not in standing):
        last = books.lives[place][-1]
        if not last.ended:
            books.odd[place] = None
            last.went = (Went("unknown", *place),)
    for place, found in standing.items():
        if not books.lives[place]:
            books.lives[place].append(_Open(None))
            books.odd[place] = None
        last = books.lives[place][-1]
        if last.ended:
            books.odd[place] = None
            last.until, last.went = None, ()
        last.sites = found
    return tuple(_ordered(books, moves)), tuple(books.odd)


def without_lost(found: Sequence[Life]) -> tuple[Life, ...]:
    """Lives without those that began again on a branch only, of which a merge took nothing."""
    ended = {(life.path, life.function) for life in found if life.until is not None}
    return tuple(
        life for life in found if not (_unknown(life) and (life.path, life.function) in ended)
    )


def _unknown(life: Life) -> bool:
    return any(went.how == "unknown" for went in life.went)


def _end(books: _Books, commit: CommitId, shifts: Sequence[Shift]) -> None:
    ended: dict[Place, list[Shift]] = {}
    for shift in shifts:
        if shift.last and shift.old is not None and shift.left is not None:
            ended.setdefault(_place(shift.old), []).append(shift)
    for place, found in ended.items():
        known = books.lives[place]
        if not known:
            known.append(_Open(None))
            books.odd[place] = None
        elif known[-1].ended:
            continue  # the same change on another branch
        last = known[-1]
        last.until, last.ended = commit, True
        last.went = tuple(dict.fromkeys(_went(found)))
        last.sites = tuple(dict.fromkeys(s.left for s in found if s.left is not None))


def _begin(books: _Books, commit: CommitId, shifts: Sequence[Shift]) -> None:
    for shift in shifts:
        if shift.first and shift.new is not None and shift.came is not None:
            known = books.lives[_place(shift.new)]
            if not known or known[-1].ended:
                known.append(_Open(commit, sites=(shift.came,)))


def _went(shifts: Iterable[Shift]) -> Iterator[Went]:
    """Where calls went, the most telling first."""
    for how in _TELLING:
        for shift in shifts:
            version = shift.new or shift.old
            if shift.how == how and version is not None:
                came = shift.came
                before, after = (came.before, came.after) if came else ("", "")
                yield Went(how, *_place(version), shift.by, before, after, shift.also)


def _ordered(books: _Books, moves: Sequence[Moved]) -> Iterator[Life]:
    rank: dict[CommitId | None, int] = {}
    for nth, move in enumerate(moves):
        rank.setdefault(move.commit, nth)
    every = [
        Life(*place, o.since, o.until, o.went, o.sites)
        for place, known in books.lives.items()
        for o in known
    ]

    def order(life: Life) -> tuple[bool, int, str, int, str]:
        line = min((site.line for site in life.sites), default=0)
        return not life.calls, rank.get(life.until, -1), life.path, line, life.function

    return iter(sorted(every, key=order))


def _place(version: FunctionVersion) -> Place:
    return version.path, version.name
