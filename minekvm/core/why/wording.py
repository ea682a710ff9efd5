"""What happened, in words, each with the checks that hold it up and the line that shows it: a
check is evaluated on the code before its statement is made: what does not hold is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.callers.sites import Shift, Site
from minekvm.core.kinds import BEGINS
from minekvm.core.model import CommitId, Event, FunctionVersion, Kind
from minekvm.core.why.model import Check, Citation, FilePlace
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.occurrence import Occurrence, Use, counted

_SHOWN = 3  # functions named before "and n more"


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate ("moved f() from a.c to b.c"), what must hold for it, and what shows it."""

    text: str
    checks: tuple[Check, ...]
    citations: tuple[Citation, ...] = ()


def told(occurrence: Occurrence, parents: Sequence[CommitId] = ()) -> list[Statement]:
    """What a commit did, most telling first; only what holds."""
    statements = [_event(e) for e in _together(occurrence.events)]
    statements += [_reorder(r, occurrence.commit) for r in occurrence.reorders]
    statements += list(_shifts(occurrence, parents))
    if occurrence.later:
        statements.append(Statement(f"renamed it to {call(occurrence.later)}", ()))
    if not any(s is not None and s.text for s in statements):
        statements += list(_uses(occurrence, parents))
    return list({s.text: s for s in statements if s is not None and s.text}.values())


def _together(events: Sequence[Event]) -> list[Event]:
    """Events, those in one by which one body went into several."""
    found: dict[object, Event] = {}
    for event in events:
        change = event.change
        parts = {"split", "extracted", "superseded"} & set(change.kinds)
        alone: object = BEGINS if change.rule == BEGINS else event
        key: object = (event.parent, change.old, tuple(sorted(parts))) if parts else alone
        first = found.get(key)
        if first is None:
            found[key] = event
            continue
        sides = (*first.change.others, first.change.new, *change.others, change.new)
        others = dict.fromkeys(v for v in sides if v is not None)
        found[key] = replace(event, change=replace(first.change, others=tuple(others)))
    return list(found.values())


def spoken(statements: Sequence[Statement]) -> str:
    """Some statements in one: "moved ...; dropped ... and 2 more like that"."""
    more = len(statements) - _SHOWN
    rest = [f"and {more} more like that"] * (more > 0)
    return "; ".join([*(s.text for s in statements[:_SHOWN]), *rest])


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


def line_with(commit: CommitId, version: FunctionVersion, word: str) -> Iterator[Citation]:
    """The first line of a definition that has a word; nothing where none has."""
    for nth, line in enumerate(_lines(version)):
        if word in counted(line.encode()):
            place = version.function.start_line + nth
            yield Citation(commit, FilePlace(version.path, place, place), line.strip())
            return


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


# --- definitions


def _event(event: Event) -> Statement | None:
    """One event of a definition, with the line where it is now, or was last."""
    change = event.change
    old, new, kinds = change.old, change.new, set(change.kinds)
    shown: tuple[Citation, ...] = ()
    if new is not None:
        shown = (definition(event.commit, new),)
    elif old is not None and event.parent is not None:
        shown = (definition(event.parent, old),)
    checks = _definitions(old, new)
    if new is None:
        text = f"removed {at(old)}" if old is not None else ""
    elif old is None or kinds & {"introduced", "added"}:
        taken = old is not None and "extracted" in kinds
        text = f"introduced {at(new)}"
        if change.rule == BEGINS:
            more = f" and {len(change.others) - 1} more functions" if change.others else ""
            text = f"has {at(new)}{more} {BEGINS}"
        text += f", taken out of {call(old.name)}" if old is not None and taken else ""
        checks = _definitions(None, new)
    else:
        others = _listed(dict.fromkeys(call(v.name) for v in change.others))
        text = _divided(kinds, old, new, others) or _carried(old, new)
    return Statement(text, checks, shown)


def _definitions(old: FunctionVersion | None, new: FunctionVersion | None) -> tuple[Check, ...]:
    """That a definition stood there before, and stands here since."""
    found = []
    if old is not None:
        stays = new is not None and (old.path, old.name) == (new.path, new.name)
        found.append(Check("defines", old.name, old.path, "", before=True, after=stays or None))
    if new is not None and (old is None or (old.path, old.name) != (new.path, new.name)):
        before = False if old is None else None
        found.append(Check("defines", new.name, new.path, "", before=before, after=True))
    return tuple(found)


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


def _carried(old: FunctionVersion, new: FunctionVersion) -> str:
    """One definition under another name, in another file, or edited."""
    moved = "" if old.path == new.path else f"moved from {old.path} to {new.path}"
    renamed = "" if old.name == new.name else f"renamed {call(old.name)} to {call(new.name)}"
    if renamed:
        return f"{renamed}, {moved}" if moved else renamed
    if moved:
        return moved.replace("moved", f"moved {call(new.name)}", 1)
    edited = [what for what, differs in zip(_PARTS, _differences(old, new), strict=True) if differs]
    return f"changed {' and '.join(edited) or 'the text'} of {at(new)}"


_PARTS = ("the declaration", "the body")


def _differences(old: FunctionVersion, new: FunctionVersion) -> tuple[bool, bool]:
    """Whether the text before the first brace, and from it on, differs but for white space."""
    sides = [v.function.text.partition(b"{") for v in (old, new)]
    (head, _, body), (heading, _, since) = sides
    return head.split() != heading.split(), body.split() != since.split()


def _reorder(reorder: Reorder, commit: CommitId) -> Statement:
    """A move within a file, with the definitions between which it ended."""
    where = _between(reorder.after, reorder.before)
    name, path = reorder.new.name, reorder.new.path
    check = Check("defines", name, path, "", before=True, after=True)
    text = f"moved {call(name)} within {path}{where}"
    return Statement(text, (check,), (definition(commit, reorder.new),))


# --- calls


def _shifts(occurrence: Occurrence, parents: Sequence[CommitId]) -> Iterator[Statement]:
    """The calls that one commit moved, began, replaced and dropped."""
    held = [s for s in occurrence.shifts if _holds(s, occurrence.symbol)]
    went = [s for s in held if s.how in ("to function", "went with")]
    symbol, name = occurrence.symbol, call(occurrence.symbol)
    olds = list(dict.fromkeys(_key(s.old) for s in went))
    news = list(dict.fromkeys(_key(s.new) for s in went))
    if len(olds) > 1 and len(news) > 1 and not all(s.how == "went with" for s in went):
        sources, goals = (_listed(dict.fromkeys(at(v) for v in side if v is not None))
                          for side in ((s.old for s in went), (s.new for s in went)))  # fmt: skip
        text = f"moved calls of {name} out of {sources} into {goals}"
        yield _stated(occurrence, parents, text, went)
    else:
        for left in olds:
            yield _left(occurrence, parents, [s for s in went if _key(s.old) == left])
    for shift in (s for s in held if s.how == "moved within" and s.new is not None):
        assert shift.new is not None
        text = f"moved the call of {name} within {at(shift.new)}{beside(shift.came)}"
        yield _stated(occurrence, parents, text, [shift])
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
    goals = _listed(dict.fromkeys(at(s.new) for s in went if s.new is not None))
    where = beside(first.came) if len(went) == 1 else ""
    if all(s.by for s in went):
        old = call(first.old.name)
        text = f"moved the call of {name} into {goals}, which {old} calls in its place"
    elif all(s.how == "went with" for s in went):
        text = f"moved {at(first.old)}, which calls {name}, to {goals}"
    else:
        text = f"moved the call of {name} from {at(first.old)} to {goals}{where}"
    return _stated(occurrence, parents, text, went)


def _stated(
    occurrence: Occurrence, parents: Sequence[CommitId], text: str, shifts: Sequence[Shift]
) -> Statement:
    """A statement on calls, with what must hold for each and the lines that show it."""
    checks: list[Check] = []
    shown: list[Citation] = []
    for shift in shifts:
        old, new = shift.old, shift.new
        if old is not None and shift.left is not None:
            after = False if shift.last and _same(old, new) and shift.came is None else None
            checks.append(
                Check("calls", occurrence.symbol, old.path, old.name, before=True, after=after)
            )
        if new is not None and shift.came is not None:
            name = occurrence.later or occurrence.symbol
            before = False if shift.first and _same(old, new) and shift.left is None else None
            checks.append(Check("calls", name, new.path, new.name, before=before, after=True))
            shown += line_of(occurrence.commit, new, shift.came.line)
        elif old is not None and shift.left is not None and parents:
            shown += line_of(parents[0], old, shift.left.line)
    return Statement(text, tuple(checks), tuple(shown))


def _same(old: FunctionVersion | None, new: FunctionVersion | None) -> bool:
    return old is None or new is None or (old.path, old.name) == (new.path, new.name)


def _ends(
    occurrence: Occurrence, parents: Sequence[CommitId], held: Sequence[Shift], symbol: str
) -> Iterator[Statement]:
    began = [s for s in held if s.how == "began" and s.new is not None]
    for new in dict.fromkeys(_key(s.new) for s in began):
        some = [s for s in began if _key(s.new) == new]
        first = some[0]
        assert first.new is not None
        text = f"had {at(first.new)} call {call(symbol)}{beside(first.came)}"
        yield _stated(occurrence, parents, text, some[:1])
    replaced = [s for s in held if s.how == "replaced" and s.old is not None]
    for by in dict.fromkeys(s.by for s in replaced):
        some = [s for s in replaced if s.by == by]
        places = _listed(dict.fromkeys(at(s.old) for s in some if s.old))
        text = f"replaced the call of {call(symbol)} in {places} by {call(by)}"
        yield _stated(occurrence, parents, text, some)
    gone = [s for s in held if s.how == "gone" and s.old is not None]
    if gone:
        places = _listed(dict.fromkeys(at(s.old) for s in gone if s.old))
        text = f"dropped the call of {call(symbol)} from {places}"
        yield _stated(occurrence, parents, text, gone)


# --- uses


def _uses(occurrence: Occurrence, parents: Sequence[CommitId]) -> Iterator[Statement]:
    """Where functions, or else files, came to use a name, or ceased to."""
    for use in [u for u in occurrence.uses if u.old or u.new or u.block] or occurrence.uses:
        version = use.new or use.old
        place = f"{use.block} ({use.path})" if use.block else use.path
        where = at(version) if version is not None else place
        words = {
            "came": f"had {where} use {use.word}",
            "went": f"took {use.word} out of {where}",
            "changed": f"changed the uses of {use.word} in {where}",
        }
        name = "" if version is None else version.name
        no = None if use.block else False  # of the rest of the file nothing is claimed
        sides = {"before": use.before > 0 or no, "after": use.after > 0 or no}
        check = Check("uses", use.word, use.path, name, **sides)
        yield Statement(words[use.how], (check,), tuple(_used(occurrence, use, parents)))


def _used(occurrence: Occurrence, use: Use, parents: Sequence[CommitId]) -> Iterator[Citation]:
    if use.new is not None and use.after:
        yield from line_with(occurrence.commit, use.new, use.word)
    elif use.old is not None and use.before and parents:
        yield from line_with(parents[0], use.old, use.word)


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
