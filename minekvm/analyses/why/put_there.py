"""Who put a call where another commit moved it away from, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from minekvm.analyses.why.checked import holding
from minekvm.analyses.why.facts import Facts
from minekvm.core.callers.sites import How, Shift
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.why.model import Check, Citation, Claim, MessagePlace, entitled
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reasons import reasons
from minekvm.core.why.statements import line_of
from minekvm.core.why.wording import spoken, told

_AWAY: tuple[How, ...] = ("to function", "moved within")
_PUT: tuple[How, ...] = ("began", "to function", "replaced")
_LOOKED_AT = 8  # earlier commits that changed lines with the name in the file
_MOVED = 2  # moves of which it is told


def put_there(facts: Facts, occurrence: Occurrence, wanted: Sought) -> Iterator[Claim]:
    """The commits that had put the calls there which one moved away, each with its reason."""
    away = (s for s in occurrence.shifts if s.how in _AWAY and s.old is not None)
    put = [_put(facts, occurrence, shift) for shift in list(away)[:_MOVED]]
    for commit, shift in dict.fromkeys(found for found in put if found is not None):
        yield from _claims(facts, occurrence, commit, shift, wanted)


def _put(
    facts: Facts, occurrence: Occurrence, moved: Shift
) -> tuple[CommitId, Shift] | None:  # fmt: skip
    """The newest earlier commit that had the function make the call, if one is seen to have."""
    assert moved.old is not None
    symbol = occurrence.symbol
    in_file = {p.commit for p in facts.places(symbol) if p.path == moved.old.path}
    earlier = [c for c in facts.changing(symbol, before=occurrence.commit) if c in in_file]
    for found in facts.calls_at(symbol, earlier[:_LOOKED_AT]):
        if found.shift.how in _PUT and _came_to(found.shift, moved.old):
            return found.commit, found.shift
    return None


def _came_to(shift: Shift, place: FunctionVersion) -> bool:
    return shift.came is not None and shift.new is not None and shift.new.name == place.name


def _claims(
    facts: Facts, occurrence: Occurrence, commit: CommitId, put: Shift, wanted: Sought
) -> Iterator[Claim]:
    """What one did, as its code shows, and its reason, where it gives one."""
    statements = holding(facts, commit, told(Occurrence(commit, occurrence.symbol, (), (put,))))
    if not statements or put.new is None or put.came is None:
        return
    checks = [Check("ancestor", commit, before=None, after=True)]
    checks += [replace(check, commit=commit) for s in statements for check in s.checks]
    text = f"before that, {entitled(facts.about(commit))} {spoken(statements)}"
    shown = tuple(line_of(commit, put.new, put.came.line))
    yield Claim("happened", occurrence.commit, text, "observed", shown, tuple(checks))
    for reason in reasons(facts.commit(commit).message, wanted)[:1]:
        said = reason.sentence
        citation = Citation(commit, MessagePlace(said.first, said.last), said.quote)
        quote = f"{commit[:12]} had put it there: \u201c{said.text}\u201d"
        yield Claim("reason", commit, quote, "stated", (citation,))
