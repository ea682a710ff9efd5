"""A symbol that is no function: where it stands, and its history, in any language of a clone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from minekvm.clone.clone import Clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.declarations import Declared
from minekvm.core.declared.asked import Wanted, choices
from minekvm.core.declared.tracer import Tracer
from minekvm.core.declared.versions import part, whole
from minekvm.core.front_ends import declarations
from minekvm.core.model import Commit, CommitId, FunctionVersion, Lineage, Told
from minekvm.errors import MinekvmError, UnknownSymbol

if TYPE_CHECKING:
    from minekvm.core.lineage.ways import Point

_MANY_FILES = 12  # files that declare a name, from which one has to be chosen
_SAMPLES = (8, 4, 2, 1)  # parts of the history's length at which a gone symbol is looked for

Found = tuple[Declared, str]
"""A declaration, and the full name of its member that is meant ("" for the whole)."""


def standing(
    history: DeclaredHistory, wanted: Wanted, commit: CommitId, path: str | None
) -> list[Found]:
    """What a name may mean at a commit, in the order of paths."""
    word = wanted.name
    return [
        (Declared(where, declaration), member)
        for where, source in history.standing(word, commit, path)
        for declaration, member in wanted.found(declarations(where, source))
    ]


def chosen(found: Sequence[Found], symbol: str) -> list[Found]:
    """What is meant, where all is of one kind.

    Raises MinekvmError, which lists the kinds, where it is not; and where too many files declare
    it. An anonymous tag beside its typedef, and a typedef of a tag by the same name, are one.
    """
    kinds = choices(found)
    if len(kinds) > 1:
        real = [f for f in found if f[0].declaration.kind != "typedef" or f[0].declaration.members]
        if len(choices(real)) == 1:
            return chosen(real, symbol)
        names = ", ".join(kinds)
        raise MinekvmError(f"{symbol} may be several: {names}", f"choose one: {kinds[0]}")
    files = list(dict.fromkeys(declared.path for declared, _ in found))
    if len(files) > _MANY_FILES:
        shown = ", ".join(files[:5])
        raise MinekvmError(
            f"{symbol} is declared in {len(files)} files",
            f"choose one with --path, or narrow with --scope: {shown}, ...",
        )
    return list(found)


def lineage(
    clone: Clone,
    wanted: Wanted,
    symbol: str,
    rev: CommitId,
    path: str | None,
    is_asked: Callable[[Commit], bool] = lambda _: True,
    *,
    looks_back: bool = True,
) -> Told | None:
    """Follow a symbol that is no function, and tell of the commits that are asked for.

    None where neither the revision nor, with `looks_back`, an older tree declares it.

    Raises MinekvmError where the name may be several things.
    """
    history = DeclaredHistory(clone.repository, clone.history)
    tracer = Tracer(history)
    found = chosen(standing(history, wanted, rev, path), symbol)
    heads = [_followed(clone, tracer, rev, each) for each in found]
    if not found and not (
        looks_back and _former(clone, history, tracer, wanted, symbol, rev, path)
    ):
        return None
    events = tracer.newest_first()
    commits = {e.commit: clone.history.commit(e.commit) for e in events}
    events = tuple(e for e in events if is_asked(commits[e.commit]))
    now = tuple(version(each) for each in found)
    gaps = tuple(clone.history.gaps)
    below = tracer.ways.below(heads, events)
    return Told(Lineage(symbol, rev, now, events, gaps, *below), commits)


def _followed(clone: Clone, tracer: Tracer, rev: CommitId, found: Found) -> Point:
    declared, member = found
    clone.progress(f"following {member or declared.name} in {declared.path}")
    head = tracer.follow(declared.path, rev, declared.declaration, member)
    for parent, old, way in tracer.functions:
        _on_in_function(clone, tracer, parent, old, way)
    tracer.functions.clear()
    return head


def _on_in_function(
    clone: Clone, tracer: Tracer, parent: CommitId, old: FunctionVersion, way: Point
) -> None:
    """Go on in the function that a symbol was before."""
    from minekvm.core.lineage.tracer import Tracer as Functions

    functions = Functions(clone.history, parent, known=clone.memo)
    functions.follow(old.path, parent, old.function)
    for event in functions.newest_first():
        tracer.trail.note(event)
        way = tracer.ways.event(event, way)


def _former(
    clone: Clone,
    history: DeclaredHistory,
    tracer: Tracer,
    wanted: Wanted,
    symbol: str,
    rev: CommitId,
    path: str | None,
) -> bool:
    """Follow a symbol that is gone from the newest of some older trees that has it."""
    for commit in reversed(clone.history.commits.samples(rev, _SAMPLES)):
        clone.progress(f"searching the tree of {commit[:12]} for {symbol}")
        found = chosen(standing(history, wanted, commit, path), symbol)
        for each in found:
            tracer.end(each[0].path, rev, each[0].declaration, each[1])
            for parent, old, way in tracer.functions:
                _on_in_function(clone, tracer, parent, old, way)
        if found:
            return True
    return False


def version(found: Found) -> FunctionVersion:
    """What was found as a version of a definition."""
    declared, member = found
    if not member:
        return whole(declared)
    parts = (part(declared, m) for m in declared.declaration.members)
    return next(v for v in parts if v.name == member)


def unknown(symbol: str) -> UnknownSymbol:
    """That nothing declares a symbol."""
    return UnknownSymbol(
        f"no version looked at declares {symbol}",
        "check the spelling, --rev, --path and --scope; members are asked for as struct.field",
    )
