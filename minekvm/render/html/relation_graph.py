"""The relations of commits as a wiring diagram: a row for each commit, a wire for each relation.

Layered by time, the newest above. Every relation leaves its commit's row on a line of its own that
names its kind, runs in a lane that no other wire uses on the way, and ends with an arrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from minekvm.core.report.model import Edge
from minekvm.render.html.order import SHORT, Story
from minekvm.render.html.shapes import SANS, clipped, width

ROW = 30  # height of a commit
LINE = 17  # height of a relation's line below it
PAD = 10  # below each row
SUBJECT = 60  # letters of a subject
LANE = 12  # between wires
SMALL = 11
STYLES = {
    "cites": 0,
    "backport-of": 1,
    "same-patch": 1,
    "same-series": 2,
    "fixes": 3,
    "touches-same": 4,
    "reverts": 5,
}
TOP = 8
SERIES = "same-series"


@dataclass(frozen=True, slots=True)
class Box:
    """A commit's row."""

    number: int
    y: float
    height: float
    commit: str
    short: str
    date: str
    subject: str
    title: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """A relation: `source` speaks of or depends on `target`."""

    path: str
    kind: str
    style: int
    label_y: float
    head_y: float
    source: int
    target: int
    title: str


@dataclass(frozen=True, slots=True)
class Wiring:
    """The drawing; `text` is where rows end and wires begin."""

    width: float
    height: float
    text: float
    labels: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]

    @property
    def series(self) -> int:
        """How many relations say that commits stand in one series."""
        return sum(wire.kind == SERIES for wire in self.wires)


@dataclass(frozen=True, slots=True)
class _Tie:
    source: int
    target: int
    kind: str
    rule: str
    quote: str


def wirings(story: Story) -> list[Wiring]:
    """The report's relations drawn: without what stands in one series, then with it.

    One drawing where nothing, or nothing else, stands in a series.
    """
    edges = story.report.edges
    firm = [e for e in edges if e.kind != SERIES]
    every = wiring(story, edges)
    if every is None or not firm or len(firm) == len(edges):
        return [every] if every else []
    series = {end for e in edges if e.kind == SERIES for end in (e.source, e.target)}
    named = {each.commit for each in story.report.query.named}
    out = series - named - {end for e in firm for end in (e.source, e.target)}
    few = wiring(story, firm, out)
    return [few, every] if few else [every]


def wiring(story: Story, edges: Sequence[Edge], left_out: Collection[str] = ()) -> Wiring | None:
    """Some relations drawn, without some commits; None where there is nothing to draw."""
    ends = [end for e in edges for end in (e.source, e.target)]
    nodes = sorted(
        {*story.report.nodes, *ends}.difference(left_out), key=lambda c: (story.place(c), c)
    )
    if not nodes:
        return None
    numbers = {str(commit): place for place, commit in enumerate(nodes)}
    ties = {(t.source, t.target, t.kind): t for t in (_tie(numbers, e) for e in edges)}
    out: defaultdict[int, list[_Tie]] = defaultdict(list)
    for (source, target, kind), tie in sorted(ties.items(), key=lambda t: t[0]):
        if source < target or (target, source, kind) not in ties:  # said both ways: told once
            out[source].append(tie)
    boxes: list[Box] = []
    y = float(TOP)
    for number, commit in enumerate(nodes):
        boxes.append(_box(story, commit, number, y, len(out[number])))
        y += boxes[-1].height
    text = 196 + max(width(b.subject, 12.5, SANS) for b in boxes)
    labels = text + 10
    start = labels + max((width(kind, SMALL, SANS) for _, _, kind in ties), default=0) + 22
    wires, lanes = _wires(boxes, out, text, labels, start)
    return Wiring(
        width=round(start + LANE * lanes + 16, 1),
        height=y,
        text=round(text, 1),
        labels=round(labels, 1),
        boxes=tuple(boxes),
        wires=tuple(wires),
    )


def _tie(numbers: dict[str, int], edge: Edge) -> _Tie:
    return _Tie(
        numbers[edge.source],
        numbers[edge.target],
        edge.kind,
        edge.rule,
        edge.citation.quote if edge.citation else "",
    )


def _box(story: Story, id_: str, number: int, y: float, out: int) -> Box:
    commit = story.commit(id_)
    return Box(
        number=number,
        y=y,
        height=ROW + LINE * out + PAD,
        commit=commit.id,
        short=clipped(commit.short, SHORT),
        date=clipped(commit.date, 10),
        subject=clipped(commit.subject or "not among these commits", SUBJECT),
        title=clipped(f"{commit.date} {commit.short} {commit.author}: {commit.subject}", 400),
        events=tuple(e.id for e in story.happened.get(commit.id, ())),
    )


def _wires(
    boxes: Sequence[Box],
    out: dict[int, list[_Tie]],
    text: float,
    labels: float,
    start: float,
) -> tuple[list[Wire], int]:
    """Route the wires, short ones in the inner lanes; returns them and how many lanes it took."""
    lines = {
        (source, i): boxes[source].y + ROW + LINE * (i + 0.5)
        for source, ties in out.items()
        for i in range(len(ties))
    }
    asked = sorted(
        ((source, i, tie) for source, ties in out.items() for i, tie in enumerate(ties)),
        key=lambda a: (abs(a[2].target - a[2].source), a[0], a[1]),
    )
    busy: list[list[tuple[float, float]]] = []
    found: dict[tuple[int, int], Wire] = {}
    for source, i, tie in asked:
        here, there = lines[source, i], boxes[tie.target].y + ROW / 2
        low, high = min(here, there), max(here, there)
        lane = next(
            (n for n, taken in enumerate(busy) if all(high < a or b < low for a, b in taken)),
            len(busy),
        )
        if lane == len(busy):
            busy.append([])
        busy[lane].append((low, high))
        x = start + LANE * lane
        turn = 5 if there > here else -5
        begin = labels + width(tie.kind, SMALL, SANS) + 8
        found[source, i] = Wire(
            path=(
                f"M{begin:g} {here:g}H{x - 5:g}q5 0 5 {turn:g}V{there - turn:g}"
                f"q0 {turn:g} -5 {turn:g}H{text + 8:g}"
            ),
            kind=clipped(tie.kind, 30),
            style=STYLES.get(tie.kind, STYLES["touches-same"]),
            label_y=here,
            head_y=there,
            source=source,
            target=tie.target,
            title=clipped(
                f"{boxes[source].short} {tie.kind} {boxes[tie.target].short}"
                + (f": {tie.quote}" if tie.quote else f" ({tie.rule})" if tie.rule else ""),
                300,
            ),
        )
    return [found[key] for key in sorted(found)], len(busy)
