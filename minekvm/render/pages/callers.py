"""Who calls a symbol now, then what commits did to its calls, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minekvm.core.callers import words
from minekvm.core.phrases import Code, Phrase, function, short
from minekvm.render.document import (
    ANY,
    Cell,
    Document,
    Item,
    Names,
    Section,
    aside,
    line,
    prose,
    styled,
)
from minekvm.render.pages.commits import named

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory, Life

_FEW = 9  # callers that each get a line
_NAMED = 4  # of more, by name in the line of their folder
_AREAS = 8
_COMMITS = 5


def page(history: CallHistory) -> Document:
    """Callers by architecture or folder, where most call first; then the calls that are over."""
    through = words.tables(history)
    lead = (prose(*through),) if through else ()
    for former in history.former:
        if former.moves:
            until = short(former.moves[0].commit)
            lead = (*lead, prose("called ", function(former.symbol), " before ", until))
    every = words.areas(history.sites_now)
    many = len(history.sites_now) > _FEW
    now = Section(("Callers",), tuple(_area(a, lives, many) for a, lives in every), most=_AREAS)
    gone = [life for life in history.lives if not life.calls]
    over = Section(
        ("Former callers",),
        tuple(_gone(life, history) for life in gone),
        len(gone),
        label="called",
        most=_COMMITS,
    )
    steps = tuple(_step(step, history) for step in words.steps(history))
    past = words.past(history) or "What happened"
    timeline = Section(
        (f"{past[0].upper()}{past[1:]}, newest first",), steps, beside="; ", most=_COMMITS
    )
    sections = tuple(section for section in (now, over, timeline) if section.items)
    return Document(words.headline(history), lead, sections, history.gaps)


def _area(area: str, lives: list[Life], many: bool) -> Item:
    """A folder and who calls there; where many call, they are details on a terminal."""
    names = Names(tuple((function(life.function),) for life in lives), _NAMED)
    head: tuple[Cell, ...] = (styled("cyan", Code(area)), aside(str(len(lives))))
    callers = tuple(_caller(life, many) for life in lives)
    return Item((*head, names) if many else head, callers)


def _caller(life: Life, many: bool) -> Item:
    return Item((function(life.function), *_where(life), _since(life)), detail=many, wrap=ANY)


def _gone(life: Life, history: CallHistory) -> Item:
    until: Phrase = ("until ", short(life.until)) if life.until else ()
    head: tuple[Cell, ...] = (function(life.function), *_where(life), _since(life))
    return Item((*head, *([until] if until else []), words.ended(life, history)), wrap=ANY)


def _where(life: Life) -> Iterator[Phrase]:
    """The file, with the lines of the calls."""
    lines = ",".join(str(site.line) for site in life.sites)
    yield (Code(life.path), f":{lines}" if lines else "")


def _since(life: Life) -> Phrase:
    return ("since ", short(life.since)) if life.since else ("since an unknown commit",)


def _step(step: words.Step, history: CallHistory) -> Item:
    """A commit, and a sentence for each thing that it did."""
    hash_, *rest = named(step.commit, history.commits)
    said = [
        Item(((aside(*sentence),) if step.first else sentence,), wrap=ANY)
        for sentence in step.sentences
    ]
    return line(hash_, *rest, below=said)
