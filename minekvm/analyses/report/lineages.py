"""The lineages of a story's symbols."""

from __future__ import annotations

from dataclasses import replace

from minekvm.analyses import lineage as ask
from minekvm.analyses.report import summary as gist
from minekvm.analyses.report.parts import Ground, Part, reason
from minekvm.core.c.symbols import candidates
from minekvm.core.lineage import words
from minekvm.core.model import Event, Told
from minekvm.core.phrases import plain
from minekvm.core.report.model import Missing, ReportEvent
from minekvm.core.report.story import Followed
from minekvm.errors import MinekvmError


def lineages(ground: Ground) -> Part[Told]:
    """A lineage for each symbol; what cannot be followed here is missing."""
    unplaced = [candidates(s.name) for s in ground.story.symbols if s.path is None]
    if len(unplaced) > 1:
        ground.clone.progress(f"looking for {len(unplaced)} symbols")
        ground.clone.history.trees.prepare_standing(unplaced, ground.rev)
    told: list[Told] = []
    missing: list[Missing] = []
    for symbol in ground.story.symbols:
        try:
            told.append(_followed(ground, symbol))
        except MinekvmError as error:
            missing.append(Missing(f"symbol {_named(symbol)}", reason(error)))
    return Part(
        found=tuple(told),
        events=[_event(n, t, e) for n, t in enumerate(told) for e in t.lineage.events],
        orders=[list(dict.fromkeys(e.commit for e in t.lineage.events)) for t in told],
        changes=[(e.commit, e.change) for t in told for e in t.lineage.events],
        claims=[claim for t in sorted(told, key=_little) for claim in gist.of_lineage(t)],
        missing=missing,
    )


def _followed(ground: Ground, symbol: Followed) -> Told:
    history = ground.clone.history
    known = len(history.gaps)
    question = ask.Question(symbol.name, symbol.path, rev=ground.asked)
    told = ask.lineage(ground.clone, question)
    # What an earlier symbol met is told there; the tracer's own gaps come behind the history's.
    gaps = told.lineage.gaps[known:]
    return replace(told, lineage=replace(told.lineage, gaps=gaps))


def _little(told: Told) -> bool:
    """Whether nothing is known but that it was there when the history began."""
    return all(words.begins(e.change) for e in told.lineage.events)


def _event(number: int, told: Told, event: Event) -> ReportEvent:
    change = event.change
    version = change.new or change.old
    assert version is not None
    kind, details = words.happened(change)
    return ReportEvent(
        "",
        event.commit,
        words.kinds(change),
        "lineage",
        number,
        told.lineage.symbol,
        version.path,
        " ".join(filter(None, (kind, plain(details)))),
    )


def _named(symbol: Followed) -> str:
    return f"{symbol.name} in {symbol.path}" if symbol.path else symbol.name
