"""The document's commits and events, put in order once for every part of the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from minekvm.core.kinds import ORDER
from minekvm.render.html.fields import SHORT, Row, row, rows, web, word, words


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: `told` has what the document says of it, a section of its own if it is `here`.

    Of others only what some part of the document happens to say is known, at least the hash.
    """

    id: str
    told: Row
    url: str
    here: bool

    @property
    def short(self) -> str:
        return self.id[:SHORT]

    @property
    def date(self) -> str:
        return word(self.told.get("authored"))[:10]

    @property
    def author(self) -> str:
        return word(self.told.get("author")).strip() or "nobody"

    @property
    def subject(self) -> str:
        return word(self.told.get("subject"))


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
    """A report document, read once; events and commits newest first."""

    def __init__(self, document: Row) -> None:
        self.document = document
        self._template = word(row(document.get("clone")).get("web"))
        known = {
            word(key): Commit(word(key), row(value), self._url(word(key), row(value)), True)
            for key, value in row(document.get("commits")).items()
        }
        self.events = tuple(
            Happening(
                id=word(e.get("id")) or f"e{number}",
                commit=known.get(word(e.get("commit"))) or self._unknown(word(e.get("commit"))),
                kinds=tuple(words(e.get("kinds"))),
                section=word(e.get("section")),
                symbol=word(e.get("symbol")),
                path=word(e.get("path")),
                text=word(e.get("text")),
            )
            for number, e in enumerate(rows(document.get("events")), 1)
        )
        passing = [self._unknown(id_) for id_ in self._heard if id_ not in known]
        ordered = _newest_first([*known.values(), *passing], self.events)
        self._commits = {c.id: c for c in ordered if c.here}
        self._places = {c.id: place for place, c in enumerate(ordered)}

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

    def oldest_first(self, told: Sequence[Row]) -> list[Row]:
        """Rows that each name a commit, as they stand or turned round: they begin at either end."""
        ends = [self.place(word(each.get("commit"))) for each in (*told[:1], *told[-1:])]
        return list(told) if ends and ends[0] > ends[1] else list(reversed(told))

    def _unknown(self, id_: str) -> Commit:
        return Commit(id_, self._heard.get(id_, {}), self._url(id_, {}), False)

    @cached_property
    def _heard(self) -> Mapping[str, Row]:
        """What parts of the document say of commits in passing: author, date and subject."""
        found: dict[str, Row] = {}
        for part in ("lineages", "regions", "ledger", "answers"):
            for each in rows(self.document.get(part)):
                found |= {word(k): row(v) for k, v in row(each.get("commits")).items()}
                told = [*rows(each.get("events")), *rows(each.get("changes"))]
                told += [*rows(each.get("placements")), *rows(each.get("turns"))]
                found |= {word(t.get("commit")): t for t in told if t.get("subject")}
        return found

    def _url(self, id_: str, about: Row) -> str:
        given = web(about.get("url"))
        if given or "%s" not in self._template or not id_.isalnum():
            return given
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
    return sorted(ordered, key=lambda c: _second(c.told), reverse=True)


def _second(about: Row) -> float:
    when = word(about.get("committed")) or word(about.get("authored"))
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return 0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
