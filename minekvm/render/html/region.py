"""A region's timeline as a drawing: commits across, calls down in their order, what lies inside.

Two lines step from commit to commit: the upper one is where the region is entered, the lower one
where it is left. Branches, as through different ops tables, stand below one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.phrases import count
from minekvm.core.region.changes import MarkerMoved, Passed
from minekvm.core.region.model import Answer, Change
from minekvm.core.region.region import Place
from minekvm.render.html.order import Commit, Story
from minekvm.render.html.region_inside import INSIDE, PARTLY, Version, branches
from minekvm.render.html.shapes import clipped, width

ROW = 22  # height of a call
COLUMN = 76  # width of a commit
AXIS = 56  # height of the dates above
HEAD = 30  # height of a branch's heading
GAP = 14  # between branches
MOST = 40  # calls of a branch; beyond, those that never change are counted only
FONT = 12
DIGITS = 10  # of a hash


@dataclass(frozen=True, slots=True)
class Column:
    """A commit above its cells, and what it changed in words."""

    x: float
    commit: Commit
    short: str
    date: str
    title: str
    moved: bool
    came: tuple[str, ...]
    left: tuple[str, ...]
    markers: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """A branch as one commit leaves it: the heights of calls inside, on all paths or on some.

    `came` and `left` are those that did so with this very commit.
    """

    column: Column
    inside: tuple[float, ...]
    partly: tuple[float, ...]
    came: tuple[float, ...]
    left: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A call's name beside its row."""

    name: str
    y: float


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch: its heading, calls, commits, and the two lines as paths."""

    name: str
    y: float
    height: float
    labels: tuple[Label, ...]
    slices: tuple[Slice, ...]
    enter: str
    exit: str
    omitted: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where something stands to the region over time, the oldest first."""

    what: str
    states: tuple[tuple[Commit, str, bool], ...]  # whether it flipped there


@dataclass(frozen=True, slots=True)
class Timeline:
    """A region over time; `within` says that calls inside are not told one by one."""

    function: str
    enter: str
    exit: str
    summary: str
    width: float
    height: float
    margin: float
    columns: tuple[Column, ...]
    branches: tuple[Branch, ...]
    standings: tuple[Standing, ...]
    within: bool


def timelines(story: Story) -> list[Timeline]:
    """A timeline for each region of the report."""
    return [_timeline(story, region) for region in story.report.regions]


def _timeline(story: Story, region: Answer) -> Timeline:
    changes = story.oldest_first(region.changes)
    kept = {standing.what for standing in region.placements if isinstance(standing.what, str)}
    kept |= {*story.report.query.symbols, *story.report.query.callers}
    columns = tuple(_column(story, c, i) for i, c in enumerate(changes))
    drawn: list[Branch] = []
    y = float(AXIS)
    versions = branches(changes, kept)
    for name, told in versions.items():
        drawn.append(_branch(name, told, columns, y))
        y += drawn[-1].height + GAP
    names = [label.name for branch in drawn for label in branch.labels]
    size = count(len(changes), "commit")
    return Timeline(
        function=region.question.function,
        enter=", ".join(region.question.enter),
        exit=", ".join(region.question.exit),
        summary=f"{size} changed what lies inside" if changes else "no change in range",
        width=len(changes) * COLUMN + 12,
        height=y,
        margin=round(max((width(n, FONT) for n in names), default=80) + 24, 1),
        columns=columns,
        branches=tuple(drawn),
        standings=tuple(_standings(story, region)),
        within=any(v.within for told in versions.values() for v in told),
    )


# --- commits


def _column(story: Story, change: Change, place: int) -> Column:
    commit = story.commit(change.commit)
    came = _names(passed for d in change.differences for passed in d.came)
    left = _names(passed for d in change.differences for passed in d.left)
    moves = [moved for d in change.differences for moved in d.markers]
    markers = tuple(dict.fromkeys(map(_move, moves)))
    said = [f"{commit.date} {commit.short} {commit.subject}"]
    said += [f"came in: {', '.join(came)}"] if came else []
    said += [f"left: {', '.join(left)}"] if left else []
    said += markers
    return Column(
        x=place * COLUMN,
        commit=commit,
        short=clipped(commit.id[:DIGITS], DIGITS),
        date=clipped(commit.date, DIGITS),
        title=clipped("; ".join(said), 400),
        moved=bool(markers),
        came=came,
        left=left,
        markers=markers,
        events=story.ids("region", commit.id),
    )


def _names(passed: Iterable[Passed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.what.call for each in passed))


def _move(moved: MarkerMoved) -> str:
    """Where a marker went, in words: "enter moved from f() to g()"."""
    old, new = moved.old, moved.new
    marker = new or old
    which = "enter" if marker and marker.opens else "exit"
    if not old or not new:
        return f"{which} {'came in' if new else 'left'} {marker.function if marker else ''}()"
    if old.function != new.function:
        return f"{which} moved from {old.function}() to {new.function}()"
    if old.call != new.call:
        return f"{which} now {new.call}() instead of {old.call}()"
    return f"{which} moved within {old.function}()"


# --- branches


def _branch(name: str, told: Sequence[Version], columns: Sequence[Column], y: float) -> Branch:
    order = _woven([list(v.states) for v in reversed(told)])
    shown = order
    if len(order) > MOST:
        shown = [c for c in order if len({v.states.get(c) for v in told}) > 1]
    top = y + HEAD
    places = {call: top + ROW * i for i, call in enumerate(shown)}
    return Branch(
        name=clipped(name, 80),
        y=y,
        height=HEAD + ROW * max(len(shown), 1) + 6,
        labels=tuple(Label(clipped(c, 40), places[c]) for c in shown),
        slices=tuple(_slices(told, columns, places)),
        enter=_steps(_borders(told, places, min), columns, 0),
        exit=_steps(_borders(told, places, max), columns, ROW),
        omitted=len(order) - len(shown),
    )


def _woven(orders: Sequence[Sequence[str]]) -> list[str]:
    """Orders of names as one: what is not there yet goes behind the name it stood behind."""
    found: list[str] = []
    for order in orders:
        before = -1
        for name in order:
            if name in found:
                before = found.index(name)
            else:
                before += 1
                found.insert(before, name)
    return found


def _slices(
    told: Sequence[Version], columns: Sequence[Column], places: Mapping[str, float]
) -> Iterator[Slice]:
    before = told[0].states if told else {}
    for version, column in zip(told, columns, strict=True):
        now = version.states
        yield Slice(
            column,
            inside=tuple(y for call, y in places.items() if now.get(call) == INSIDE),
            partly=tuple(y for call, y in places.items() if now.get(call) == PARTLY),
            came=tuple(y for call, y in places.items() if call in now and call not in before),
            left=tuple(y for call, y in places.items() if call in before and call not in now),
        )
        before = now


def _borders(
    told: Sequence[Version],
    places: Mapping[str, float],
    end: Callable[[Iterable[float]], float],
) -> list[float | None]:
    """The height of the first or last call inside, for each version; None without any."""
    found = ([places[c] for c in v.states if c in places] for v in told)
    return [end(heights) if heights else None for heights in found]


def _steps(borders: Sequence[float | None], columns: Sequence[Column], down: float) -> str:
    """A line that steps from version to version, broken where there is no region."""
    drawn, pen = "", False
    for border, column in zip(borders, columns, strict=True):
        if border is None:
            pen = False
            continue
        y = border + down
        drawn += f"V{y:g}" if pen else f"M{column.x:g} {y:g}"
        drawn += f"H{column.x + COLUMN:g}"
        pen = True
    return drawn


# --- placements


def _standings(story: Story, region: Answer) -> Iterator[Standing]:
    """Symbols, and places where a call might stand, with their states commit by commit."""
    for standing in (*region.placements, *region.turns):
        states = tuple(
            (story.commit(flip.commit), str(flip.after), flip.before != flip.after)
            for flip in story.oldest_first(standing.flips)
        )
        if states:
            what = standing.what
            yield Standing(what if isinstance(what, str) else _place(what), states)


def _place(place: Place) -> str:
    """A place in words: "a call before run() in vcpu_enter_guest()"."""
    if place.neighbour:
        return f"a call {place.side} {place.neighbour}() in {place.function}()"
    return f"a call {'first' if place.side == 'before' else 'last'} in {place.function}()"
