"""The names that a change uses and a target has not got, and who gave each."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.adapters.git import blame, searching
from minekvm.adapters.git.objects import Missing
from minekvm.analyses.needs.target import Target, note, read
from minekvm.core.c.definitions import scan
from minekvm.core.file_kinds import HEADERS
from minekvm.core.model import BlobId, CommitId, Function, Gap
from minekvm.core.needs.lines import Span, writers
from minekvm.core.needs.model import Reason
from minekvm.core.needs.names import gives, parameters, spellings, used, words
from minekvm.core.origins.lines import FileEdit

_FILES = 60  # of a change of which the names are looked at
_NAMES = 60  # names of a change that are looked for
_GIVEN = 12  # names of which it is asked who gave them
_DIFFERING = 8_000  # files that differ of which the names are read
_DEFINING = 40  # differing files with a name that are compared for its parameters
_LOOKED = 24  # commits in which a name's beginning is looked for


Differing = Mapping[str, tuple[BlobId | None, BlobId | None]]
"""Files that differ, with their blobs in the target and where the change was made."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is looked at for names: its edits, and its files as it left them."""

    commit: CommitId
    base: CommitId
    edits: tuple[FileEdit, ...]

    @property
    def added(self) -> dict[str, list[bytes]]:
        """The lines that it adds, by path."""
        return {e.path: [line for h in e.hunks for line in h.new] for e in self.edits}


def change_of(target: Target, base: CommitId, commit: CommitId) -> Change:
    """A commit read for its names."""
    edits, gaps = blame.edits(target.clone.shadow, commit, base, _FILES)
    note(target.clone, gaps)
    return Change(commit, base, edits[:_FILES])


def by_names(target: Target, change: Change) -> tuple[dict[CommitId, list[Reason]], list[Gap]]:
    """The commits that gave what a change uses and the target has not got, or has otherwise."""
    found: dict[CommitId, list[Reason]] = {}
    gaps = []
    differ = _likely(target, change)
    for name, paths in _lacking(target, change, differ):
        giver, seen = _giver(target, change, name, paths)
        if giver is None and not seen:
            continue  # nobody between them changed a line with it
        if giver is None:
            why = "the target has no such name, and who gave it is not seen"
            gaps.append(Gap(name, why, commit=change.commit))
            continue
        commit, what = giver
        text = f"gave {_called(name, what)}, which the change uses and the target has not got"
        found.setdefault(commit, []).append(Reason("names", what, "observed", text))
    for commit, reason in _other_parameters(target, change, differ):
        found.setdefault(commit, []).append(reason)
    return found, gaps


def _called(name: str, what: str) -> str:
    known = ("function", "operation")
    return f"{name}()" if what in known else f"the {what} {name}"


def _foreign(target: Target, change: Change) -> list[str]:
    """The names that a change adds to files that the target's own have not got, nor it gives."""
    names: dict[str, None] = {}
    for edit in change.edits:
        source = read(target.clone, change.commit, edit.path)
        if source is None:
            continue
        mine = target.read(edit.path) or target.read(edit.old_path) or b""
        known = words(mine)
        here = used(edit.path, source, edit.hunks)
        names |= dict.fromkeys(n for n in here if n.encode("utf-8", "surrogateescape") not in known)
    added = change.added
    return [n for n in names if not any(gives(p, lines, n) for p, lines in added.items())]


def _lacking(target: Target, change: Change, differ: Differing) -> list[tuple[str, list[str]]]:
    """The names that a change uses and a target has nowhere, with the files of its base that have
    them and differ."""
    names = _foreign(target, change)[:_NAMES]
    every = {word: name for name in names for word in spellings(name)}
    there = _having(target, differ, every)
    wanted = {word: name for word, name in every.items() if name in there}
    for paths in (_near(change.edits), searching.EVERYWHERE):
        found = searching.words_in(target.clone.shadow, target.commit, wanted, paths)
        has = {wanted[word] for word in found if _counts(word, wanted[word])}
        wanted = {w: n for w, n in wanted.items() if n not in has}
    left = [name for name in names if name in wanted.values()]
    return [(name, there[name]) for name in left[:_GIVEN]]


def _having(target: Target, differ: Differing, every: Mapping[str, str]) -> dict[str, list[str]]:
    """The differing files whose version where the change was made has a name, by name."""
    found: dict[str, list[str]] = {}
    blobs = {new: path for path, (_, new) in differ.items() if new is not None}
    if not every:
        return found
    text = b"|".join(re.escape(word.encode("utf-8", "surrogateescape")) for word in every)
    pattern = re.compile(rb"\b(?:" + text + rb")\b")
    contents = target.clone.repository.objects.read_many(blobs)
    for path, data in zip(blobs.values(), contents, strict=True):
        if isinstance(data, Missing):
            continue
        for word in dict.fromkeys(pattern.findall(data)):
            found.setdefault(every[word.decode("utf-8", "surrogateescape")], []).append(path)
    return found


def _counts(word: str, name: str) -> bool:
    """Whether a word that stands somewhere tells that the name is there: any but a short part."""
    return word == name or "_" in word


def _near(edits: Iterable[FileEdit]) -> list[str]:
    """The headers, and what lies in the folders of a change."""
    folders = {posixpath.dirname(e.path) for e in edits}
    return [*searching.HEADERS, *(f":(top,literal){f}" for f in sorted(folders) if f)]


def _giver(
    target: Target, change: Change, name: str, paths: Sequence[str]
) -> tuple[tuple[CommitId, str] | None, bool]:
    """The oldest commit between target and change that gave a name, and what it gave; and whether
    any changed a line with it."""
    git_dir = target.clone.shadow
    seen = False
    for word in spellings(name):
        commits = searching.changing(git_dir, word, change.base, target.commit, paths)
        seen = seen or bool(commits)
        for commit in commits[:_LOOKED]:
            what = _given(target, commit, name)
            if what:
                return (commit, what), True
    return None, seen


def _given(target: Target, commit: CommitId, name: str) -> str:
    parents = target.clone.history.commit(commit).parents
    if len(parents) > 1:
        return ""
    edits, _ = blame.edits(target.clone.shadow, commit, next(iter(parents), None), 200)
    for edit in edits:
        what = gives(edit.path, (line for h in edit.hunks for line in h.new), name)
        if what:
            return what
    return ""


def _other_parameters(
    target: Target, change: Change, differ: Differing
) -> Iterator[tuple[CommitId, Reason]]:
    """Who gave functions that a change calls another number of parameters than the target has."""
    calls: dict[str, None] = {}
    for edit in change.edits:
        source = read(target.clone, change.commit, edit.path)
        if source is not None:
            calls |= dict.fromkeys(used(edit.path, source, edit.hunks))
    both = {p: sides for p, sides in differ.items() if None not in sides}
    having = _having(target, both, {name: name for name in list(calls)[:_NAMES]})
    paths = list(dict.fromkeys(path for some in having.values() for path in some))
    for path in paths[:_DEFINING]:
        here, there = (_functions(target, c, path) for c in (target.commit, change.base))
        for name in calls:
            old, new = here.get(name), there.get(name)
            if old is None or new is None:
                continue
            counts = parameters(old.signature, name), parameters(new.signature, name)
            if None not in counts and counts[0] != counts[1]:
                yield from _changed(target, change, path, new, counts)


def _likely(target: Target, change: Change) -> Differing:
    """The files that differ and may matter: the change's own folders, headers, Kconfig."""
    folders = {posixpath.dirname(e.path) for e in change.edits}
    differ = searching.differing(target.clone.shadow, target.commit, change.base)
    near = {p: sides for p, sides in differ.items() if posixpath.dirname(p) in folders}
    seen = {p: s for p, s in differ.items() if p.endswith((*HEADERS, ".S")) or "Kconfig" in p}
    return dict([*near.items(), *seen.items()][:_DIFFERING])


def _functions(target: Target, commit: CommitId, path: str) -> dict[str, Function]:
    source = read(target.clone, commit, path)
    found = [] if source is None else [f for f in scan(source) if f.kind == "function"]
    return {f.name: f for f in found}


def _changed(
    target: Target, change: Change, path: str, new: Function, counts: tuple[int | None, ...]
) -> Iterator[tuple[CommitId, Reason]]:
    """The commits that changed the head of a definition."""
    clone = target.clone
    blob = clone.repository.blob(change.base, path)
    if blob is None:
        return
    past = blame.Past(stop=target.commit)
    past.read(clone.shadow, change.base, [path])
    head = new.text.partition(b"{")[0].count(b"\n")
    span = Span(new.start_line, new.start_line + head)
    for commit in writers(past.records, {path: (blob, [span])}):
        parents = clone.history.commit(commit).parents
        before = _functions(target, parents[0], path).get(new.name) if parents else None
        after = _functions(target, commit, path).get(new.name)
        if before is None or after is None:
            continue
        sides = parameters(before.signature, new.name), parameters(after.signature, new.name)
        if sides[0] != sides[1]:
            text = (
                f"gave {new.name}() {sides[1]} parameters, as the change calls it;"
                f" the target's has {counts[0]}"
            )
            yield commit, Reason("names", "parameters", "observed", text)
