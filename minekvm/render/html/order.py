"""The report's commits and events, put in order once for every part of the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from minekvm.core.kinds import ORDER
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import About
from minekvm.core.report.model import Report, ReportCommit

SHORT = 12  # digits of a commit's hash that a reader sees


class Dated(Protocol):
    """What names the commit at which it happened."""

    @property
    def commit(self) -> CommitId: ...


_Dated = TypeVar("_Dated", bound=Dated)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: `told` is its own section of the report, `about` what is known of it at least.

    Of a commit without a section only what some part of the report happens to say is known, of
    some no more than the hash.
    """

    id: str
    about: About | None
    told: ReportCommit | None
    url: str

    @property
    def here(self) -> bool:
        return self.told is not None

    @property
    def short(self) -> str:
        return self.id[:SHORT]

    @property
    def anchor(self) -> str:
        return f"commit-{self.short}"

    @property
    def date(self) -> str:
        return self.about.authored[:10] if self.about else ""

    @property
    def author(self) -> str:
        return (self.about.author.strip() if self.about else "") or "nobody"

    @property
    def subject(self) -> str:
        return self.about.subject if self.about else ""


@dataclass(frozen=True, slots=True)
class Happening:
    """A drawn event: its id is what links lead to."""

    id: str
    commit: Commit
    kinds: tuple[str, ...]
    section: str
    symbol: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value to filter by, and how many events have it."""

    name: str
    count: int


class Story:
    """A report, read once; events and commits newest first."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._template = report.clone.web or ""
        known = {
            id_: Commit(id_, told.commit, told, self._url(id_, told.url or ""))
            for id_, told in report.commits.items()
        }
        self.events = tuple(
            Happening(
                id=e.id,
                commit=known.get(e.commit) or self._unknown(e.commit),
                kinds=e.kinds,
                section=e.section,
                symbol=e.symbol,
                path=e.path,
                text=e.text,
            )
            for e in report.events
        )
        passing = [self._unknown(id_) for id_ in self._heard if id_ not in known]
        ordered = _newest_first([*known.values(), *passing], self.events)
        self._commits = {c.id: c for c in ordered if c.here}
        self._places = {c.id: place for place, c in enumerate(ordered)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The symbols that the report is about."""
        query = self.report.query
        asked = {*query.symbols, *query.callers}
        return frozenset(asked | {s for answer in self.report.answers for s in answer.symbols})

    # --- commits

    @property
    def commits(self) -> tuple[Commit, ...]:
        return tuple(self._commits.values())

    def commit(self, id_: str) -> Commit:
        """The commit of a full hash, or of a beginning that fits one alone."""
        found = self._commits.get(id_)
        if found is None and len(id_) >= 7:
            fits = [c for key, c in self._commits.items() if key.startswith(id_)]
            found = fits[0] if len(fits) == 1 else None
        return found or self._unknown(id_)

    def place(self, id_: str) -> int:
        """Where a commit stands among all, the newest first; unknown ones stand last."""
        return self._places.get(id_, len(self._places))

    def oldest_first(self, told: Sequence[_Dated]) -> list[_Dated]:
        """What happened at commits, as it stands or turned round: it begins at either end."""
        ends = [self.place(each.commit) for each in (*told[:1], *told[-1:])]
        return list(told) if ends and ends[0] > ends[1] else list(reversed(told))

    def _unknown(self, id_: str) -> Commit:
        return Commit(id_, self._heard.get(id_), None, self._url(id_, ""))

    @cached_property
    def _heard(self) -> Mapping[str, About]:
        """What parts of the report say of commits in passing."""
        report = self.report
        parts: list[Mapping[CommitId, About]] = [told.commits for told in report.lineages]
        parts += [region.commits for region in report.regions]
        parts += [history.commits for history in report.callers]
        parts += [answer.commits for answer in report.answers]
        return {id_: about for part in parts for id_, about in part.items()}

    def _url(self, id_: str, given: str) -> str:
        if web(given) or "%s" not in self._template or not id_.isalnum():
            return web(given)
        return web(self._template.replace("%s", id_))

    # --- events

    @cached_property
    def happened(self) -> Mapping[str, tuple[Happening, ...]]:
        """Events by their commit's hash."""
        found: defaultdict[str, list[Happening]] = defaultdict(list)
        for event in self.events:
            found[event.commit.id].append(event)
        return {key: tuple(some) for key, some in found.items()}

    def ids(
        self, section: str, commit: str, symbol: str = "", paths: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """The ids of a commit's events in a section, as far as symbol and paths narrow them."""
        some = [e for e in self.happened.get(commit, ()) if e.section == section]
        here = [e for e in some if not symbol or e.symbol == symbol]
        wanted = set(paths)
        there = [e for e in here if e.path in wanted]
        return tuple(e.id for e in there or ([] if wanted and len(here) > 1 else here))

    # --- what to filter by

    @cached_property
    def files(self) -> tuple[Value, ...]:
        return _counted(e.path for e in self.events if e.path)

    @cached_property
    def authors(self) -> tuple[Value, ...]:
        return _counted(e.commit.author for e in self.events if e.commit.here)

    @cached_property
    def kinds(self) -> tuple[Value, ...]:
        found = {v.name: v for v in _counted(k for e in self.events for k in e.kinds)}
        usual = [found.pop(k) for k in ORDER if k in found]
        return (*usual, *found.values())

    @cached_property
    def dates(self) -> tuple[str, str]:
        """The first and the last day of the events; empty where none is known."""
        days = sorted(e.commit.date for e in self.events if e.commit.date)
        return (days[0], days[-1]) if days else ("", "")

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, int]]:
        """Where each value stands among those of its kind."""
        return {
            name: {v.name: place for place, v in enumerate(values)}
            for name, values in (("f", self.files), ("k", self.kinds), ("a", self.authors))
        }


def _counted(values: Iterable[str]) -> tuple[Value, ...]:
    found = Counter(values)
    return tuple(Value(n, c) for n, c in sorted(found.items(), key=lambda v: (-v[1], v[0])))


def _newest_first(commits: Iterable[Commit], events: Sequence[Happening]) -> list[Commit]:
    """As they were committed; those of one second, as of a series, as the events tell them."""
    told = {e.commit.id: place for place, e in reversed(list(enumerate(events)))}
    ordered = sorted(commits, key=lambda c: (told.get(c.id, len(told)), c.id))
    return sorted(ordered, key=lambda c: c.about.committed if c.about else 0, reverse=True)


def web(url: str) -> str:
    """An address that a link may lead to: http or https only, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
