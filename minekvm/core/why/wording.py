"""What happened, in words, each with the line of code that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from minekvm.core.callers.sites import Shift, Site
from minekvm.core.model import CommitId, Event, FunctionVersion, Kind
from minekvm.core.why.events import Happening
from minekvm.core.why.model import Citation, FilePlace
from minekvm.core.why.moved_within import Reorder

_EDITED: dict[Kind, str] = {
    "signature": "the signature",
    "modified": "the body",
    "attributes": "the attributes",
}
_SHOWN = 3  # functions named before "and n more"


def told(happening: Happening) -> str:
    """A happening as a predicate: "moved the call of f() from g() (a.c) to h() (b.c)"."""
    parts = [_event(e) for e in happening.events]
    parts += [_reorder(r) for r in happening.reorders]
    parts += _shifts(happening.shifts, happening.symbol)
    if happening.later:
        parts.append(f"renamed it to {call(happening.later)}")
    parts = list(dict.fromkeys(p for p in parts if p))
    more = len(parts) - _SHOWN
    return "; ".join([*parts[:_SHOWN], *([f"and {more} more like that"] if more > 0 else [])])


def cited(happening: Happening, parents: Sequence[CommitId]) -> Iterator[Citation]:
    """The lines of code where it happened: those that are there now, else those that went."""
    parent = parents[0] if parents else None
    for event in happening.events:
        if event.change.new is not None:
            yield definition(event.commit, event.change.new)
        elif event.change.old is not None and event.parent is not None:
            yield definition(event.parent, event.change.old)
    for reorder in happening.reorders:
        yield definition(happening.commit, reorder.new)
    for shift in happening.shifts:
        if shift.new is not None and shift.came is not None:
            yield from line_of(happening.commit, shift.new, shift.came.line)
        elif shift.old is not None and shift.left is not None and parent is not None:
            yield from line_of(parent, shift.old, shift.left.line)


def definition(commit: CommitId, version: FunctionVersion) -> Citation:
    """The line with which a definition begins."""
    function = version.function
    lines = _lines(version)
    at = next((i for i, line in enumerate(lines) if function.name in line), 0)
    line = function.start_line + at
    return Citation(commit, FilePlace(version.path, line, line), lines[at].strip())


def line_of(commit: CommitId, version: FunctionVersion, line: int) -> Iterator[Citation]:
    """One line of a definition; nothing where the definition has no such line."""
    lines = _lines(version)
    at = line - version.function.start_line
    if 0 <= at < len(lines) and lines[at].strip():
        yield Citation(commit, FilePlace(version.path, line, line), lines[at].strip())


def _lines(version: FunctionVersion) -> list[str]:
    """A definition's lines as text: Latin-1 where it is no UTF-8, as at the git door."""
    text = version.function.text
    try:
        return text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return text.decode("latin-1").split("\n")


def call(name: str) -> str:
    """A function's name as prose has it."""
    return f"{name}()"


def at(version: FunctionVersion) -> str:
    """A function with its file: "f() (lib/a.c)"."""
    return f"{call(version.name)} ({version.path})"


def _event(event: Event) -> str:
    """One event of a definition as a predicate."""
    change = event.change
    old, new, kinds = change.old, change.new, set(change.kinds)
    if new is None:
        return f"removed {at(old)}" if old is not None else ""
    if old is None or kinds & {"introduced", "added"}:
        taken = old is not None and "extracted" in kinds
        return f"introduced {at(new)}{f', taken out of {call(old.name)}' if old and taken else ''}"
    others = _listed(dict.fromkeys(call(v.name) for v in change.others))
    return _divided(kinds, old, new, others) or _carried(kinds, old, new)


def _divided(kinds: set[Kind], old: FunctionVersion, new: FunctionVersion, others: str) -> str:
    """One body that became several or several that became one; "" where it stayed one."""
    was, now = call(old.name), call(new.name)
    said: dict[Kind, str] = {
        "split": f"split {was} into {others or now}",
        "superseded": f"made {was} a wrapper of {others or now}",
        "merged": f"merged {was} into {now}"
        if was != now
        else f"merged the variants of {was} into one",
        "inlined": f"dissolved {others or was} into {now}",
        "extracted": f"took {others or now} out of {was}",
    }
    return next((words for kind, words in said.items() if kind in kinds), "")


def _carried(kinds: set[Kind], old: FunctionVersion, new: FunctionVersion) -> str:
    """One definition under another name, in another file, or edited."""
    moved = "" if old.path == new.path else f"moved from {old.path} to {new.path}"
    renamed = "" if old.name == new.name else f"renamed {call(old.name)} to {call(new.name)}"
    if renamed:
        return f"{renamed}, {moved}" if moved else renamed
    if moved:
        return moved.replace("moved", f"moved {call(new.name)}", 1)
    edited = [what for kind, what in _EDITED.items() if kind in kinds]
    return f"changed {' and '.join(edited) or 'the body'} of {at(new)}"


def _reorder(reorder: Reorder) -> str:
    """A move within a file, with the definitions between which it ended."""
    where = _between(reorder.after, reorder.before)
    return f"moved {call(reorder.new.name)} within {reorder.new.path}{where}"


def _shifts(shifts: Sequence[Shift], symbol: str) -> Iterator[str]:
    """The calls of one commit in words, those that left one function for several together."""
    went = [s for s in shifts if s.how in ("to function", "went with")]
    for left in dict.fromkeys(_key(s.old) for s in went):
        some = [s for s in went if _key(s.old) == left]
        first = some[0]
        if first.old is None:
            continue
        goals = _listed(dict.fromkeys(at(s.new) for s in some if s.new is not None))
        where = beside(first.came) if len(some) == 1 else ""
        if all(s.by for s in some):
            old = call(first.old.name)
            yield f"moved the call of {call(symbol)} into {goals}, which {old} calls in its place"
        elif all(s.how == "went with" for s in some):
            yield f"moved {at(first.old)}, which calls {call(symbol)}, to {goals}"
        else:
            yield f"moved the call of {call(symbol)} from {at(first.old)} to {goals}{where}"
    for shift in shifts:
        if shift.how == "moved within" and shift.new is not None:
            yield (f"moved the call of {call(symbol)} within {at(shift.new)}{beside(shift.came)}")
    yield from _ends(shifts, symbol)


def _ends(shifts: Sequence[Shift], symbol: str) -> Iterator[str]:
    began = [s for s in shifts if s.how == "began" and s.new is not None]
    for new in dict.fromkeys(_key(s.new) for s in began):
        first = next(s for s in began if _key(s.new) == new)
        assert first.new is not None
        yield f"had {at(first.new)} call {call(symbol)}{beside(first.came)}"
    replaced = [s for s in shifts if s.how == "replaced" and s.old is not None]
    for by in dict.fromkeys(s.by for s in replaced):
        places = _listed(dict.fromkeys(at(s.old) for s in replaced if s.by == by and s.old))
        yield f"replaced the call of {call(symbol)} in {places} by {call(by)}"
    gone = [s for s in shifts if s.how == "gone" and s.old is not None]
    if gone:
        places = _listed(dict.fromkeys(at(s.old) for s in gone if s.old))
        yield f"dropped the call of {call(symbol)} from {places}"


def beside(site: Site | None) -> str:
    """Where a call stands: ", after f() and before g()"."""
    return "" if site is None else _between(site.before, site.after)


def _between(above: str, below: str) -> str:
    sides = [f"after {call(above)}"] * bool(above)
    sides += [f"before {call(below)}"] * bool(below)
    return f", {' and '.join(sides)}" if sides else ""


def _key(version: FunctionVersion | None) -> tuple[str, str]:
    return ("", "") if version is None else (version.path, version.name)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown, more = every[:_SHOWN], len(every) - _SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
