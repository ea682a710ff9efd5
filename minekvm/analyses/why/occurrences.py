"""What a commit did to the names of a question, read off its code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from minekvm.adapters.git.repository import ChangedFile
from minekvm.adapters.index.lookups import Touched
from minekvm.analyses.why.facts import Facts
from minekvm.core.callers.shifts import shifts
from minekvm.core.callers.sites import Shift
from minekvm.core.model import Change, CommitId, Event, FilePair, FunctionVersion
from minekvm.core.why.edits import Edit, edit
from minekvm.core.why.moved_within import reordered
from minekvm.core.why.occurrence import (
    Occurrence,
    Use,
    across,
    in_blocks,
    moved_calls,
    times,
    uses,
)
from minekvm.core.why.reading import Reading

_WIDE = 48  # C files from which only those that speak of a name are compared
FILES_READ = 12  # of those
_NAMES = 6  # names of a question that are looked at


def occurrence(
    facts: Facts, reading: Reading, commit: CommitId, touched: Sequence[Touched]
) -> list[Occurrence]:
    """What a commit did to each name of a question; one without a name where none is given."""
    names = reading.symbols[:_NAMES]
    parents = facts.commit(commit).parents
    if len(parents) > 1 or not touched:
        return [Occurrence(commit, names[0] if names else "")]
    parent = parents[0] if parents else None
    pairs, changes = _compared(facts, commit, parent, touched, names)
    used = [*uses(changes, names), *_in_files(facts, touched, names)]
    known = {v.name for c in changes for v in (c.old, c.new) if v is not None}
    used = [u for u in used if u.block not in known]
    found = []
    for name in names or ("",):
        whole = (_whole(c, changes) for c in changes if _concerns(c, name))
        events = tuple(Event(commit, parent, c) for c in whole)
        moves = tuple(shifts(pairs, changes, name)) if name and parent else ()
        orders = tuple(r for pair in pairs if name and (r := reordered(pair, name)) is not None)
        mine = tuple(u for u in used if u.word == name)
        one = Occurrence(commit, name, events, moves, orders, mine)
        found.append(_renamed(one, pairs, changes))
    return found


def edited(
    facts: Facts, touched: Sequence[Touched], paths: Sequence[str], names: Sequence[str]
) -> Edit:
    """What the lines that a commit changed have: in some files if it has them, and in others."""
    wanted = [t for t in touched if t.path in paths]
    others = (t for t in touched if t.path not in paths)
    few = [*wanted, *islice(others, FILES_READ)][:FILES_READ]
    blobs = {blob: t.path for t in few for blob in (t.old, t.new) if blob is not None}
    texts = dict(facts.clone.history.blobs.sources(blobs))
    sides = [tuple((texts[b] or b"") if b else b"" for b in (t.old, t.new)) for t in few]
    return edit([(old, new) for old, new in sides], names)


def _compared(
    facts: Facts,
    commit: CommitId,
    parent: CommitId | None,
    touched: Sequence[Touched],
    names: Sequence[str],
) -> tuple[list[FilePair], list[Change]]:
    """The files of a commit on both sides, and what happened to functions in them.

    Of a wide commit only the files that speak of a name, by function names alone.
    """
    history = facts.clone.history
    if len(touched) < _WIDE:
        return history.pairs(commit, parent), facts.past.changes(commit, parent)
    paths = {p.path for name in names for p in facts.places(name) if p.commit == commit}
    wanted = sorted(paths)[:FILES_READ]
    # Pairing the renames of so many files costs seconds: only what stayed at its path is compared.
    files = [
        ChangedFile(t.path, t.path, t.old, t.new)
        for t in touched
        if t.path in wanted and t.old is not None and t.new is not None
    ]
    pairs = history.changes.pairs(files)
    return pairs, [c for pair in pairs for c in _edits(pair)]


def _edits(pair: FilePair) -> Iterator[Change]:
    """The functions of one name on both sides of a file that differ."""
    if pair.old_path is None or pair.new_path is None:
        return
    old = {f.name: f for f in pair.old}
    for function in pair.new:
        was = old.get(function.name)
        if was is not None and was.text != function.text:
            sides = FunctionVersion(pair.old_path, was), FunctionVersion(pair.new_path, function)
            yield Change(("modified",), *sides, "same path and name", 1.0)


def _concerns(change: Change, name: str) -> bool:
    return any(v is not None and v.name == name for v in (change.old, change.new, *change.others))


def _whole(change: Change, changes: Sequence[Change]) -> Change:
    """A split that left a part, with the other parts."""
    if "split" not in change.kinds:
        return change
    parts = (c for c in changes if "split" in c.kinds and c.old == change.old)
    every = dict.fromkeys(v for c in parts for v in (c.new, *c.others) if v is not None)
    return replace(change, others=tuple(every))


def _in_files(facts: Facts, touched: Sequence[Touched], names: Sequence[str]) -> Iterator[Use]:
    """Where files, and types, tables and macros that are named, came to have a name more or less.

    That tells of fields, constants, variables.
    """
    few = touched[:_WIDE]
    blobs = {blob: t.path for t in few for blob in (t.old, t.new) if blob is not None}
    texts = {blob: text or b"" for blob, text in facts.clone.history.blobs.sources(blobs)}
    sides = [tuple(texts[b] if b else b"" for b in (file.old, file.new)) for file in few]
    for name in names:
        found = []
        for file, (old, new) in zip(few, sides, strict=True):
            was, now = times(old, name), times(new, name)
            if was != now:
                found.append((file, Use(name, file.path, was, now)))
        renamed = sum(u.before for _, u in found) == sum(u.after for _, u in found)
        yield from (u for f, u in found if not renamed or (f.old and f.new))
    if len(names) > 1 and len(few) <= FILES_READ:
        for file, (old, new) in zip(few, sides, strict=True):
            yield from in_blocks(file.path, old, new, names)


def _renamed(
    one: Occurrence, pairs: Sequence[FilePair], changes: Sequence[Change]
) -> Occurrence:  # fmt: skip
    """An occurrence with the moves of calls that a commit renamed while it moved them."""
    for event in one.events:
        old, new = event.change.old, event.change.new
        if old is None or new is None or old.name == new.name or one.symbol != old.name:
            continue
        began = list(shifts(pairs, changes, new.name))
        moved: list[Shift] = across(one.shifts, began)
        if moved:
            extra = (*one.shifts, *moved)
            return Occurrence(
                one.commit, one.symbol, one.events, extra, one.reorders, one.uses, new.name
            )
    return one


def of_commit(facts: Facts, commit: CommitId) -> list[Occurrence]:
    """What a commit did: to the calls that it moved, if it is about them, else to functions."""
    parents = facts.commit(commit).parents
    parent = parents[0] if parents else None
    changes = facts.past.changes(commit, parent)
    found = []
    for name in moved_calls(changes):
        moves = [m.shift for m in facts.calls_at(name, [commit]) if m.shift.how == "to function"]
        found += [Occurrence(commit, name, (), tuple(moves))] if moves else []
    events = tuple(Event(commit, parent, change) for change in changes)
    return found or [Occurrence(commit, "", events)]
