"""What happened to calls and uses, in words, each with the checks that hold it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.callers.sites import Shift, Site
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.why.model import Check, Citation
from minekvm.core.why.occurrence import Occurrence, Use, counted
from minekvm.core.why.statements import (
    Statement,
    at,
    beside,
    call,
    key_of,
    line_of,
    line_with,
    listed,
)


def shift_statements(occurrence: Occurrence, parents: Sequence[CommitId]) -> Iterator[Statement]:
    """The calls that one commit moved, began, replaced and dropped."""
    held = [s for s in occurrence.shifts if _holds(s, occurrence.symbol)]
    went = [s for s in held if s.how in ("to function", "went with")]
    symbol, name = occurrence.symbol, call(occurrence.symbol)
    olds = list(dict.fromkeys(key_of(s.old) for s in went))
    news = list(dict.fromkeys(key_of(s.new) for s in went))
    if len(olds) > 1 and len(news) > 1 and not all(s.how == "went with" for s in went):
        sources, goals = (listed(dict.fromkeys(at(v) for v in side if v is not None))
                          for side in ((s.old for s in went), (s.new for s in went)))  # fmt: skip
        text = f"moved calls of {name} out of {sources} into {goals}"
        yield _stated(occurrence, parents, text, went)
    else:
        for left in olds:
            yield _left(occurrence, parents, [s for s in went if key_of(s.old) == left])
    for shift in (s for s in held if s.how == "moved within" and s.new is not None):
        assert shift.new is not None
        text = f"moved the call of {name} within {at(shift.new)}{beside(shift.came, symbol)}"
        yield _stated(occurrence, parents, text, [shift], placed=True)
    yield from _ends(occurrence, parents, held, symbol)


def _holds(shift: Shift, symbol: str) -> bool:
    """Whether the code agrees with what is said of a call: there before, or since, as told."""
    left = shift.old is None or shift.left is None or _calls(shift.old, symbol)
    came = shift.new is None or shift.came is None or symbol in counted(shift.new.function.text)
    return left and came


def _calls(version: FunctionVersion, symbol: str) -> bool:
    return any(one.name == symbol for one in calls(flow(version.function.text).steps))


def _left(occurrence: Occurrence, parents: Sequence[CommitId], went: Sequence[Shift]) -> Statement:
    """The calls that left one function for some others."""
    name, first = call(occurrence.symbol), went[0]
    assert first.old is not None
    goals = listed(dict.fromkeys(at(s.new) for s in went if s.new is not None))
    where = beside(first.came, occurrence.symbol) if len(went) == 1 else ""
    if all(s.by for s in went):
        old = call(first.old.name)
        text = f"moved {_the(went)} of {name} into {goals}, which {old} calls in its place"
    elif all(s.how == "went with" for s in went):
        text = f"moved {at(first.old)}, which calls {name}, to {goals}"
    else:
        text = f"moved {_the(went)} of {name} from {at(first.old)} to {goals}{where}"
    return _stated(occurrence, parents, text, went, placed=len(went) == 1)


def _the(shifts: Sequence[Shift]) -> str:
    """ "the call", or "a call" of some where others stay behind."""
    return "the call" if all(s.last for s in shifts) else "a call"


def _stated(
    occurrence: Occurrence,
    parents: Sequence[CommitId],
    text: str,
    shifts: Sequence[Shift],
    *,
    placed: bool = False,
) -> Statement:
    """A statement on calls, with what must hold for each and the lines that show it.

    With `placed` the text says between which calls it stands now.
    """
    checks: list[Check] = []
    shown: list[Citation] = []
    for shift in shifts:
        checks += _checks(occurrence, shift)
        if placed and shift.new is not None and shift.came is not None and not shift.by:
            checks += _neighbours(occurrence, shift.new, shift.came)
        old, new = shift.old, shift.new
        if new is not None and shift.came is not None:
            shown += line_of(occurrence.commit, new, shift.came.line)
        elif old is not None and shift.left is not None and parents:
            shown += line_of(parents[0], old, shift.left.line)
    return Statement(text, tuple(dict.fromkeys(checks)), tuple(shown))


def _checks(occurrence: Occurrence, shift: Shift) -> Iterator[Check]:
    """That a call stood where it left, and stands where it came to; what replaced it, too."""
    old, new = shift.old, shift.new
    within = old is not None and new is not None and key_of(old) == key_of(new)
    stays = within and shift.left is not None and shift.came is not None
    if old is not None and shift.left is not None:
        after = False if shift.last and not stays else None
        yield Check("calls", occurrence.symbol, old.path, old.name, before=True, after=after)
    if new is not None and shift.came is not None:
        name = occurrence.later or occurrence.symbol
        before = None if stays else False if shift.first else True if within else None
        yield Check("calls", name, new.path, new.name, before=before, after=True)
    if shift.how == "replaced" and shift.by and new is not None:
        yield Check("calls", shift.by, new.path, new.name, before=None, after=True)


def _neighbours(occurrence: Occurrence, new: FunctionVersion, came: Site) -> Iterator[Check]:
    """That a call stands between those that the text names."""
    name = occurrence.later or occurrence.symbol
    for one, other in ((name, came.before), (came.after, name)):
        if one and other and one != other:
            yield Check(
                "follows", one, new.path, new.name, before=None, after=True, other=other
            )  # fmt: skip


def _ends(
    occurrence: Occurrence, parents: Sequence[CommitId], held: Sequence[Shift], symbol: str
) -> Iterator[Statement]:
    began = [s for s in held if s.how == "began" and s.new is not None]
    for new in dict.fromkeys(key_of(s.new) for s in began):
        some = [s for s in began if key_of(s.new) == new]
        first = some[0]
        assert first.new is not None
        again = "" if first.first or first.old is None else " once more"
        text = f"had {at(first.new)} call {call(symbol)}{again}{beside(first.came, symbol)}"
        yield _stated(occurrence, parents, text, some[:1], placed=True)
    replaced = [s for s in held if s.how == "replaced" and s.old is not None]
    for by in dict.fromkeys(s.by for s in replaced):
        some = [s for s in replaced if s.by == by]
        places = listed(dict.fromkeys(at(s.old) for s in some if s.old))
        text = f"replaced {_the(some)} of {call(symbol)} in {places} by {call(by)}"
        yield _stated(occurrence, parents, text, some)
    gone = [s for s in held if s.how == "gone" and s.old is not None]
    if gone:
        places = listed(dict.fromkeys(at(s.old) for s in gone if s.old))
        text = f"dropped {_the(gone)} of {call(symbol)} from {places}"
        yield _stated(occurrence, parents, text, gone)


# --- uses


def use_statements(occurrence: Occurrence, parents: Sequence[CommitId]) -> Iterator[Statement]:
    """Where functions, or else files, came to use a name, or ceased to."""
    within = [u for u in occurrence.uses if u.old or u.new or u.block]
    kinds: dict[tuple[str, str], list[Use]] = {}
    for use in within or occurrence.uses:
        kinds.setdefault((use.how, use.word), []).append(use)
    for (how, word), some in kinds.items():
        where = listed(dict.fromkeys(_place(use) for use in some))
        words = {
            "came": f"had {where} use {word}",
            "went": f"took {word} out of {where}",
            "changed": f"changed the uses of {word} in {where}",
        }
        checks = tuple(dict.fromkeys(c for use in some for c in _use_checks(use)))
        shown = tuple(c for use in some for c in _used(occurrence, use, parents))
        yield Statement(words[how], checks, shown)


def _place(use: Use) -> str:
    version = use.new or use.old
    if version is not None:
        return at(version)
    return f"{use.block} ({use.path})" if use.block else use.path


def _use_checks(use: Use) -> Iterator[Check]:
    """Whether a name stood in a function or file before, and whether it does since."""
    no = None if use.block else False  # of the rest of the file nothing is claimed
    before, after = use.before > 0 or no, use.after > 0 or no
    if use.old is None and use.new is None:
        yield Check("uses", use.word, use.path, before=before, after=after)
    elif use.old is not None and use.new is not None and key_of(use.old) != key_of(use.new):
        old, new = use.old, use.new
        yield Check("uses", use.word, old.path, old.name, before=before, after=None)
        yield Check("uses", use.word, new.path, new.name, before=None, after=after)
    else:
        one = use.new or use.old
        assert one is not None
        yield Check("uses", use.word, one.path, one.name, before=before, after=after)


def _used(occurrence: Occurrence, use: Use, parents: Sequence[CommitId]) -> Iterator[Citation]:
    if use.new is not None and use.after:
        yield from line_with(occurrence.commit, use.new, use.word)
    elif use.old is not None and use.before and parents:
        yield from line_with(parents[0], use.old, use.word)
