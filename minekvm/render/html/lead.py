"""What a reader sees first: a question, its answer in one sentence, and a strip of the lineages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from minekvm.core.lineage import words
from minekvm.core.model import CommitId, Told
from minekvm.core.report.model import Report
from minekvm.core.why.model import Answer, Claim
from minekvm.render.html.order import Story
from minekvm.render.html.shapes import QUIET, clipped, telling

WIDTH, EDGE = 320, 10  # of the strip, and its room at both ends
LINE, AXIS = 34, 18  # heights of a symbol and of the years
MOST = 5  # symbols
APART = 11  # between two marks


@dataclass(frozen=True, slots=True)
class Lead:
    """A question ("" where none was answered), one sentence, its claims, and what else is said."""

    question: str
    sentence: str
    claims: tuple[Claim, ...]
    further: tuple[Claim, ...]
    others: tuple[tuple[int, Answer], ...]


def lead(report: Report) -> Lead | None:
    """What the page begins with; None where nothing is answered.

    `others` are the other questions that have an answer, with their number from 1.
    """
    answered = [(n, a) for n, a in enumerate(report.answers, 1) if a.claims]
    if answered:
        _, first = answered[0]
        further = tuple(c for c in report.answer if c not in first.claims)
        sentence = first.lead or first.claims[0].text
        return Lead(first.question, sentence, first.claims, further, tuple(answered[1:]))
    if not report.answer:
        return None
    return Lead("", report.answer[0].text, report.answer, (), ())


@dataclass(frozen=True, slots=True)
class Mark:
    """Something telling that happened at a commit."""

    x: float
    kind: str
    title: str
    commit: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A symbol over time: from where to where its line goes, its marks, and where it was edited."""

    symbol: str
    y: float
    since: float
    until: float
    edits: tuple[float, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Lines over one span of years."""

    width: float
    height: float
    lines: tuple[Line, ...]
    first: str
    last: str
    more: int


def strip(story: Story) -> Strip | None:
    """The report's lineages, small; None where there are none."""
    told = [t for t in story.report.lineages if t.lineage.events]
    days = sorted(_day(t, e.commit) for t in told for e in t.lineage.events)
    if not days:
        return None
    first, span = days[0], max(days[-1] - days[0], 1)
    room = WIDTH - 2 * EDGE
    lines = tuple(
        _line(story, t, AXIS + LINE * (n + 0.5), lambda day: EDGE + room * (day - first) / span)
        for n, t in enumerate(told[:MOST])
    )
    years = [str(date.fromordinal(day).year) for day in (days[0], days[-1])]
    more = len(told) - len(lines)
    return Strip(WIDTH, AXIS + LINE * len(lines) + 6, lines, years[0], years[1], more)


def _day(told: Told, commit: CommitId) -> int:
    try:
        return date.fromisoformat(told.commits[commit].authored[:10]).toordinal()
    except ValueError:
        return 1


def _line(story: Story, told: Told, y: float, across: Callable[[int], float]) -> Line:
    events = told.lineage.events[::-1]
    at = [round(across(_day(told, e.commit)), 1) for e in events]
    loud = [telling(words.kinds(e.change)) not in QUIET for e in events]
    return Line(
        symbol=clipped(told.lineage.symbol, 44),
        y=y,
        since=min(at),
        until=WIDTH - EDGE if told.lineage.definitions else max(at),
        edits=tuple(dict.fromkeys(x for x, is_loud in zip(at, loud, strict=True) if not is_loud)),
        marks=tuple(_marks(story, told, [n for n, is_loud in enumerate(loud) if is_loud], at)),
    )


def _marks(story: Story, told: Told, loud: Sequence[int], at: Sequence[float]) -> Iterator[Mark]:
    """Marks from the newest on, none upon another: of those in one place the newest stands."""
    events = told.lineage.events[::-1]
    taken: list[float] = []
    for number in reversed(loud):
        x, event = at[number], events[number]
        if any(abs(x - other) < APART for other in taken):
            continue
        taken.append(x)
        kind, about = telling(words.kinds(event.change)), told.commits[event.commit]
        yield Mark(
            x=x,
            kind=kind,
            title=clipped(f"{about.authored[:10]} {kind}: {about.subject}", 200),
            commit=event.commit,
            events=story.ids("lineage", event.commit, told.lineage.symbol),
        )
