"""What happened to the calls of a symbol, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from minekvm.core.callers.periods import CallHistory, Life, Moved
from minekvm.core.callers.sites import Shift, Site
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.phrases import Code, Phrase, Piece, count, function, listed, short

_LISTED = 3  # entries of tables named


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to the calls, in sentences; `first` marks the first tree."""

    commit: CommitId
    first: bool
    sentences: tuple[Phrase, ...]


def area(path: str) -> str:
    """The architecture a path belongs to, else its top folder: `arch/x86`, `virt`, `.`."""
    parts = path.split("/")
    if parts[0] == "arch" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if len(parts) > 1 else "."


def areas(lives: Iterable[Life]) -> list[tuple[str, list[Life]]]:
    """Lives by architecture or top folder, where most call first."""
    found: dict[str, list[Life]] = {}
    for life in lives:
        found.setdefault(area(life.path), []).append(life)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


_OF_USES = (
    (re.compile(r"\bcall sites?\b"), "user"),
    (re.compile(r"\bcall(?=(?:s|ed|ers?)?\b)"), "us"),
    (re.compile(r"\bCall(?=(?:s|ed|ers?)\b)"), "Us"),
    (re.compile(r"\bus(?=s?\b)"), "use"),
)


def told(history: CallHistory, phrase: Phrase) -> Phrase:
    """A phrase about calls; of a symbol that is no function, the same about its uses."""
    if not history.kind:
        return phrase
    return tuple(used(piece) if isinstance(piece, str) else piece for piece in phrase)


def used(text: str) -> str:
    """Words about calls as words about uses."""
    for pattern, word in _OF_USES:
        text = pattern.sub(word, text)
    return text


def holder(name: str) -> Piece:
    """What a site stands in: a function, another declaration, or the file itself."""
    return function(name) if name.isidentifier() else Code(name) if name else "the file"


def headline(history: CallHistory) -> Phrase:
    """Who calls it now, in numbers."""
    now = history.sites_now
    symbol = Code(history.symbol) if history.kind else function(history.symbol)
    named = (symbol, " at ", short(history.rev))
    if not now:
        return ("nobody calls ", *named)
    calls = sum(len(life.sites) for life in now)
    size = count(len(now), "place" if history.kind else "function")
    size += f" in {count(len({life.path for life in now}), 'file')}" if len(now) > 1 else ""
    often = (f", {calls} times",) if calls > len(now) else ()
    doubtful = sum(all(s.how.startswith("perhaps") for s in life.sites) for life in now)
    often = (*often, f"; of {doubtful} the type is not known") if doubtful else often
    return (f"{size} {'calls' if len(now) == 1 else 'call'} ", *named, *often)


def past(history: CallHistory) -> str:
    """What changed until then, in numbers; "" where nothing did."""
    gone = [life for life in history.lives if not life.calls]
    commits = len({m.commit for m in history.moves if m.parent is not None})
    wrapped = sum(bool(history.through(life)) for life in gone)
    still = f" ({wrapped} through wrappers of it)" if wrapped else ""
    before = f"{count(len(gone), 'call site')} of the past{still}, " if gone else ""
    return f"{before}{count(commits, 'commit')} changed who calls it" if commits else ""


def tables(history: CallHistory) -> Phrase:
    """The tables that lead to it: calls through them are calls by another name."""
    named: list[Phrase] = [
        (Code(f"{op.table}.{op.field}" if op.table else op.field), " in ", Code(path))
        for path, op in history.tables
    ]
    more = (f" and {len(named) - _LISTED} more",) if len(named) > _LISTED else ()
    return ("also reached through ", *listed(named[:_LISTED]), *more) if named else ()


def steps(history: CallHistory) -> list[Step]:
    """What each commit did, newest first."""
    found = []
    for commit, group in groupby(history.moves, key=lambda move: move.commit):
        moves = list(group)
        if moves[0].parent is None:
            found.append(Step(commit, True, (_first_tree(moves),)))
        else:
            found.append(Step(commit, False, tuple(_sentences(m.shift for m in moves))))
    return found


def does(life: Life) -> str:
    """What a place does with a symbol that is no function: "writes, reads"."""
    hows = Counter(site.how for site in life.sites if site.how)
    return ", ".join(sorted(hows, key=lambda how: (how.startswith("perhaps"), -hows[how], how)))


def ended(life: Life, history: CallHistory) -> Phrase:
    """Where the calls of a life went that is over; a wrapper of the symbol is told as one."""
    through = history.through(life)
    if through:
        return (
            "now through ",
            *listed([(function(name),) for name in through]),
            ", which calls it",
        )
    if not life.went:
        return ("gone",)
    went = life.went[0]
    more = (f" and {len(life.went) - 1} more",) if len(life.went) > 1 else ()
    if went.how == "unknown":
        return ("its end was not found",)
    if went.how == "replaced":
        return ("replaced by ", function(went.by), *more)
    place = () if went.path == life.path else (" in ", Code(went.path))
    verb = "went with it to " if went.how == "went with" else "to "
    return (verb, holder(went.function), *place, *more)


def _first_tree(moves: Sequence[Moved]) -> Phrase:
    functions = {(m.shift.new.path, m.shift.new.name) for m in moves if m.shift.new is not None}
    verb = "calls" if len(functions) == 1 else "call"
    return (
        f"there since the history begins: {count(len(functions), 'function')} already {verb} it",
    )


def _sentences(shifts: Iterable[Shift]) -> Iterator[Phrase]:
    """A sentence for each thing that happened, however many calls it happened to."""
    for sentence, times in Counter(map(_happened, shifts)).items():
        yield (*sentence, f" ({times} calls)") if times > 1 else sentence


def _happened(shift: Shift) -> Phrase:
    old, new = shift.old, shift.new
    if old is None or shift.how == "began":
        return _began(shift)
    if new is None or shift.how in ("moved within", "replaced", "gone"):
        return _in_place(shift, _named(old), there=new is not None)
    if shift.how == "went with":
        return _along(old, new)
    was, there = _named(old), _named(new, beside=old)
    if shift.by:
        return ("moved from ", *was, " into ", *there, ", which it calls instead")
    return ("moved from ", *was, " to ", *there, *_between(shift.came, ": "))


def _in_place(shift: Shift, was: Phrase, *, there: bool) -> Phrase:
    """What happened to a call in its function, or with the end of that."""
    if shift.how == "moved within":
        return ("moved within ", *was, *_between(shift.came, ": now "))
    if shift.how == "replaced":
        often = () if shift.last else (", one of its calls",)
        return ("replaced by ", function(shift.by), " in ", *was, *often)
    if not there:
        lead = () if shift.last else ("a variant of ",)
        return (*lead, *was, " is gone, and its call with it")
    return (*was, " ceased to call it" if shift.last else " calls it once less")


def _began(shift: Shift) -> Phrase:
    assert shift.new is not None
    verb = " began to call it" if shift.first else " calls it once more"
    return (*_named(shift.new), verb, *_between(shift.came, ", "))


def _along(old: FunctionVersion, new: FunctionVersion) -> Phrase:
    """A function that moved or was renamed, and its calls with it."""
    if old.name == new.name:
        return (holder(old.name), " moved from ", Code(old.path), " to ", Code(new.path))
    return (*_named(old), " became ", *_named(new, beside=old))


def _named(version: FunctionVersion, beside: FunctionVersion | None = None) -> Phrase:
    """A function and its file; the file goes without saying where it is that of `beside`."""
    where = () if beside and beside.path == version.path else (" in ", Code(version.path))
    return (holder(version.name), *where)


def _between(site: Site | None, lead: str) -> Phrase:
    if site is None or not (site.before or site.after):
        return ()
    parts: list[Phrase] = [("after ", function(site.before))] if site.before else []
    parts += [("before ", function(site.after))] if site.after else []
    return (lead, *listed(parts, " "))
