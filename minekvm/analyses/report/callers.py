"""The call sites of a story's symbols over time: who switched to the new API, who still calls."""

from __future__ import annotations

from collections.abc import Iterator

from minekvm.analyses.callers import callers as verb
from minekvm.analyses.report import summary as gist
from minekvm.analyses.report.parts import Ground, Part, reason
from minekvm.core.callers import words
from minekvm.core.callers.periods import CallHistory
from minekvm.core.callers.sites import Shift
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.phrases import plain
from minekvm.core.report.model import Missing, ReportEvent
from minekvm.core.why.model import Citation
from minekvm.core.why.statements import line_of
from minekvm.errors import MinekvmError

_CITED = 2  # call sites cited for who calls now


def callers(ground: Ground) -> Part[CallHistory]:
    """The calls of each symbol named; what nothing ever called here is missing."""
    found: list[CallHistory] = []
    missing: list[Missing] = []
    for symbol in ground.story.callers:
        asked = verb.Question(symbol, rev=ground.asked, scope=ground.story.scope)
        try:
            found.append(verb.callers(ground.clone, asked))
        except MinekvmError as error:
            missing.append(Missing(f"calls of {symbol}", reason(error)))
    return Part(
        found=tuple(found),
        events=[d for n, f in enumerate(found) for d in _events(n, f)],
        orders=[list(dict.fromkeys(m.commit for m in f.moves)) for f in found],
        claims=[c for f in found for c in gist.of_calls(f, list(_shown(ground, f)))],
        missing=missing,
    )


def _events(number: int, found: CallHistory) -> list[ReportEvent]:
    """One event for what a commit did to the calls of a symbol."""
    shifts_of: dict[CommitId, list[Shift]] = {}
    for move in found.moves:
        shifts_of.setdefault(move.commit, []).append(move.shift)
    events = []
    for step in words.steps(found):
        shifts = shifts_of[step.commit]
        version = next(v for s in shifts for v in (s.new, s.old) if v is not None)
        kinds = tuple(dict.fromkeys(s.how for s in shifts))
        said = "; ".join(map(plain, step.sentences))
        events.append(
            ReportEvent("", step.commit, kinds, "callers", number, found.symbol, version.path, said)
        )
    return events


def _shown(ground: Ground, found: CallHistory) -> Iterator[Citation]:
    """Lines that show who calls now, or else the calls that went last, as they stood before."""
    history = ground.clone.history
    for life in found.sites_now[:_CITED]:
        for function in history.trees.functions_at(found.rev, life.path):
            if function.name == life.function:
                version = FunctionVersion(life.path, function)
                yield from line_of(found.rev, version, life.sites[0].line)
    if found.sites_now:
        return
    ended = [m for m in found.moves if m.parent and m.shift.old and m.shift.left]
    for _, parent, shift in ended[:_CITED]:
        assert parent is not None
        assert shift.old is not None
        assert shift.left is not None
        yield from line_of(parent, shift.old, shift.left.line)
