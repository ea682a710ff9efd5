"""The lineages as drawings: time from left to right, files as lanes, a track for each definition.

A column is as wide as what is written in it, so nothing overlaps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from minekvm.core.kinds import ORDER
from minekvm.core.phrases import count
from minekvm.render.html.lineage_down import Down, down
from minekvm.render.html.lineage_fold import FEW, Drawn, Folded, folded
from minekvm.render.html.lineage_graph import Descent, Place, descents
from minekvm.render.html.nodes import Edge, Node
from minekvm.render.html.order import SHORT, Story
from minekvm.render.html.shapes import (
    BOLD,
    QUIET,
    clipped,
    clipped_path,
    family,
    ranked,
    width,
)

_OPTION = re.compile(
    r"\b(?:(?:defined|IS_ENABLED|IS_BUILTIN|IS_MODULE|IS_REACHABLE)\s*\(\s*)?+CONFIG_(\w+)(?:\s*\))?"
)
_OTHER = re.compile(r"\bdefined\b|[<>=]|\b[a-z_]\w*\(")

TRACK = 42  # height of a track
LANE = 26  # height of a lane's heading
AXIS = 52  # height of the dates above
EDGE = 22  # room at both ends
NARROW, WIDE = 16, 84  # a column of small edits; the least of one with a word
FOLD = 40  # a column of many edits
YEAR = 34  # room for a year's name
BEND = 34  # how far before a column a line turns to another track
FONT, SMALL, TINY = 12, 11, 10  # sizes of names, of dates and kinds, of conditions


@dataclass(frozen=True, slots=True)
class Lane:
    """A file."""

    label: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Track:
    """A definition in its lane; its line goes on to `until` from its last node."""

    name: str
    condition: str
    y: float
    since: float
    until: float
    last: int


@dataclass(frozen=True, slots=True)
class Column:
    """A commit with its date and hash, written above where something telling happened."""

    x: float
    date: str
    short: str


@dataclass(frozen=True, slots=True)
class Year:
    """Where a year begins."""

    x: float
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with its words; sizes in pixels. `start` is where a reader begins to look."""

    symbols: tuple[str, ...]
    summary: str
    width: float
    height: float
    margin: float
    lanes: tuple[Lane, ...]
    tracks: tuple[Track, ...]
    columns: tuple[Column, ...]
    years: tuple[Year, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    start: float
    down: Down

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds drawn, for the legend."""
        drawn = {n.kind for n in self.nodes if n.kind}
        usual = [k for k in ORDER if k in drawn]
        return (*usual, *sorted(drawn.difference(usual)))


def drawings(story: Story) -> list[Drawing]:
    """A drawing for each group of lineages that have definitions in common."""
    turning = {commit for answer in story.report.answers for commit in answer.key_commits[:1]}
    return [_drawn(descent, turning) for descent in descents(story)]


def _drawn(descent: Descent, turning: Collection[str]) -> Drawing:
    lanes, heights = _lanes(descent)
    fold = folded(descent)
    columns, years, right = _columns(fold)
    nodes = [_node(d, columns[d.column].x, heights[d.place]) for d in fold.nodes]
    tracks = tuple(_tracks(descent, fold, nodes, heights, right))
    names = [width(lane.label, FONT) for lane in lanes]
    names += [width(t.name, FONT) + 12 for t in tracks]
    names += [width(t.condition, TINY) + 12 for t in tracks]
    return Drawing(
        symbols=descent.symbols,
        summary=_summary(descent),
        width=round(right + EDGE, 1),
        height=lanes[-1].y + lanes[-1].height + 8,
        margin=round(max(names) + 20, 1),
        lanes=lanes,
        tracks=tracks,
        columns=columns,
        years=years,
        nodes=tuple(nodes),
        edges=tuple(_edge(nodes[a], nodes[b], fold) for a, b in fold.edges),
        start=_start(fold, nodes, turning),
        down=down(descent, fold, nodes),
    )


def _start(fold: Folded, nodes: Sequence[Node], turning: Collection[str]) -> float:
    """Where the turning point is: a commit that an answer rests on, else the most telling one."""
    found = [n.x for n in nodes if n.commit in turning]
    last = max((n.x for n in nodes if family(n.kind) in ("move", "part")), default=nodes[-1].x)
    return found[-1] if found else last


def _lanes(descent: Descent) -> tuple[tuple[Lane, ...], dict[Place, float]]:
    """Files in the order of the symbols asked for, in each its definitions as they came to be."""
    rank = {commit: place for place, commit in enumerate(descent.commits)}
    first = {k.place: k for k in reversed(descent.knots)}
    born = sorted(first.values(), key=lambda k: (rank[k.commit], k.lineage, k.place))
    asked: dict[str, int] = {}
    for knot in descent.knots:
        asked[knot.place.path] = min(knot.lineage, asked.get(knot.place.path, knot.lineage))
    files: dict[str, list[Place]] = {}
    for knot in sorted(born, key=lambda k: (asked[k.place.path], rank[k.commit])):
        files.setdefault(knot.place.path, []).append(knot.place)
    lanes: list[Lane] = []
    heights: dict[Place, float] = {}
    y = float(AXIS)
    for path, places in files.items():
        lanes.append(Lane(clipped_path(path, 40), y, LANE + TRACK * len(places)))
        for i, place in enumerate(places):
            heights[place] = y + LANE + TRACK * (i + 0.5)
        y += lanes[-1].height
    return tuple(lanes), heights


def _columns(fold: Folded) -> tuple[tuple[Column, ...], tuple[Year, ...], float]:
    """Columns across, years where they begin, and the right end."""
    drawn: defaultdict[int, list[Drawn]] = defaultdict(list)
    for node in fold.nodes:
        drawn[node.column].append(node)
    columns: list[Column] = []
    years: list[Year] = []
    left = float(EDGE)
    for number, commits in enumerate(fold.columns):
        date = drawn[number][0].first.date
        if not years or years[-1].name < date[:4]:
            room = left - years[-1].x if years else YEAR
            left += max(0.0, YEAR - room)
            years.append(Year(round(left, 1), date[:4]))
        words = [n.kind for n in drawn[number] if n.kind and n.kind not in QUIET]
        wide = max([WIDE, *(width(k, SMALL, BOLD) + 12 for k in words)])
        if len(commits) > 1:
            wide = FOLD
        elif not words and len(fold.columns) > FEW:
            wide = NARROW
        elif words:
            left += BEND / 2
        written = wide >= WIDE
        columns.append(
            Column(
                round(left + wide / 2, 1),
                clipped(date, 10) if written else "",
                clipped(commits[0][:SHORT], SHORT) if written else "",
            )
        )
        left += wide
    return tuple(columns), tuple(years), left + EDGE


def _node(drawn: Drawn, x: float, y: float) -> Node:
    knot, kind, several = drawn.knots[-1], drawn.kind, len(drawn.knots) > 1
    what = f"{knot.date} {', '.join(ranked(knot.kinds)) or 'came of it'}: {knot.place.name}"
    if several:
        what = f"{count(len(drawn.knots), 'edit')} of {knot.place.name}"
        what += f" from {drawn.first.date} to {knot.date}, the last"
    what += f" (#if {knot.place.condition})" if knot.place.condition else ""
    come = [p for p in knot.olds if p[:2] != knot.place[:2]]
    for way, places in (("from", come), ("into", list(knot.into))):
        if places:
            what += f" {way} " + ", ".join(dict.fromkeys(_told(p, knot.place) for p in places))
    return Node(
        number=drawn.number,
        x=x,
        y=y,
        kind=kind,
        label="" if kind in QUIET else kind,
        title=clipped(f"{what}. {knot.author}: {knot.subject}", 400),
        commit=knot.commit,
        events=tuple(e for each in reversed(drawn.knots) for e in each.events),
        fold=count(len(drawn.knots), "edit") if several else "",
    )


def _told(other: Place, here: Place) -> str:
    return other.name if other.path == here.path else f"{other.name} in {other.path}"


def _tracks(
    descent: Descent,
    fold: Folded,
    nodes: Sequence[Node],
    heights: dict[Place, float],
    right: float,
) -> Iterator[Track]:
    last = {drawn.place: nodes[drawn.number] for drawn in fold.nodes}
    for place, y in heights.items():
        yield Track(
            name=clipped(place.name, 36),
            condition=clipped(_condition(place.condition), 48) if place.condition else "",
            y=y,
            since=last[place].x,
            until=right if place in descent.standing else last[place].x,
            last=last[place].number,
        )


def _condition(condition: str) -> str:
    """Which options of Kconfig a variant is built under, where nothing else has a say."""
    options = _OPTION.sub(r"\1", condition)
    left = _OTHER.search(options)
    return f"#if {condition}" if options == condition or left else f"Kconfig: {options}"


def _edge(older: Node, newer: Node, fold: Folded) -> Edge:
    """A line, with what happened on it where it leads from one definition to another."""
    one, other = fold.nodes[older.number].place, fold.nodes[newer.number].place
    what = f"{_told(one, other)} \N{RIGHTWARDS ARROW} {other.name}: {newer.kind or 'a part of it'}"
    title = "" if one == other else clipped(what, 300)
    return Edge(_line(older, newer), older.number, newer.number, title)


def _line(older: Node, newer: Node) -> str:
    """Along the old track, then, shortly before the newer node, over to its track."""
    start = f"M{older.x:g} {older.y:g}"
    if older.y == newer.y:
        return f"{start}H{newer.x:g}"
    end = f"{newer.y:g} {newer.x:g} {newer.y:g}"
    if newer.x <= older.x:  # of one commit: out to the right and back
        out = older.x + BEND
        return f"{start}C{out:g} {older.y:g} {out:g} {end}"
    turn = max(older.x, newer.x - BEND)
    middle = (turn + newer.x) / 2
    return f"{start}H{turn:g}C{middle:g} {older.y:g} {middle:g} {end}"


def _summary(descent: Descent) -> str:
    dates = sorted(k.date for k in descent.knots)
    size = count(len(descent.commits), "commit")
    files = count(len({k.place.path for k in descent.knots}), "file")
    return clipped(f"{size} from {dates[0]} to {dates[-1]}, {files}", 100)
