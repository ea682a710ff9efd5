"""Words for what happened to the calls of a symbol, shared by terminal and Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId, FunctionVersion
from minekvm.render.text import Quote, count, safe

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory, Life, Moved
    from minekvm.core.callers.sites import Shift, Site

_LISTED = 3  # entries of tables named


@dataclass(frozen=True, slots=True)
class Saying:
    """How a name and how a path is written."""

    name: Quote = safe
    path: Quote = safe


PLAINLY = Saying()


def near_end(path: str) -> str:
    """A path's last folder and name: enough to know it by, beside a commit."""
    return safe("/".join(path.split("/")[-2:]))


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to the calls, in sentences; `began` marks the first tree."""

    commit: CommitId
    first: bool
    said: tuple[str, ...]


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


def headline(found: CallHistory, quote: Quote = safe) -> str:
    """Who calls it now, in numbers."""
    now = found.sites_now
    rev = quote(found.rev[:12])
    if not now:
        return f"nobody calls {quote(found.symbol)}() at {rev}"
    calls = sum(len(life.sites) for life in now)
    size = count(len(now), "function")
    size += f" in {count(len({life.path for life in now}), 'file')}" if len(now) > 1 else ""
    often = f", {calls} times" if calls > len(now) else ""
    verb = "calls" if len(now) == 1 else "call"
    return f"{size} {verb} {quote(found.symbol)}() at {rev}{often}"


def past(found: CallHistory) -> str:
    """What changed until then, in numbers."""
    gone = [life for life in found.lives if not life.calls]
    commits = len({m.commit for m in found.moves if m.parent is not None})
    before = f"{count(len(gone), 'call site')} of the past, " if gone else ""
    return f"{before}{count(commits, 'commit')} changed who calls it" if commits else ""


def tables(found: CallHistory, quote: Quote = safe) -> str:
    """The tables that lead to it: calls through them are calls by another name."""
    named = [
        f"{quote(op.table + '.' + op.field if op.table else op.field)} in {quote(path)}"
        for path, op in found.tables
    ]
    more = f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
    return f"also reached through {', '.join(named[:_LISTED])}{more}" if named else ""


def steps(found: CallHistory, say: Saying = PLAINLY) -> list[Step]:
    """What each commit did, newest first."""
    steps = []
    for commit, group in groupby(found.moves, key=lambda move: move.commit):
        moves = list(group)
        if moves[0].parent is None:
            steps.append(Step(commit, True, (_first_tree(moves),)))
        else:
            steps.append(Step(commit, False, tuple(_sentences([m.shift for m in moves], say))))
    return steps


def _first_tree(moves: Sequence[Moved]) -> str:
    functions = {(m.shift.new.path, m.shift.new.name) for m in moves if m.shift.new is not None}
    verb = "calls" if len(functions) == 1 else "call"
    return f"the first tree: {count(len(functions), 'function')} already {verb} it"


def _sentences(shifts: Iterable[Shift], say: Saying) -> Iterator[str]:
    """A sentence for each thing that happened, however many calls it happened to."""
    told = Counter(_happened(shift, say) for shift in shifts)
    for sentence, times in told.items():
        yield f"{sentence} ({times} calls)" if times > 1 else sentence


def _happened(shift: Shift, say: Saying) -> str:
    old, new = shift.old, shift.new
    if old is None or shift.how == "began":
        return _began(shift, say)
    was = _named(old, say)
    said = ""
    if shift.how == "moved within":
        said = f"moved within {was}{_between(shift.came, say, ': now ')}"
    elif shift.how == "replaced":
        often = "" if shift.last else ", one of its calls"
        said = f"replaced by {_function(shift.by, say)} in {was}{often}"
    elif new is None:
        said = f"{was} is gone" if shift.last else f"a variant of {was} is gone"
        said += ", and its call with it"
    elif shift.how == "gone":
        said = f"{was} {'ceased to call it' if shift.last else 'calls it once less'}"
    elif shift.how == "went with":
        said = _along(old, new, say)
    elif shift.by:
        said = f"moved from {was} into {_named(new, say, beside=old)}, which it calls instead"
    else:
        where = _named(new, say, beside=old)
        said = f"moved from {was} to {where}{_between(shift.came, say, ': ')}"
    return said


def _began(shift: Shift, say: Saying) -> str:
    assert shift.new is not None
    verb = "began to call it" if shift.first else "calls it once more"
    return f"{_named(shift.new, say)} {verb}{_between(shift.came, say, ', ')}"


def _along(old: FunctionVersion, new: FunctionVersion, say: Saying) -> str:
    """A function that moved or was renamed, and its calls with it."""
    if old.name == new.name:
        return f"{_function(old.name, say)} moved from {say.path(old.path)} to {say.path(new.path)}"
    return f"{_named(old, say)} became {_named(new, say, beside=old)}"


def _named(version: FunctionVersion, say: Saying, beside: FunctionVersion | None = None) -> str:
    """A function and its file; the file goes without saying where it is that of `beside`."""
    where = "" if beside and beside.path == version.path else f" in {say.path(version.path)}"
    return f"{_function(version.name, say)}{where}"


def _function(name: str, say: Saying) -> str:
    return say.name(f"{name}()")


def _between(site: Site | None, say: Saying, lead: str) -> str:
    if site is None or not (site.before or site.after):
        return ""
    parts = [f"after {_function(site.before, say)}"] if site.before else []
    parts += [f"before {_function(site.after, say)}"] if site.after else []
    return lead + " ".join(parts)


def ended(life: Life, say: Saying = PLAINLY) -> str:
    """Where the calls of a life went that is over."""
    if not life.went:
        return "gone"
    went = life.went[0]
    more = f" and {len(life.went) - 1} more" if len(life.went) > 1 else ""
    if went.how == "unknown":
        return "its end was not found"
    if went.how == "replaced":
        return f"replaced by {_function(went.by, say)}{more}"
    place = "" if went.path == life.path else f" in {say.path(went.path)}"
    verb = "went with it to" if went.how == "went with" else "to"
    return f"{verb} {_function(went.function, say)}{place}{more}"
