"""What a clone's past says of definitions, one question at a time.

The walk of `core.lineage` asks these questions; none of them decides where it goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from minekvm.core.kinds import BEGINS
from minekvm.core.lineage.edits import edit_change, pair_variants
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.similarity import Body
from minekvm.core.model import (
    BlobId,
    Change,
    Commit,
    CommitId,
    FileHistory,
    FilePair,
    Function,
    FunctionVersion,
    Kind,
    Node,
)

_BODIES_KEPT = 64  # versions of a file whose definitions of a name are at hand

Known = dict[tuple[CommitId, CommitId | None, tuple[str, str] | None], list[Change]]
"""What commits did to functions, by commit and parent; of wide ones also by the place asked of."""


class History(Protocol):
    """What the walk asks of a clone."""

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents."""

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at a commit, so that what came before is not known."""

    def begins(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether history begins with a commit: it has no parent, or imports what has a past."""

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The definitions of a name in the file as a node left it."""

    def definitions_alone(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The same, of a name that is asked about at this node alone."""

    def defined(self, file: FileHistory, node: Node, names: Sequence[str]) -> set[str]:
        """Which of some names the file as a node left it defines."""

    def lacking(self, file: FileHistory, node: Node, names: Sequence[str]) -> list[str]:
        """Those of some names that stand nowhere in the file as a node left it."""

    def crossed(
        self, commit: CommitId, parent: CommitId | None, names: Sequence[str], *, came: bool
    ) -> bool:
        """Whether a commit's files began (`came`) to define one of some names, or ceased to."""

    def named_more(self, file: FileHistory, before: Node, after: Node, name: str) -> bool:
        """Whether the file names something more often as a node left it than as another did."""

    def named_elsewhere(
        self, commit: CommitId, parent: CommitId | None, name: str, path: str
    ) -> bool:
        """Whether another of a commit's files than `path` names something more often after it."""

    def standing(self, names: Sequence[str], commit: CommitId) -> list[FunctionVersion]:
        """The definitions of some names in the whole tree of a commit."""

    def following(self, commit: CommitId, rev: CommitId, most: int) -> Sequence[CommitId]:
        """The first commits after one on the way to a revision, oldest first."""

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        """The definitions of a name in the other files of a path's folder, at a commit."""

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        """The file that a commit gave this path to by renaming it, or None."""

    def is_wide(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether a commit changed so many files that only some of them are compared."""

    def pairs(
        self, commit: CommitId, parent: CommitId | None, about: FunctionVersion | None = None
    ) -> list[FilePair]:
        """The source files that differ between a commit and a parent.

        Of a wide commit those alone that concern a definition, where one is asked about.
        """


@dataclass
class Past:
    """Answers from a clone's history, as seen from `rev`.

    What is dear is kept in `known`, which several walks through one history may share.
    """

    history: History
    rev: CommitId
    known: Known = field(default_factory=dict)
    _bodies: dict[tuple[str, BlobId | None, str], list[Body]] = field(default_factory=dict)

    def standing(self, file: FileHistory, node: Node, function: Function) -> Body | None:
        """The definition at a node that a function seen elsewhere is."""
        here = self.bodies(file, node, function.name)
        alike = [b for b in here if b.function.text == function.text]
        exact = [b for b in alike if b.function.condition == function.condition]
        if exact or alike:
            return (exact or alike)[0]
        return here[0] if len(here) == 1 else None

    def bodies(self, file: FileHistory, node: Node, name: str) -> list[Body]:
        """The definitions of a name in a file as a node left it."""
        key = (file.path, node.blob, name)
        if key not in self._bodies:
            if len(self._bodies) == _BODIES_KEPT:
                self._bodies.clear()
            found = self.history.definitions(file, node, name)
            bodies = [Body(FunctionVersion(file.path, f), i) for i, f in enumerate(found)]
            self._bodies[key] = bodies
        return self._bodies[key]

    def ever_had(self, file: FileHistory, nodes: Sequence[Node], name: str) -> bool:
        """Whether a name was defined at one of some nodes or before."""
        seen: set[CommitId] = set()
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if node.id in seen:
                continue
            seen.add(node.id)
            if self.history.definitions(file, node, name):
                return True
            todo += [file.nodes[p] for p in node.parents if p in file.nodes]
        return False

    def changes(
        self, commit: CommitId, parent: CommitId | None, about: FunctionVersion | None = None
    ) -> list[Change]:
        """The ladder's changes of one (commit, parent) pair, with file renames; computed once.

        Of a wide commit those alone that concern a definition, where one is asked about.
        """
        place = None
        if about is not None and self.history.is_wide(commit, parent):
            place = about.path, about.name
        if (commit, parent, place) not in self.known:
            pairs = self.history.pairs(commit, parent, about)
            found = begun(
                self.history, commit, parent, changes(pairs, self.history.commit(commit).message)
            )
            found += [c for pair in pairs for c in _file_renames(pair)]
            self.known[commit, parent, place] = found
        return self.known[commit, parent, place]

    def along(self, commit: CommitId, parent: CommitId, version: FunctionVersion) -> Change | None:
        """How a definition came along with its file, which a commit renamed; None if not so."""
        pair = self.history.renamed_file(commit, parent, version.path)
        if pair is None:
            return None
        for change in _file_renames(pair):
            if change.new is not None and same(change.new, version):
                return change
        return None


def changes_of(history: History, commit: CommitId, parent: CommitId | None) -> list[Change]:
    """Every function-level change between a commit and one parent."""
    found = changes(history.pairs(commit, parent), history.commit(commit).message)
    return begun(history, commit, parent, found)


def begun(
    history: History, commit: CommitId, parent: CommitId | None, found: list[Change]
) -> list[Change]:
    """Changes, with what was only there when the history began as such."""
    if not any("added" in change.kinds for change in found) or not history.begins(commit, parent):
        return found
    return [replace(c, rule=BEGINS) if c.kinds == ("added",) else c for c in found]


def _file_renames(pair: FilePair) -> list[Change]:
    """Functions that only came along with their file, which no rung of the ladder speaks of."""
    if pair.old_path is None or pair.new_path is None or pair.old_path == pair.new_path:
        return []
    old = _by_name(pair.old_path, pair.old)
    found = []
    for name, new in _by_name(pair.new_path, pair.new).items():
        pairs, _, _ = pair_variants(old.get(name, []), new)
        for a, b in pairs:
            kinds: tuple[Kind, ...] = ("file-renamed",)
            edit = edit_change(a, b)
            if edit is not None:
                kinds += edit.kinds
            found.append(Change(kinds, a.version, b.version, "its file was renamed", 1.0))
    return found


def _by_name(path: str, functions: Sequence[Function]) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = {}
    for nth, function in enumerate(functions):
        found.setdefault(function.name, []).append(Body(FunctionVersion(path, function), nth))
    return found


def same(a: FunctionVersion, b: FunctionVersion) -> bool:
    """Whether two versions are one definition: place, name and text."""
    return a.path == b.path and a.name == b.name and a.function.text == b.function.text


def woven(result: Body, parents: Sequence[Body]) -> bool:
    """Whether a merged text holds only its parents' lines and all that they share.

    The rule of git's dense combined diff, on sets of lines: what every parent has was kept, and
    what the result has some parent had.
    """
    if not parents:
        return False
    lines = [Counter(p.function.text.split(b"\n")) for p in parents]
    have, shared = lines[0].copy(), lines[0].copy()
    for other in lines[1:]:
        have |= other
        shared &= other
    mine = Counter(result.function.text.split(b"\n"))
    return not (mine - have) and not (shared - mine)
