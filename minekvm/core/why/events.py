"""What happened to a symbol and to its calls, and which of that a question asks about."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.callers.sites import Shift
from minekvm.core.kinds import EDITS
from minekvm.core.model import Change, CommitId, Event, FunctionVersion, Kind
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.question import Question, Verb, is_path

_KINDS: dict[Verb, frozenset[Kind]] = {
    "moved": frozenset(("moved", "renamed+moved")),
    "split": frozenset(("split",)),
    "merged": frozenset(("merged", "inlined")),
    "renamed": frozenset(("renamed", "renamed+moved")),
    "added": frozenset(("introduced", "added")),
    "removed": frozenset(("removed", "inlined")),
    "deprecated": frozenset(("superseded",)),
    "changed": EDITS,
}
_BEGINNING = frozenset[Kind](("introduced", "added"))
_INSTEAD: dict[Verb, frozenset[Kind]] = {  # what is meant where the first kinds never happened
    "split": frozenset(("extracted", "superseded")),
    "merged": frozenset(("removed",)),
    "removed": frozenset(("renamed", "renamed+moved", "merged")),
    "renamed": frozenset(("merged", "inlined", "superseded", "moved")),
    "moved": frozenset(("file-renamed",)),
    "added": frozenset(("renamed", "renamed+moved", "split", "extracted")),
    "changed": frozenset(("renamed", "moved", "renamed+moved", "split", "merged", "extracted")),
}


_FEW_CALLS = 3  # calls that moved, up to which a commit is about them


@dataclass(frozen=True, slots=True)
class Happening:
    """What one commit did to a symbol: to its definition, to that one's place, to calls of it.

    `later` is the symbol's name after a commit that renamed it while it moved its calls.
    """

    commit: CommitId
    symbol: str
    events: tuple[Event, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reorders: tuple[Reorder, ...] = ()
    later: str = ""

    @property
    def sides(self) -> tuple[tuple[FunctionVersion | None, FunctionVersion | None], ...]:
        """The functions in which it happened, before and after."""
        sides: list[tuple[FunctionVersion | None, FunctionVersion | None]] = []
        sides += [(e.change.old, e.change.new) for e in self.events]
        sides += [(r.old, r.new) for r in self.reorders]
        return tuple(dict.fromkeys([*sides, *((s.old, s.new) for s in self.shifts)]))

    @property
    def is_more_than_an_edit(self) -> bool:
        """Whether anything but the text of a definition changed."""
        kinds = {kind for e in self.events for kind in e.change.kinds}
        return bool(self.shifts or self.reorders or kinds - EDITS)

    @property
    def paths(self) -> frozenset[str]:
        """The files in which it happened."""
        return frozenset(v.path for pair in self.sides for v in pair if v is not None)

    @property
    def names(self) -> frozenset[str]:
        """The symbol, and the functions in which it happened."""
        both = [v for pair in self.sides for v in pair if v is not None]
        return frozenset((self.symbol, *(v.name for v in both)))


def of_definition(
    question: Question,
    symbol: str,
    events: Sequence[Event],
    reorders: Sequence[tuple[CommitId, Reorder]] = (),
) -> list[Happening]:
    """What happened to a symbol's definition that the question asks about, newest first.

    `events` are its lineage's, newest first; `reorders` its moves within its file, newest first.
    """
    placed = [e for e in events if _fits(question, e)]
    wanted = _KINDS.get(question.verb, frozenset())
    chosen = [e for e in placed if wanted & set(e.change.kinds)]
    if question.verb == "changed":
        later = [e for e in placed if not _BEGINNING & set(e.change.kinds)]
        chosen = later or placed
    if not chosen:
        other = _INSTEAD.get(question.verb, frozenset())
        chosen = [e for e in placed if other & set(e.change.kinds)]
    if question.verb == "added":
        chosen = _births(placed, symbol)
    if question.verb == "split" and not question.source:
        whole = [e for e in chosen if e.change.old is not None and e.change.old.name == symbol]
        chosen = whole or chosen
    if question.verb in ("renamed", "moved", "removed"):
        touching = [e for e in chosen if symbol in _named(e)]
        chosen = touching or chosen
    shown = [(c, symbol, r) for c, r in reorders if _passes(question, r)]
    if question.nearby and shown:
        return _grouped(shown)
    if question.verb == "moved" and question.goal and not chosen and not shown:
        chosen = [e for e in placed if _BEGINNING & set(e.change.kinds)]  # a half of the move
    return _grouped([*((e.commit, symbol, e) for e in chosen), *shown])


def _passes(question: Question, reorder: Reorder) -> bool:
    """Whether a move within a file fits what a question says of it."""
    beside = {question.before, question.after} - {""}
    return (
        _within(question.source, reorder.old)
        and _within(question.goal, reorder.new)
        and _within(question.scope, reorder.new)
        and beside <= reorder.passed
    )


def _births(events: Sequence[Event], symbol: str) -> list[Event]:
    """The oldest beginnings of a name: a symbol that came back was not added then.

    What had another name before began under this one when it was renamed or taken out.
    """
    introduced = [
        e
        for e in events
        if "introduced" in e.change.kinds and (e.change.new is None or e.change.new.name == symbol)
    ]
    named = [
        e
        for e in events
        if symbol in _named(e) and (e.change.old is None or e.change.old.name != symbol)
    ]
    return introduced or named[-1:]


def _named(event: Event) -> set[str]:
    change = event.change
    sides = (change.old, change.new, *change.others)
    return {v.name for v in sides if v is not None}


def _fits(question: Question, event: Event) -> bool:
    change = event.change
    return (
        _within(question.source, change.old)
        and _within(question.goal, change.new, *change.others)
        and (
            not question.scope
            or _within(question.scope, change.old)
            or _within(question.scope, change.new)
        )
    )


def _within(where: str, *versions: FunctionVersion | None) -> bool:
    """Whether a name or path that the question gives fits one of some definitions."""
    if not where:
        return True
    known = [v for v in versions if v is not None]
    if is_path(where):
        return any(lies_in(v.path, where) for v in known)
    return any(v.name == where for v in known)


def lies_in(path: str, where: str) -> bool:
    """Whether a path is the one meant: itself, below it, or of that name."""
    where = where.rstrip("/")
    return (
        path == where
        or path.startswith(f"{where}/")
        or f"/{where}/" in f"/{path}"
        or ("/" not in where and posixpath.basename(path) == where)
    )


def across(gone: Sequence[Shift], began: Sequence[Shift]) -> list[Shift]:
    """The moves of calls whose callee the same commit renamed.

    `gone` are the calls under the old name that ended, `began` those under the new one that began.
    """
    ended = [s for s in gone if s.how in ("gone", "replaced") and s.old is not None]
    found = []
    for shift in began:
        if shift.how != "began" or shift.new is None:
            continue
        old = next((s for s in ended if s.old is not None and not _same(s.old, shift.new)), None)
        stayed = any(s.old is not None and _same(s.old, shift.new) for s in ended)
        if old is not None and not stayed:
            found.append(Shift("to function", old.old, shift.new, old.left, shift.came))
    return found


def _same(a: FunctionVersion, b: FunctionVersion) -> bool:
    return (a.path, a.name) == (b.path, b.name)


def of_calls(
    question: Question, symbol: str, shifts: Iterable[tuple[CommitId, Shift]]
) -> list[Happening]:
    """What happened to a symbol's calls that the question asks about, newest first."""
    given = list(shifts)
    chosen = [(c, s) for c, s in given if _asked(question, s)]
    if not chosen and question.verb == "moved" and question.scope:
        ends = ("began", "gone")  # what one commit drops and another adds moved, too
        chosen = [(c, s) for c, s in given if s.how in ends and _in_scope(question, s)]
    if not chosen and question.verb == "replaced" and question.goal:
        chosen = [(c, s) for c, s in given if _gives_way(question, s)]
    if question.back:
        chosen = _returning(chosen, given)
    exact = [
        (c, s) for c, s in chosen if any(v and v.path == question.scope for v in (s.old, s.new))
    ]
    chosen = exact or chosen
    return _grouped((c, symbol, s) for c, s in chosen)


def _in_scope(question: Question, shift: Shift) -> bool:
    return not question.scope or any(
        _within(question.scope, v) for v in (shift.old, shift.new) if v is not None
    )


def _gives_way(question: Question, shift: Shift) -> bool:
    """Whether a call went from a function that calls what is to replace it since, elsewhere."""
    if shift.how not in ("gone", "replaced") or shift.old is None or shift.new is None:
        return False
    before, now = (
        {one.name for one in calls(flow(v.function.text).steps)} for v in (shift.old, shift.new)
    )
    return _in_scope(question, shift) and question.goal in now - before


def _asked(question: Question, shift: Shift) -> bool:
    if not _in_scope(question, shift):
        return False
    subject = question.subject if question.called else ""
    rule: dict[Verb, Callable[[], bool]] = {
        "moved": lambda: (
            (
                shift.how == "to function"
                or (shift.how == "went with" and bool(question.source or question.goal))
                or (shift.how == "moved within" and not (question.source or question.goal))
            )
            and _within(question.source, shift.old)
            and _within(question.goal, shift.new)
        ),
        "calls": lambda: (
            shift.came is not None and shift.how != "went with" and _within(subject, shift.new)
        ),
        "began calling": lambda: (
            (shift.how in ("began", "to function") or _is_taken_out(shift))
            and _within(subject, shift.new)
        ),
        "stopped calling": lambda: (
            shift.how in ("to function", "replaced", "gone")
            and _within(subject, shift.old)
            and not _stays(question, shift)
        ),
        "replaced": lambda: (
            shift.how in ("replaced", "to function")
            and bool(shift.by)
            and (not question.goal or is_path(question.goal) or shift.by == question.goal)
        ),
        "added": lambda: shift.how == "began",
        "removed": lambda: shift.how in ("gone", "replaced"),
        "changed": lambda: True,
    }
    return rule.get(question.verb, lambda: False)()


def _stays(question: Question, shift: Shift) -> bool:
    """Whether a call went to another function of the very file or folder that is asked about."""
    went = shift.how == "to function" and shift.new is not None
    return went and is_path(question.scope) and _within(question.scope, shift.new)


def _is_taken_out(shift: Shift) -> bool:
    """Whether a call went along into a function of another name."""
    sides = shift.old, shift.new
    names = {v.name for v in sides if v is not None}
    return shift.how == "went with" and len(names) > 1


def _returning(
    chosen: list[tuple[CommitId, Shift]], given: list[tuple[CommitId, Shift]]
) -> list[tuple[CommitId, Shift]]:
    """Of some moves those that take an earlier one back; all of them where none does."""
    found = []
    for commit, shift in chosen:
        older = given[given.index((commit, shift)) + 1 :]
        if any(undoes(shift, other) for c, other in older if c != commit):
            found.append((commit, shift))
    return found or chosen


def undoes(shift: Shift, other: Shift) -> bool:
    """Whether a move of a call goes back to where an older one took it from.

    The function may have got a prefix or a part split off meanwhile: the words of its name tell.
    """
    if shift.how != "to function" or other.how != "to function":
        return False
    if shift.new is None or other.old is None or other.new is None or shift.old is None:
        return False
    away = {v.name for v in (other.new, shift.old)}
    return other.old.name not in away and akin(shift.new.name, other.old.name)


def akin(name: str, other: str) -> bool:
    """Whether one name has all the words of the other, in order and together."""
    short, long = sorted((name.strip("_"), other.strip("_")), key=len)
    return f"_{short}_" in f"_{long}_"


def _grouped(
    found: Iterable[tuple[CommitId, str, Event | Shift | Reorder]],
) -> list[Happening]:
    """One happening a commit, in the order of the first."""
    events: dict[CommitId, list[Event]] = {}
    shifts: dict[CommitId, list[Shift]] = {}
    reorders: dict[CommitId, list[Reorder]] = {}
    symbols: dict[CommitId, str] = {}
    for commit, symbol, one in found:
        symbols.setdefault(commit, symbol)
        if isinstance(one, Event):
            events.setdefault(commit, []).append(one)
        elif isinstance(one, Shift):
            shifts.setdefault(commit, []).append(one)
        else:
            reorders.setdefault(commit, []).append(one)
    return [
        Happening(
            c, s, tuple(events.get(c, ())), tuple(shifts.get(c, ())), tuple(reorders.get(c, ()))
        )
        for c, s in symbols.items()
    ]


def moved_calls(changes: Iterable[Change]) -> list[str]:
    """The names that a commit's edits had one function cease to call and another begin to.

    A call that moved is what such a commit is about; where many did, none is.
    """
    lost: dict[str, set[str]] = {}
    gained: dict[str, set[str]] = {}
    for change in changes:
        if change.old is None or change.new is None or "modified" not in change.kinds:
            continue
        before, after = _called(change.old), _called(change.new)
        for name in (n for n in before if n not in after):
            lost.setdefault(name, set()).add(change.new.name)
        for name in (n for n in after if n not in before):
            gained.setdefault(name, set()).add(change.new.name)
    found = [name for name, places in lost.items() if gained.get(name, set()) - places]
    return found if len(found) <= _FEW_CALLS else []


def _called(version: FunctionVersion) -> dict[str, None]:
    """The names that a function calls, in their order."""
    steps = flow(version.function.text).steps
    return dict.fromkeys(call.name for call in calls(steps) if not call.indirect)
