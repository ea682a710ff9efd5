"""Lines that a commit brought -> where they came from, as its other files and its message show."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Protocol

from minekvm.adapters.git.file_changes import FileChange
from minekvm.analyses.blame.copied import originals
from minekvm.clone.clone import Clone
from minekvm.core.blame import mass
from minekvm.core.blame.descent import Descent, Marks, Stop
from minekvm.core.blame.edit import Edit
from minekvm.core.blame.elsewhere import LEAST, Old, nearness, origins
from minekvm.core.blame.ignored import IGNORE_FILE
from minekvm.core.blame.lines import is_telling, key, split, weight
from minekvm.core.blame.model import How, LookedThrough
from minekvm.core.file_kinds import is_code
from minekvm.core.model import BlobId, Commit, CommitId, FileHistory, Node

_FILES = 40  # files of a commit that lines may have come from
_BESIDE = 12  # files beside that tell what a commit of many files renames
_OLDER = 400  # versions among which a reverted commit is looked for
_NEAR = 12  # versions among which lines are looked for that came back unsaid
_RUN = 3  # telling lines in a row that came back unsaid, or more; all hand-set
_REVERTS = ("revert", "reapply", "reland", "back out", "backed out", "undo")


class Carrying(Protocol):
    """The walk that lines stopped in."""

    clone: Clone
    rev: CommitId
    ignored: frozenset[str]
    descent: Descent
    looked_through: dict[CommitId, LookedThrough]

    def content(self, blob: BlobId, path: str) -> bytes | None:
        """A file's bytes; None where they cannot be read."""

    def enter_before(
        self, path: str, blob: BlobId, commit: CommitId, parent: CommitId
    ) -> tuple[FileHistory, Node] | None:
        """A file as it stood before a commit; None where its history does not say."""


class Stopped:
    """What stopped at one commit of a file; `settle` passes on what it can, and gives the rest."""

    def __init__(
        self, carrying: Carrying, stop: Stop, changed: Mapping[CommitId, Sequence[FileChange]]
    ) -> None:
        self._carrying = carrying
        self._stop = stop
        self._changed = changed
        self._descent = carrying.descent
        self._path = stop.file.path
        self._born: dict[CommitId, Edit] = {}
        self._explained: set[int] = set()  # lines that stood in other files of the commit

    @cached_property
    def _commit(self) -> Commit:
        return self._carrying.clone.history.commit(self._stop.node.id)

    @cached_property
    def _parents(self) -> list[Node]:
        """The versions of the file that the commit's parents had."""
        nodes = self._stop.file.nodes
        found = [nodes[p] for p in self._stop.node.parents if p in nodes]
        return [node for node in found if node.blob is not None]

    @cached_property
    def _new(self) -> bytes | None:
        blob = self._stop.node.blob
        return None if blob is None else self._carrying.content(blob, self._path)

    @cached_property
    def _lines(self) -> list[bytes]:
        return split(self._new or b"")

    @cached_property
    def _edits(self) -> list[tuple[Node, Edit]]:
        blob = self._stop.node.blob
        found = []
        for node in self._parents:
            assert node.blob is not None
            edit = None if blob is None else self._descent.edit(self._path, node.blob, blob)
            if edit is not None:
                found.append((node, edit))
        return found

    @cached_property
    def _missing(self) -> list[int]:
        """The lines of the file, from 1, that stood in no parent's version, whoever asks."""
        sides = [set(edit.fresh()) for _, edit in self._edits]
        sides += [set(edit.fresh()) for edit in self._born.values()]
        if not sides:
            return list(range(1, len(self._lines) + 1))
        return sorted(set.intersection(*sides))

    def settle(self) -> Marks:
        """Pass on what came from elsewhere; what is left the commit wrote."""
        rest = self._stop.marks
        if self._carrying.clone.history.cut_off(self._stop.node.id) or not self._changed:
            return rest
        steps = self._renamed, self._looked_through, self._elsewhere, self._brought_back
        for step in (*steps, self._copied_first):
            if rest and self._new is not None:
                rest = step(rest)
        return rest

    # --- a file that came with its history

    def _renamed(self, rest: Marks) -> Marks:
        """Through a rename of the file, where no parent had it under this name."""
        if self._parents:
            return rest
        for parent, changes in self._changed.items():
            change = next((c for c in changes if c.path == self._path != c.old_path), None)
            if change is None or change.old is None or change.new is None or not rest:
                continue
            edit = self._descent.edit(change.old_path, change.old, change.new)
            at = self._before(change, parent)
            if edit is None or at is None:
                continue
            self._born[parent] = edit
            went, rest = self._descent.through(edit, rest, self._stop.node.id)
            self._descent.pass_on(went, "file-renamed", self._stop.node.id)
            self._descent.enter_at(*at, went)
        return rest

    def _before(self, change: FileChange, parent: CommitId) -> tuple[FileHistory, Node] | None:
        assert change.old is not None
        return self._carrying.enter_before(change.old_path, change.old, self._stop.node.id, parent)

    # --- commits that tell nothing

    def _looked_through(self, rest: Marks) -> Marks:
        """Through a commit that the project ignores, or that renames all over the tree."""
        files = max(map(len, self._changed.values()))
        if self._commit.id in self._carrying.ignored:
            why, pairs = f"listed in {IGNORE_FILE}", mass.replaced
        elif files >= mass.MANY and self._names:
            names = self._names
            shown = ", ".join(
                f"{o.decode('latin-1')} -> {n.decode('latin-1')}" for o, n in names.items()
            )
            why = f"{files} files: renames {shown}"

            def pairs(edit: Edit) -> Iterator[tuple[int, int]]:
                return mass.through_renaming(edit, names)
        else:
            return rest
        for node, edit in self._edits:
            stood: dict[int, tuple[int, How]] = {
                new: (old, "looked through") for new, old in pairs(edit)
            }
            went, rest = self._moved(rest, stood, edit.old_lines)
            if went:
                self._carrying.looked_through[self._commit.id] = LookedThrough(self._commit.id, why)
            self._descent.enter_at(self._stop.file, node, went)
        return rest

    @cached_property
    def _names(self) -> Mapping[bytes, bytes]:
        """What the commit renames in this file and in some beside."""
        beside = []
        for changes in self._changed.values():
            for change in islice((c for c in changes if c.path != self._path), _BESIDE):
                if change.old is not None and change.new is not None and is_code(change.path):
                    edit = self._descent.edit(change.path, change.old, change.new)
                    beside += [edit] if edit is not None else []
        return mass.names_of([*(e for _, e in self._edits), *beside], self._commit.subject)

    # --- other files

    def _elsewhere(self, rest: Marks) -> Marks:
        """Into the files that the commit took lines from."""
        says = weight([key(self._lines[line - 1]) for line in self._missing])
        if says < LEAST or not any(is_telling(key(self._lines[line - 1])) for line, _ in rest):
            return rest
        for parent, changes in self._changed.items():
            sources = list(self._sources(changes))
            olds = [old for _, old in sources]
            if not olds or not rest:
                continue
            found = origins(self._lines, self._missing, olds)
            self._explained |= found.keys()
            for number, (change, old) in enumerate(sources):
                stood = {
                    line: (o.line, self._way(change, o.line))
                    for line, o in found.items()
                    if o.file == number
                }
                if not stood:
                    continue
                at = self._before(change, parent)
                if at is not None:
                    went, rest = self._moved(rest, stood, old.lines)
                    self._descent.enter_at(*at, went)
        return rest

    def _sources(self, changes: Sequence[FileChange]) -> Iterator[tuple[FileChange, Old]]:
        """The files that lost lines, the nearest first."""
        wanted = {key(self._lines[line - 1]) for line in self._missing}
        wanted = {k for k in wanted if is_telling(k)}
        ending = posixpath.splitext(self._path)[1]
        fit = [
            c
            for c in changes
            if c.old is not None
            and c.path != self._path
            and (is_code(c.old_path) if is_code(self._path) else c.old_path.endswith(ending))
        ]
        signs = 3 if len(fit) > _FILES else 2  # names tell only where some are left out
        fit.sort(key=lambda c: nearness(self._path, c.old_path, stays=c.new is not None)[:signs])
        for change in fit[:_FILES]:
            assert change.old is not None
            edit = None
            if change.new is not None:
                edit = self._descent.edit(change.old_path, change.old, change.new)
                if edit is None or not edit.lost(wanted):
                    continue
            content = self._carrying.content(change.old, change.old_path)
            if content is not None:
                lines = split(content)
                free = range(len(lines)) if edit is None else [line - 1 for line in edit.gone()]
                yield change, Old(change.old_path, lines, frozenset(free))

    def _way(self, change: FileChange, line: int) -> How:
        """How a line came out of a file: with its definition, or out of one that stayed."""
        if change.new is None or not is_code(change.old_path):
            return "moved"
        blobs = self._carrying.clone.history.blobs
        assert change.old is not None
        before = blobs.scanned(change.old, change.old_path)
        inside = next((f for f in before if f.start_line <= line <= f.end_line), None)
        stayed = {f.name for f in blobs.scanned(change.new, change.path)}
        return "extracted" if inside is not None and inside.name in stayed else "moved"

    def _moved(
        self,
        rest: Marks,
        stood: Mapping[int, tuple[int, How]],
        old: Sequence[bytes],
    ) -> tuple[Marks, Marks]:
        """Marks at the lines they stood at, and those that stood nowhere.

        A token goes along where its line says the same.
        """
        went: Marks = {}
        left: Marks = {}
        for (line, token), numbers in rest.items():
            before, how = stood.get(line, (0, "moved"))
            same = token < 0 or (before and key(old[before - 1]) == key(self._lines[line - 1]))
            if not before or not same:
                left[line, token] = numbers
                continue
            went.setdefault((before, token), []).extend(numbers)
            self._descent.pass_on({(before, token): numbers}, how, self._stop.node.id)
        return went, left

    def _copied_first(self, rest: Marks) -> Marks:
        """Into a file that had the lines, and lost them only later."""
        if len(self._changed) != 1:
            return rest
        asked = self._carrying.clone, self._carrying.rev, self._commit, self._path
        left = {line for line, _ in rest}
        missing = [line for line in self._missing if line not in self._explained]
        if not left.intersection(missing):
            return rest
        found = originals(*asked, self._lines, missing, is_new=len(missing) == len(self._lines))
        for file, node, stood, lines in found:
            told: dict[int, tuple[int, How]] = {
                line: (origin.line, "copied first") for line, origin in stood.items()
            }
            went, rest = self._moved(rest, told, lines)
            self._descent.enter_at(file, node, went)
            if not rest:
                break
        return rest

    # --- what had been there before

    def _brought_back(self, rest: Marks) -> Marks:
        """Into the version that a revert brought lines back from, said or not."""
        for node in self._former():
            if not rest or node.blob is None or self._stop.node.blob is None:
                continue
            edit = self._descent.edit(self._path, node.blob, self._stop.node.blob)
            if edit is None:
                continue
            went, rest = self._descent.through(edit, rest, self._stop.node.id)
            self._descent.pass_on(went, "brought back", self._stop.node.id)
            self._descent.enter_at(self._stop.file, node, went)
        return rest

    def _former(self) -> Iterator[Node]:
        """The versions that lines may have come back from: those before what is reverted, then
        those near in which several lines stood in a row."""
        nodes = self._stop.file.nodes
        message = self._commit.message
        if any(word in message.lower() for word in _REVERTS):
            from minekvm.core.messages.read import read

            for mention in read(message).mentions:
                if mention.kind != "reverts":
                    continue
                reverted = self._reverted(mention.hash, mention.subject)
                if reverted is not None:
                    yield from (nodes[p] for p in reverted.parents if p in nodes)
        runs = list(self._runs())
        for node in self._older(_NEAR if runs else 0):
            content = None if node.blob is None else self._carrying.content(node.blob, self._path)
            if content is not None and any(run in content for run in runs):
                yield node
                return

    def _older(self, most: int) -> Iterator[Node]:
        """The next older versions of the file; none where its history passes the commit by."""
        nodes = self._stop.file.nodes
        if self._stop.node.id in nodes:
            yield from islice(nodes.after(self._stop.node.id), most)

    def _reverted(self, hash_: str, subject: str) -> Node | None:
        """The commit of the file's history that a message names, by hash or subject."""
        from minekvm.core.messages.subjects import folded

        history = self._carrying.clone.history
        for node in self._older(_OLDER):
            if hash_ and node.id.startswith(hash_):
                return node
            if not hash_ and subject and folded(history.commit(node.id).subject) == folded(subject):
                return node
        return None

    def _runs(self) -> Iterator[bytes]:
        """The texts of rows of lines, long enough to be told, that stood in no parent's version."""
        missing = self._missing
        start = 0
        for place in range(1, len(missing) + 1):
            if place < len(missing) and missing[place] == missing[place - 1] + 1:
                continue
            lines = self._lines[missing[start] - 1 : missing[place - 1]]
            if sum(is_telling(key(line)) for line in lines) >= _RUN:
                yield b"\n".join(lines) + b"\n"
            start = place
