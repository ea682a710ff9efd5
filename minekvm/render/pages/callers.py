"""Who calls a symbol now, then what commits did to its calls, newest first."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from minekvm.core.callers import words
from minekvm.core.phrases import Code, Phrase, function, short
from minekvm.render.document import (
    ANY,
    Cell,
    Column,
    Document,
    Item,
    Section,
    aside,
    line,
    prose,
)
from minekvm.render.pages.commits import named

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory, Life
    from minekvm.core.model import CommitId

_SITES = 60  # callers at a terminal
_WIDE = 60  # columns that a place is padded to, at most
_COMMITS = 5


def page(history: CallHistory) -> Document:
    """Callers one a line, by architecture or folder, where most call first; then what is over."""
    through = words.tables(history)
    lead = (prose(*through),) if through else ()
    for former in history.former:
        if former.moves:
            until = short(former.moves[0].commit)
            lead = (*lead, prose("called ", function(former.symbol), " before ", until))
    word = words.used if history.kind else str
    every = words.areas(history.sites_now)
    if len(every) > 1:
        lead = (*lead, prose(", ".join(f"{_area(area)} {len(lives)}" for area, lives in every)))
    begun = {move.commit for move in history.moves if move.parent is None}
    callers = [life for _, lives in every for life in lives]
    alike = len(callers) > 1 and all(life.since in begun for life in callers)
    now = Section(
        (word("Callers, all since the history begins" if alike else "Callers"),),
        tuple(_caller(life, () if alike else _since(life, begun)) for life in callers),
        most=_SITES,
    )
    gone = [life for life in history.lives if not life.calls]
    over = Section(
        (word("Former callers"),),
        tuple(_gone(life, history, begun) for life in gone),
        len(gone),
        label=word("called"),
        most=_COMMITS,
    )
    steps = tuple(_step(step, history) for step in words.steps(history))
    past = word(words.past(history)) or "What happened"
    timeline = Section(
        (f"{past[0].upper()}{past[1:]}, newest first",), steps, beside="; ", most=_COMMITS
    )
    sections = tuple(section for section in (now, over, timeline) if section.items)
    headline = words.told(history, words.headline(history))
    return Document(headline, lead, sections, history.gaps)


def _area(area: str) -> str:
    return "top directory" if area == "." else area


def _caller(life: Life, since: Phrase) -> Item:
    where, caller = Column(_where(life), most=_WIDE), Column((words.holder(life.function),))
    does = words.does(life)
    cells: tuple[Cell, ...] = (where, caller, *([does] if does else []))
    return Item((*cells, *([since] if since else [])), wrap=ANY)


def _gone(life: Life, history: CallHistory, begun: Collection[CommitId]) -> Item:
    until: Phrase = ("until ", short(life.until)) if life.until else ()
    caller = words.holder(life.function)
    head: tuple[Cell, ...] = (_where(life), caller, _since(life, begun))
    ended = words.told(history, words.ended(life, history))
    return Item((*head, *([until] if until else []), ended), wrap=ANY)


def _where(life: Life) -> Phrase:
    """The file from the top of the tree, with the lines of the calls."""
    lines = ",".join(str(site.line) for site in life.sites)
    return (Code(f"{life.path}:{lines}" if lines else life.path),)


def _since(life: Life, begun: Collection[CommitId]) -> Phrase:
    if life.since in begun:
        return ("since the history begins",)
    return ("since ", short(life.since)) if life.since else ("since an unknown commit",)


def _step(step: words.Step, history: CallHistory) -> Item:
    """A commit, and a sentence for each thing that it did."""
    hash_, *rest = named(step.commit, history.commits)
    said = [
        Item(((aside(*sentence),) if step.first else sentence,), wrap=ANY)
        for sentence in (words.told(history, told) for told in step.sentences)
    ]
    return line(hash_, *rest, below=said)
