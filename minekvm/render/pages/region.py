"""What lies between two markers now, what stood where to it, and what changed it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Phrase, Prose, count, function, short
from minekvm.core.region import words
from minekvm.render.document import (
    ANY,
    Column,
    Document,
    Item,
    Names,
    Part,
    Section,
    aside,
    line,
    strong,
    styled,
)

if TYPE_CHECKING:
    from minekvm.core.model import CommitId
    from minekvm.core.region.model import Answer, Change, Standing
    from minekvm.core.region.region import Region

_CALLS = 12  # of a function, by name, at a terminal
_CHANGES = 6
_NAMES = 5  # of what came in or left
_STATES = {"inside": "red", "outside": "green", "partly": "yellow", "unknown": "dim"}


def page(answer: Answer) -> Document:
    """The region as it is, the placements that were asked for, and its changes."""
    asked = answer.question
    between = words.between(asked.enter, asked.exit)
    where = Code(answer.now[0].path) if answer.now else "not defined any more"
    deep = f", looked into {count(asked.depth, 'call')} deep"
    sections = [_standing(each, answer) for each in (*answer.placements, *answer.turns)]
    sections += [_now(region) for region in answer.now]
    changes = answer.changes
    told = f"Changed by {count(len(changes), 'commit')}" if changes else "Never changed"
    title = (told, aside(f", {count(answer.versions, 'version')} read"))
    items = tuple(_change(change, answer) for change in changes)
    return Document(
        ("Between ", *between, " in ", function(asked.function)),
        (line((where, " at ", short(answer.rev), deep)),),
        (*sections, Section(title, items, most=_CHANGES)),
        answer.gaps,
    )


def _now(region: Region) -> Section:
    """Where it is entered and left, then what lies inside, function by function."""
    through = ("through ", Code(region.table), ": ") if region.table else ()
    ends = [
        line(strong(word, style="red" if word in ("leak", "stray") else "cyan"), place)
        for word, place in words.ends(region)
    ]
    rows = _nested(words.rows(region))
    return Section(("Inside now, ", *through, words.size(region)), (*ends, *rows))


def _nested(rows: Sequence[words.Row], *, deep: bool = False) -> tuple[Item, ...]:
    """Rows with the deeper ones that follow below each; what is deep is a detail."""
    starts: list[int] = []
    for place, row in enumerate(rows):
        if not starts or row.level <= rows[starts[-1]].level:
            starts.append(place)
    found: list[Item] = []
    for start, end in pairwise([*starts, len(rows)]):
        row = rows[start]
        names = Names(tuple(words.in_order(row.calls)), _CALLS)
        head = (function(row.function), f" {row.lines}: ", names)
        below = _nested(rows[start + 1 : end], deep=True)
        found.append(Item((head,), below, wrap=ANY, detail=deep))
    return tuple(found)


def _standing(standing: Standing, answer: Answer) -> Section:
    """How a symbol or a place stands to the region, and the commits that made it so."""
    state = words.standing(standing, standing.now)
    title = (*words.subject(standing), " ", styled(_STATES[standing.now], state))
    flips = [
        line(
            (styled(_STATES[flip.after], flip.after), " since"),
            *_commit(flip.commit, answer),
            aside(f"{flip.before} before"),
        )
        for flip in standing.flips
    ]
    return Section(title, tuple(flips))


def _change(change: Change, answer: Answer) -> Item:
    below = [
        Item(((*((Code(table), ": ") if table else ()), *_said(said)),), wrap=ANY)
        for table, said in words.done(change)
    ]
    return line(Column(strong(words.verdict(change))), *_commit(change.commit, answer), below=below)


def _said(said: Sequence[words.Said]) -> tuple[Part, ...]:
    """What a commit did, one thing after the other."""
    parts: list[Part] = []
    for number, each in enumerate(said):
        parts += ["; "] * bool(number)
        parts += each.what
        parts += [" ", Names(each.names, _NAMES)] if each.names else []
        parts += [f" ({each.how})"] if each.how else []
    return tuple(parts)


def _commit(commit: CommitId, answer: Answer) -> tuple[Phrase, ...]:
    about = answer.commits[commit]
    return ((about.authored[:10],), (short(commit),), (Prose(about.subject),))
