"""How well what a commit did fits what a question asks: in full, in part, or not at all.

One rule for each sort of thing that a commit may do (to a definition, to a call, to a use, to an
order of definitions); what differs between verbs is in their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from minekvm.core.callers.sites import Shift
from minekvm.core.model import Event
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.occurrence import Occurrence, Use, in_order, lies_in, within
from minekvm.core.why.reading import Reading, is_path, is_symbol
from minekvm.core.why.verbs import ROWS, Verb

_ENDS: Mapping[Verb, Verb] = {
    "began calling": "stopped calling",
    "stopped calling": "began calling",
}
_TOLD, _BESIDE = 0.5, 0.4  # what a call's or definition's change fits, from which a use counts less


@dataclass(frozen=True, slots=True)
class Fit:
    """What of an occurrence fits, and how well: 1 in full, 0.5 in part, 0 not at all."""

    degree: float
    what: Occurrence


def fit(reading: Reading, occurrence: Occurrence) -> Fit:
    """What of an occurrence the question asks about; where nothing is, what is nearest."""
    events = [(event_fit(reading, e), e) for e in occurrence.events]
    shifts = [(shift_fit(reading, s, occurrence.symbol), s) for s in occurrence.shifts]
    orders = [(reorder_fit(reading, r), r) for r in occurrence.reorders]
    told = max((d for d, _ in (*events, *shifts, *orders)), default=0.0) >= _TOLD
    told = told or bool(occurrence.shifts and ROWS[reading.verb].hows)
    most = _BESIDE if told else 1.0  # a call or a definition is a use, too
    used = [(min(most, use_fit(reading, u)), u) for u in occurrence.uses]
    degree = max((d for d, _ in (*events, *shifts, *orders, *used)), default=0.0)
    least = degree if degree > 0 else -1.0
    what = replace(
        occurrence,
        events=tuple(e for d, e in events if d >= least),
        shifts=tuple(s for d, s in shifts if d >= least),
        reorders=tuple(r for d, r in orders if d >= least),
        uses=tuple(u for d, u in used if d >= least),
    )
    return Fit(degree, what)


def turned_round(reading: Reading) -> Reading | None:
    """The question with what it takes for granted the other way round; None where none is seen.

    A move from F into G is one from G into F, a merge of X into F a split of F that left X. A call
    that began is one that ended only where a time is named: else the one may have come before the
    other.
    """
    if reading.verb == "moved" and (reading.source or reading.goal) and not reading.back:
        return replace(reading, source=reading.goal, goal=reading.source)
    if reading.verb == "renamed" and reading.subject and is_symbol(reading.goal):
        return replace(reading, subject=reading.goal, goal=reading.subject)
    if reading.verb == "merged" and reading.goal and not is_path(reading.goal):
        return replace(reading, verb="split", subject=reading.goal, goal=reading.subject)
    if reading.verb in _ENDS and reading.times:
        return replace(reading, verb=_ENDS[reading.verb])
    return None


def event_fit(reading: Reading, event: Event) -> float:
    """How an event of a definition fits."""
    row, change = ROWS[reading.verb], event.change
    old, new = change.old, change.new
    kinds = set(change.kinds)
    placed = (
        within(reading.source, old)
        and within(reading.goal, new, *change.others)
        and (within(reading.scope, old) or within(reading.scope, new))
    )
    mine = {v.name for v in (old, new, *change.others) if v is not None}
    subject = reading.subject or reading.called
    is_subject = subject in mine and not reading.of_calls
    if is_subject and placed and kinds & row.kinds and _is_end(reading, event, subject):
        return 1.0
    if is_subject and placed and kinds & row.nearly:
        return 0.7
    inner = {reading.source, reading.goal, reading.scope, *reading.names} - {""}
    return 0.5 if inner & mine else 0.0


def _is_end(reading: Reading, event: Event, subject: str) -> bool:
    """Whether the subject is on the side of an event that the verb is about."""
    old, new = event.change.old, event.change.new
    if reading.verb == "added":
        return new is not None and new.name == subject and (old is None or old.name != subject)
    if reading.verb == "removed":
        return old is not None and old.name == subject and (new is None or new.name != subject)
    if reading.verb == "renamed" and is_symbol(reading.goal):
        return old is not None and old.name == subject
    if reading.verb == "split":  # of a part that is said to have been split off, what it came from
        parts = {v.name for v in (new, *event.change.others) if v is not None}
        whole = old is not None and old.name == subject
        return whole or (bool(reading.source) and subject in parts)
    return subject in {v.name for v in (old, new) if v is not None}


def shift_fit(reading: Reading, shift: Shift, symbol: str) -> float:
    """How a change of a call fits."""
    row = ROWS[reading.verb]
    caller = reading.subject if reading.called else ""
    scoped = not reading.scope or within(reading.scope, shift.old, shift.new)
    if not scoped or not row.hows:
        return 0.0
    if caller and not within(caller, shift.old, shift.new):
        return 0.0
    if symbol not in (reading.called or reading.subject, *reading.names):
        return 0.0
    full = (
        shift.how in row.hows
        and within(reading.source, shift.old)
        and (reading.verb == "replaced" or within(reading.goal, shift.new))
        and _is_ordered(reading, shift, symbol)
        and not (reading.verb == "stopped calling" and _stays(reading, shift))
        and _by(reading, shift)
    )
    if not full:
        return 0.5 if (reading.source or reading.goal or caller or reading.scope) else 0.3
    placed = bool(reading.source or reading.goal or caller or reading.scope)
    return 1.0 if placed or row.of_calls or reading.of_calls else 0.8


def _by(reading: Reading, shift: Shift) -> bool:
    """Whether what replaced a call is what the question names."""
    if reading.verb != "replaced" or not reading.goal or is_path(reading.goal):
        return True
    return shift.by == reading.goal


def _stays(reading: Reading, shift: Shift) -> bool:
    """Whether a call went to another function of the very file or folder that is asked about."""
    went = shift.how == "to function" and shift.new is not None
    return went and is_path(reading.scope) and within(reading.scope, shift.new)


def _is_ordered(reading: Reading, shift: Shift, symbol: str) -> bool:
    """Whether a change brought a call into the order asked about, where one is."""
    if not (reading.before or reading.after):
        return True
    new, old = shift.new, shift.old
    beside = reading.before, reading.after
    return (
        new is not None
        and in_order(new, symbol, *beside)
        and not (old is not None and old.name == new.name and in_order(old, symbol, *beside))
    )


def reorder_fit(reading: Reading, reorder: Reorder) -> float:
    """How a move within a file fits."""
    beside = {reading.before, reading.after} - {""}
    fits = (
        within(reading.source, reorder.old)
        and within(reading.goal, reorder.new)
        and within(reading.scope, reorder.new)
        and beside <= reorder.passed
    )
    if not fits or reorder.new.name != reading.subject:
        return 0.0
    return 1.0 if reading.verb in ("moved", "ordered") else 0.3


def use_fit(reading: Reading, use: Use) -> float:
    """How a change of a use fits."""
    row = ROWS[reading.verb]
    word = reading.called or reading.subject
    versions = [v for v in (use.old, use.new) if v is not None]
    places = list(_places(reading, use.word))
    if places and not any(_used_in(use, p) for p in places):
        return 0.2 if use.word in reading.names else 0.0
    against = {"came": reading.source, "went": reading.goal}.get(use.how, "")
    if reading.verb == "moved" and against and _used_in(use, against):
        return 0.2  # it came to where it is said to have left, or left where it is said to be
    if use.how not in row.uses:
        return 0.4
    first = use.word in (word, reading.goal if reading.verb == "replaced" else word)
    if not places:
        whole = not versions and bool(row.kinds or row.uses)
        return 0.9 if first and whole else 0.5
    return 0.9 if first else 0.7


def _used_in(use: Use, place: str) -> bool:
    """Whether a use is in a file, folder or function."""
    if is_path(place):
        return lies_in(use.path, place)
    return use.block == place or any(v is not None and v.name == place for v in (use.old, use.new))


def _places(reading: Reading, word: str) -> Iterator[str]:
    """The functions and files in which a word is asked about."""
    named = [reading.scope, reading.source, reading.goal]
    if reading.called or word != reading.subject:
        named.append(reading.subject)
    yield from (n for n in named if n and n != word)
