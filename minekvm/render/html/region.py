"""A region's timeline as a drawing: commits across, calls down in their order, what lies inside.

Two lines step from commit to commit: the upper one is where the region is entered, the lower one
where it is left. Branches, as through different ops tables, stand below one another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.core.phrases import count
from minekvm.core.region.changes import MarkerMoved, Passed
from minekvm.core.region.model import Answer, Change
from minekvm.render.html.order import SHORT, Commit, Story
from minekvm.render.html.region_inside import INSIDE, PARTLY, Version, branches
from minekvm.render.html.region_standing import Standing, standings
from minekvm.render.html.shapes import clipped, width

ROW = 22  # height of a call
COLUMN = 84  # width of a commit
FOLD = 34  # of commits that change nothing that is drawn
AXIS = 56  # height of the dates above
HEAD = 30  # height of a branch's heading
GAP = 14  # between branches
MOST = 48  # calls of a branch that are drawn
STILL = 8  # where fewer change, others are drawn up to so many
FONT = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A commit above its cells, and what it changed in words.

    `more` are commits that it stands for, of which none changes what is drawn; else 0.
    """

    x: float
    wide: float
    more: int
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
    """A branch as a column shows it: the heights of calls inside, on all paths or on some.

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
    """One branch: its heading, calls, commits, and the two lines as paths.

    `still` are calls that never change, `omitted` how many others are not drawn.
    """

    name: str
    y: float
    height: float
    labels: tuple[Label, ...]
    slices: tuple[Slice, ...]
    enter: str
    exit: str
    still: tuple[str, ...]
    omitted: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A region over time; `within` says that calls inside are not told one by one.

    `columns` are drawn, `told` are all commits in words; `start` is where a reader begins to look.
    """

    function: str
    enter: str
    exit: str
    summary: str
    width: float
    height: float
    margin: float
    start: float
    columns: tuple[Column, ...]
    told: tuple[Column, ...]
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
    told = tuple(_column(story, change) for change in changes)
    versions = branches(changes, kept)
    rows = {name: _rows(each, kept) for name, each in versions.items()}
    columns, picked = _columns(told, [(versions[name], rows[name].shown) for name in versions])
    drawn: list[Branch] = []
    y = float(AXIS)
    for name, each in versions.items():
        drawn.append(_branch(name, [each[n] for n in picked], rows[name], columns, y))
        y += drawn[-1].height + GAP
    names = [label.name for branch in drawn for label in branch.labels]
    size = count(len(changes), "commit")
    return Timeline(
        function=region.question.function,
        enter=", ".join(region.question.enter),
        exit=", ".join(region.question.exit),
        summary=f"{size} changed what lies inside" if changes else "no change in range",
        width=sum(c.wide for c in columns) + 12,
        height=y,
        margin=round(max((width(n, FONT) for n in names), default=80) + 24, 1),
        start=_start(story, region, columns),
        columns=columns,
        told=told,
        branches=tuple(drawn),
        standings=tuple(standings(story, region)),
        within=any(v.within for each in versions.values() for v in each),
    )


def _start(story: Story, region: Answer, columns: Sequence[Column]) -> float:
    """Where the turning point is: what an answer rests on, else where a call flipped."""
    key = {commit for answer in story.report.answers for commit in answer.key_commits}
    flipped = {flip.commit for standing in region.placements for flip in standing.flips}
    for turning in (key, flipped):
        if found := [c.x for c in columns if c.commit.id in turning]:
            return found[-1]
    return columns[-1].x if columns else 0


# --- commits


def _columns(
    told: Sequence[Column], branches_: Sequence[tuple[Sequence[Version], Sequence[str]]]
) -> tuple[tuple[Column, ...], list[int]]:
    """The commits that are drawn, those that change nothing drawn as one; which version each shows.

    `branches_` are versions with the calls that are drawn of them.
    """
    columns: list[Column] = []
    picked: list[int] = []
    x = 0.0
    for number, column in enumerate(told):
        loud = (
            not number
            or column.moved
            or any(
                versions[number].states.get(call) != versions[number - 1].states.get(call)
                for versions, calls in branches_
                for call in calls
            )
        )
        if not loud and columns[-1].more:
            columns[-1] = replace(column, x=columns[-1].x, wide=FOLD, more=columns[-1].more + 1)
            picked[-1] = number
            continue
        wide = COLUMN if loud else FOLD
        columns.append(replace(column, x=x, wide=wide, more=0 if loud else 1))
        picked.append(number)
        x += wide
    return tuple(columns), picked


def _column(story: Story, change: Change) -> Column:
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
        x=0,
        wide=COLUMN,
        more=0,
        commit=commit,
        short=clipped(commit.short, SHORT),
        date=clipped(commit.date, 10),
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


@dataclass(frozen=True, slots=True)
class _Rows:
    """The calls of a branch: those drawn, those that never change, and how many more there are."""

    shown: tuple[str, ...]
    still: tuple[str, ...]
    omitted: int


def _rows(told: Sequence[Version], kept: Collection[str]) -> _Rows:
    """What changes is drawn, and what was asked for; where that is little, the first calls too."""
    order = _woven([list(v.states) for v in reversed(told)])
    moving = [c for c in order if c in kept or len({v.states.get(c) for v in told}) > 1]
    drawn = {*moving[:MOST], *[c for c in order if c not in moving][: max(0, STILL - len(moving))]}
    shown = [c for c in order if c in drawn]
    still = [c for c in order if c not in {*moving, *shown}]
    return _Rows(tuple(shown), tuple(still), len(moving) - len(moving[:MOST]))


def _branch(
    name: str, told: Sequence[Version], rows: _Rows, columns: Sequence[Column], y: float
) -> Branch:
    top = y + HEAD
    places = {call: top + ROW * i for i, call in enumerate(rows.shown)}
    return Branch(
        name=clipped(name, 80),
        y=y,
        height=HEAD + ROW * max(len(rows.shown), 1) + 6,
        labels=tuple(Label(clipped(c, 40), places[c]) for c in rows.shown),
        slices=tuple(_slices(told, columns, places)),
        enter=_steps(_borders(told, places, min), columns, 0),
        exit=_steps(_borders(told, places, max), columns, ROW),
        still=rows.still,
        omitted=rows.omitted,
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
        drawn += f"H{column.x + column.wide:g}"
        pen = True
    return drawn
