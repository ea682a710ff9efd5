"""A region's timeline as a drawing: commits across, calls down in their order, what lies inside.

Two lines step from commit to commit: the upper one is where the region is entered, the lower one
where it is left. Branches (as through different ops tables) stand below one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.render import text
from minekvm.render.html.fields import Row, clipped, rows, word, words
from minekvm.render.html.shapes import width
from minekvm.render.html.story import Story

ROW = 22  # height of a call
COLUMN = 88  # width of a commit
AXIS = 56  # height of the dates above
HEAD = 30  # height of a branch's heading
GAP = 14  # between branches
INSET = 7  # from a cell's border to its fill, so that columns stay apart
MOST = 48  # calls of a branch; beyond, those that never change are counted only
FONT = 12
DIGITS = 10  # of a hash

_MARKS = {
    "inside": "inside on every path",
    "partly": "inside on some paths",
    "outside": "outside",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True)
class Version:
    """A branch of the region as one commit leaves it: states by call, in the order of calls."""

    states: Mapping[str, str]
    functions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A call in a version: its state, and a sign where that came with this very commit."""

    x: float
    y: float
    state: str
    sign: str
    title: str
    commit: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A call's name beside its row."""

    name: str
    y: float


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch: its heading, calls, cells, and the two lines as paths."""

    name: str
    y: float
    height: float
    labels: tuple[Label, ...]
    cells: tuple[Cell, ...]
    enter: str
    exit: str
    omitted: int


@dataclass(frozen=True, slots=True)
class Column:
    """A commit above its cells."""

    x: float
    commit: str
    short: str
    date: str
    title: str
    moved: bool
    came: int
    left: int
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A symbol's placement over time, the oldest first, and where it flipped."""

    symbol: str
    states: tuple[tuple[str, str, bool], ...]  # commit, state, whether it flipped there


@dataclass(frozen=True, slots=True)
class Timeline:
    """A region over time."""

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


def timelines(story: Story) -> list[Timeline]:
    """A timeline for each region of the document."""
    return [_timeline(story, region) for region in rows(story.document.get("regions"))]


def _timeline(story: Story, region: Row) -> Timeline:
    function = word(region.get("function"))
    changes = story.oldest_first(rows(region.get("changes")))
    columns = tuple(_column(story, function, c, i) for i, c in enumerate(changes))
    names = list(dict.fromkeys(name for c in changes for name in _branches(c)))
    branches: list[Branch] = []
    y = float(AXIS)
    for name in names:
        versions = [_branches(c).get(name) for c in changes]
        branches.append(_branch(name, versions, columns, y))
        y += branches[-1].height + GAP
    margin = max([width(x.name, FONT) for b in branches for x in b.labels], default=120)
    size = text.count(len(changes), "commit")
    return Timeline(
        function=function,
        enter=", ".join(words(region.get("enter"))),
        exit=", ".join(words(region.get("exit"))),
        summary=f"{size} changed what lies inside" if changes else "no change in range",
        width=len(changes) * COLUMN + 12,
        height=y,
        margin=round(margin + 24, 1),
        columns=columns,
        branches=tuple(branches),
        standings=tuple(_standings(story, region)),
    )


def _column(story: Story, function: str, change: Row, place: int) -> Column:
    commit = story.commit(word(change.get("commit")))
    came, left = _names(change.get("came")), _names(change.get("left"))
    said = [f"{commit.date} {commit.short} {commit.subject}"]
    said += [f"came in: {', '.join(came)}"] if came else []
    said += [f"left: {', '.join(left)}"] if left else []
    said += ["the markers moved"] if change.get("markers_moved") else []
    return Column(
        x=place * COLUMN,
        commit=commit.id,
        short=clipped(commit.id[:DIGITS], DIGITS),
        date=clipped(commit.date, 10),
        title=clipped("; ".join(said), 400),
        moved=bool(change.get("markers_moved")),
        came=len(came),
        left=len(left),
        events=story.ids("region", commit.id),
    )


def _names(items: object) -> list[str]:
    """The calls named in a list of strings or of objects."""
    named = [word(r.get("call") or r.get("symbol")) for r in rows(items)]
    return [n for n in dict.fromkeys([*words(items), *named]) if n]


def _branches(change: Row) -> dict[str, Version]:
    """The branches of a version by name; a region without any is one branch of no name."""
    given = rows(change.get("branches"))
    parts = given or [change]
    found: dict[str, Version] = {}
    for part in parts:
        name = word(part.get("table") or part.get("branch") or part.get("name"))
        entries = rows(part.get("calls")) or rows(part.get("inside"))
        states: dict[str, str] = {}
        functions: dict[str, str] = {}
        for entry in entries:
            call = word(entry.get("call"))
            state = word(entry.get("state")) or ("inside" if entry.get("must") else "partly")
            if states.get(call, state) != state:
                state = "partly"
            states[call] = state
            functions.setdefault(call, word(entry.get("function")))
        found[name] = Version(states, functions)
    return found


def _branch(
    name: str, versions: Sequence[Version | None], columns: Sequence[Column], y: float
) -> Branch:
    order = _woven([list(v.states) for v in reversed(versions) if v is not None])
    shown = [call for call in order if _changes(call, versions)]
    if len(order) <= MOST:
        shown = order
    top = y + HEAD
    places = {call: top + ROW * i for i, call in enumerate(shown)}
    cells = tuple(_cells(versions, columns, places))
    return Branch(
        name=clipped(name, 80),
        y=y,
        height=HEAD + ROW * max(len(shown), 1) + 6,
        labels=tuple(Label(clipped(c, 40), places[c]) for c in shown),
        cells=cells,
        enter=_steps(_borders(versions, places, min), columns, 0),
        exit=_steps(_borders(versions, places, max), columns, ROW),
        omitted=len(order) - len(shown),
    )


def _changes(call: str, versions: Sequence[Version | None]) -> bool:
    return len({v.states.get(call) for v in versions if v is not None}) > 1


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


def _cells(
    versions: Sequence[Version | None], columns: Sequence[Column], places: Mapping[str, float]
) -> Iterator[Cell]:
    before: Version | None = None
    for version, column in zip(versions, columns, strict=True):
        if version is None:
            continue
        for call, y in places.items():
            state = version.states.get(call, "")
            was = before.states.get(call, "") if before is not None else state
            sign = _sign(was, state)
            if state or sign:
                where = version.functions.get(call, "")
                said = f"{call}{f' in {where}' if where else ''}: {_MARKS.get(state, 'not there')}"
                said += {"came": ", came in here", "left": ", left here"}.get(sign, "")
                yield Cell(
                    column.x,
                    y,
                    state or "gone",
                    sign,
                    clipped(f"{said} ({column.date} {column.short})", 300),
                    column.commit,
                    column.events,
                )
        before = version


def _sign(was: str, state: str) -> str:
    inside = ("inside", "partly")
    if (was in inside) == (state in inside):
        return ""
    return "came" if state in inside else "left"


def _borders(
    versions: Sequence[Version | None], places: Mapping[str, float], end: object
) -> list[float | None]:
    """The height of the first or last call inside, for each version; None without any."""
    found: list[float | None] = []
    for version in versions:
        states = version.states if version is not None else {}
        heights = [
            places[c] for c, s in states.items() if c in places and s in ("inside", "partly")
        ]
        found.append((min(heights) if end is min else max(heights)) if heights else None)
    return found


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


def _standings(story: Story, region: Row) -> Iterator[Standing]:
    found: dict[str, list[tuple[str, str]]] = {}
    for placement in story.oldest_first(rows(region.get("placements"))):
        found.setdefault(word(placement.get("symbol")), []).append(
            (word(placement.get("commit")), word(placement.get("state")) or "unknown")
        )
    for symbol, ordered in found.items():
        before = [None, *(state for _, state in ordered)]
        yield Standing(
            symbol,
            tuple(
                (commit, state, was is not None and was != state)
                for (commit, state), was in zip(ordered, before, strict=False)
            ),
        )
