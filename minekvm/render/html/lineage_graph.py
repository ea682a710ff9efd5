"""What descends from what: the events of lineages as nodes on tracks, with the edges between.

A track is a definition's place, a node what one commit did to it. Lineages that share a place are
taken together, so that a body can be followed from one symbol into another; so are others, as long
as they have few commits, so that one time line is read for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from minekvm.core.lineage import words
from minekvm.core.model import CUT, Event, FunctionVersion, Told
from minekvm.render.html.order import Story

FEW = 40  # commits of lineages that are drawn together though they share nothing


class Place(NamedTuple):
    """Where a definition stands, and under which preprocessor condition."""

    path: str
    name: str
    condition: str


@dataclass
class Knot:
    """What one commit did at one place; without `kinds` a part that came of another knot.

    `olds` are the places that the definition comes from, `into` those that a part went to;
    `lineage` is the first lineage that tells of it.
    """

    commit: str
    place: Place
    lineage: int
    number: int = 0
    kinds: dict[str, None] = field(default_factory=dict)
    events: dict[str, None] = field(default_factory=dict)
    olds: dict[Place, None] = field(default_factory=dict)
    into: dict[Place, None] = field(default_factory=dict)
    date: str = ""
    author: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Descent:
    """Some lineages as one graph: commits and knots oldest first, edges from older to newer.

    An edge names knots by their number, which is their place in `knots`. `standing` are the places
    where a definition still stands at the end.
    """

    symbols: tuple[str, ...]
    commits: tuple[str, ...]
    knots: tuple[Knot, ...]
    edges: tuple[tuple[int, int], ...]
    standing: frozenset[Place]


def descents(story: Story) -> list[Descent]:
    """The report's lineages, those with places in common as one."""
    lineages = [told for told in story.report.lineages if told.lineage.events]
    groups: list[tuple[set[Place], list[int]]] = []
    for number, lineage in enumerate(lineages):
        places = {p for e in lineage.lineage.events for p in _touched(e)}
        places |= set(_standing(lineage))
        members = [number]
        for met, some in [g for g in groups if g[0] & places]:
            places |= met
            members += some
        groups = [g for g in groups if not g[0] & places]
        groups.append((places, members))
    small: list[int] = []
    large: list[list[int]] = []
    for members in sorted(sorted(members) for _, members in groups):
        touched = {e.commit for n in (*small, *members) for e in lineages[n].lineage.events}
        if len(touched) <= FEW:
            small += members
        else:
            large.append(members)
    ordered = sorted([*large, *([sorted(small)] if small else [])])
    return [_descent(story, [lineages[n] for n in members]) for members in ordered]


def _place(version: FunctionVersion | None) -> Place:
    assert version is not None, "an event without a side"
    return Place(version.path, version.name, version.function.condition)


def _touched(event: Event) -> set[Place]:
    change = event.change
    return {_place(v) for v in (change.old, change.new, *change.others) if v}


def _standing(told: Told) -> list[Place]:
    return [_place(d) for d in told.lineage.definitions]


def _descent(story: Story, lineages: Sequence[Told]) -> Descent:
    commits = _oldest_first(story, lineages)
    rank = {commit: place for place, commit in enumerate(commits)}
    knots = sorted(_knots(story, lineages).values(), key=lambda k: (rank[k.commit], k.place))
    for number, knot in enumerate(knots):
        knot.number = number
    return Descent(
        symbols=tuple(told.lineage.symbol for told in lineages),
        commits=tuple(commits),
        knots=tuple(knots),
        edges=tuple(_edges(knots, lineages)),
        standing=frozenset(p for told in lineages for p in _standing(told)),
    )


def _oldest_first(story: Story, lineages: Sequence[Told]) -> list[str]:
    """The commits of some lineages: each lineage's own order kept, and by date between them."""
    after: defaultdict[str, set[str]] = defaultdict(set)
    waits: defaultdict[str, set[str]] = defaultdict(set)
    for told in lineages:
        own = list(dict.fromkeys(e.commit for e in told.lineage.events))
        for newer, older in pairwise(own):
            after[older].add(newer)
            waits[newer].add(older)
        after[own[0]] |= set()
    by_date = sorted(set(after) | set(waits), key=lambda c: (-story.place(c), c))
    found: dict[str, None] = {}
    for commit in by_date:
        _take(commit, waits, found)
    return list(found)


def _take(commit: str, waits: Mapping[str, set[str]], found: dict[str, None]) -> None:
    """Put a commit into `found` behind all that it waits for; a circle is cut where it closes."""
    pending, entered = [commit], set[str]()
    while pending:
        top = pending[-1]
        before = [] if top in entered else sorted(waits.get(top, ()) - found.keys() - entered)
        entered.add(top)
        if before:
            pending += before
        else:
            found.setdefault(pending.pop(), None)


def _knots(story: Story, lineages: Sequence[Told]) -> dict[tuple[str, Place], Knot]:
    knots: dict[tuple[str, Place], Knot] = {}
    for number, told in enumerate(lineages):
        symbol = told.lineage.symbol
        for event in told.lineage.events:
            commit, kinds = event.commit, words.kinds(event.change)
            sides = [_place(v) for v in (event.change.new, event.change.old) if v]
            place = sides[0]
            others = [_place(v) for v in event.change.others]
            came = {"merged", "inlined"} & set(kinds)
            into = [] if came else [p for p in others if p != place]
            for each in (place, *into):
                knots.setdefault((commit, each), _knot(told, event, each, number))
            knot = knots[commit, place]
            knot.kinds |= dict.fromkeys(kinds)
            paths = [side.path for side in sides]
            knot.events |= dict.fromkeys(story.ids("lineage", commit, symbol, paths))
            knot.olds |= dict.fromkeys(sides[-1:] if event.change.old else [])
            knot.olds |= dict.fromkeys(others if came else [])
            knot.into |= dict.fromkeys(into)
    return knots


def _knot(told: Told, event: Event, place: Place, lineage: int) -> Knot:
    commit = told.commits[event.commit]
    return Knot(
        commit=commit.id,
        place=place,
        lineage=lineage,
        date=commit.authored[:10],
        author=commit.author,
        subject=commit.subject,
    )


def _edges(knots: Sequence[Knot], lineages: Sequence[Told]) -> list[tuple[int, int]]:
    """The edges of the lineages; and from a knot to the parts that came of it alone."""
    numbers = {(k.commit, k.place): k.number for k in knots}
    found: dict[tuple[int, int], None] = {}
    for told in lineages:
        events = told.lineage.events
        own = [numbers[e.commit, _place(e.change.new or e.change.old)] for e in events]
        for newer, below in zip(own, told.lineage.below, strict=True):
            found |= {(own[n], newer): None for n in below if n != CUT and own[n] != newer}
    reached = {newer for _, newer in found}
    for knot in knots:
        for place in knot.into:
            part = numbers[knot.commit, place]
            if part not in reached:
                found[knot.number, part] = None
    return list(found)
