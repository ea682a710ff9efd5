"""Follow one symbol back: file histories and single-commit changes -> a graph of events.

The walk goes from a definition to its parents along the commits that changed its file. While a
parent's definition is the same, nothing happened; where the name is absent from every parent, the
ladder of `core.events` says where it came from, and the walk goes on there.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from minekvm.core.events import changes, edit_change, pair_variants
from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    FileHistory,
    FilePair,
    Function,
    FunctionVersion,
    Gap,
    Kind,
    Node,
)
from minekvm.core.similarity import Body, could_reach, similarity

# Kinds after which the story goes on in the old definition.
_CONTINUES = frozenset(("renamed", "moved", "renamed+moved", "split", "merged", "superseded"))
# Kinds that an edit may carry beside: what left the body, and what came into it.
_BESIDE = frozenset(("split", "superseded", "extracted", "inlined", "merged"))
_REWORKED = 0.55  # likeness below which an edit may hide a wrapper, a split or a merge
_REVIVED = 0.3  # likeness from which a former definition of the name is the same function
_COPY, _COPY_NAMED = 0.85, 0.7  # likeness asked of an original under another, or the same, name
_TELLING = 20  # tokens from which a body's copy tells anything
_SEASON = 100 * 24 * 3600  # seconds within which a copied function's original goes away


class History(Protocol):
    """What the walk asks of a clone."""

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents."""

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at a commit, so that what came before is not known."""

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The definitions of a name in the file as a node left it."""

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        """The definitions of a name in the other files of a path's folder, at a commit."""

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        """The file that a commit gave this path to by renaming it, or None."""

    def pairs(self, commit: CommitId, parent: CommitId | None) -> list[FilePair]:
        """The source files that differ between a commit and a parent."""


@dataclass
class _Step:
    """A definition standing at a node; `after` is the event that led here, by index."""

    file: FileHistory
    node: Node
    body: Body
    after: int | None


@dataclass
class Tracer:
    """One walk; `events` and `gaps` grow as it goes."""

    history: History
    rev: CommitId
    first_ancestor: bool = False
    through_extractions: bool = False
    events: list[Event] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _below: dict[CommitId, dict[CommitId, None]] = field(default_factory=dict)
    _seen: dict[tuple[str, CommitId, str, bytes, str], None] = field(default_factory=dict)
    _todo: list[_Step] = field(default_factory=list)
    _known: dict[tuple[CommitId, CommitId | None], list[Change]] = field(default_factory=dict)
    _recorded: dict[tuple[object, ...], int] = field(default_factory=dict)

    def follow(
        self, path: str, start: CommitId, function: Function, after: int | None = None
    ) -> None:
        """Follow the definition that `path` holds at `start`, down to its introduction."""
        self._enter(path, start, function, after)
        while self._todo:
            self._walk(self._todo.pop())

    def follow_former(self, path: str, start: CommitId, name: str) -> bool:
        """Follow the last life of a name that the file no longer defines at `start`.

        What ended it is the first event. False where the file never defined the name.
        """
        file = self.history.file_history(path, start)
        for node in file.nodes.values():
            if self.history.definitions(file, node, name):
                continue
            below = [file.nodes[p] for p in node.parents if p in file.nodes]
            lacking = [n for n in below if not self.history.definitions(file, n, name)]
            if len(lacking) == len(below) or self._ever_had(file, lacking, name):
                continue  # nothing ended here, or a merge took the side which had ended it
            last = [(n, body) for n in below for body in self._bodies(file, n, name)]
            for older, body in last:
                index = self._ended(node, body)
                self._go(node.id, _Step(file, older, body, index))
            while self._todo:
                self._walk(self._todo.pop())
            if last:
                return True
        return False

    def _ever_had(self, file: FileHistory, nodes: Sequence[Node], name: str) -> bool:
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

    def _ended(self, node: Node, last: Body) -> int:
        """Record what became of a definition that a commit ended; the index of its event."""
        parents = self.history.commit(node.id).parents
        for parent in parents:
            ends = [
                c
                for c in self._commit_changes(node.id, parent)
                if c.old is not None and _is(c.old, last.version)
            ]
            if ends:
                indexes = [self._append(Event(node.id, parent, c), None) for c in ends]
                return indexes[0]
        change = Change(("removed",), last.version, None, "absent from then on", 1.0)
        return self._append(Event(node.id, parents[0] if parents else None, change), None)

    def newest_first(self) -> tuple[Event, ...]:
        """The events, no commit before one that was walked on the way to it, newer first else."""
        at: defaultdict[CommitId, list[Event]] = defaultdict(list)
        for event in self.events:
            at[event.commit].append(event)
        waiting = Counter(older for below in self._below.values() for older in below)
        rank = {c: (-self.history.commit(c).committed, i) for i, c in enumerate(at)}
        free = [c for c in dict.fromkeys([*self._below, *at]) if not waiting[c]]
        ready = [(rank[c], c) for c in free if c in at]
        passing = [c for c in free if c not in at]
        heapq.heapify(ready)
        order: list[Event] = []
        while passing or ready:
            commit = passing.pop() if passing else heapq.heappop(ready)[1]
            order += at.get(commit, [])
            for older in self._below.get(commit, ()):
                waiting[older] -= 1
                if not waiting[older] and older in at:
                    heapq.heappush(ready, (rank[older], older))
                elif not waiting[older]:
                    passing.append(older)
        return tuple(order)

    # --- the walk

    def _enter(
        self,
        path: str,
        start: CommitId,
        function: Function,
        after: int | None,
        above: CommitId | None = None,
    ) -> None:
        """Go on in the definition that `path` holds at `start`, from the commit `above`."""
        file = self.history.file_history(path, start)
        if file.top is None:
            self.gaps.append(Gap(f"history of {path}", "no commit changed it", start, path))
            return
        top = file.nodes[file.top]
        body = self._standing(file, top, function)
        if body is None:
            why = f"{function.name} is not in the version that its history ends with"
            self.gaps.append(Gap(f"history of {path}", why, start, path))
            return
        self._go(above, _Step(file, top, body, after))

    def _go(self, above: CommitId | None, step: _Step) -> None:
        """Have a step walked, which lies below a commit."""
        self._lies_below(above, step.node.id)
        self._todo.append(step)

    def _lies_below(self, above: CommitId | None, commit: CommitId) -> None:
        if above is not None and above != commit:
            self._below.setdefault(above, {})[commit] = None

    def _standing(self, file: FileHistory, node: Node, function: Function) -> Body | None:
        """The definition at a node that a function seen elsewhere is."""
        here = self._bodies(file, node, function.name)
        same = [b for b in here if b.function.text == function.text]
        exact = [b for b in same if b.function.condition == function.condition]
        if exact or same:
            return (exact or same)[0]
        return here[0] if len(here) == 1 else None

    def _bodies(self, file: FileHistory, node: Node, name: str) -> list[Body]:
        found = self.history.definitions(file, node, name)
        return [Body(FunctionVersion(file.path, f), i) for i, f in enumerate(found)]

    def _walk(self, step: _Step) -> None:
        """Go down from one definition while nothing happens, then note what did."""
        while True:
            function = step.body.function
            key = (
                step.file.path,
                step.node.id,
                function.name,
                function.text,
                function.condition,
            )
            if key in self._seen:
                return
            self._seen[key] = None
            partners = self._partners(step)
            equal = [(n, b) for n, b in partners if b.function.text == function.text]
            if not equal:
                self._happened(step, partners)
                return
            if self.first_ancestor:
                del equal[1:]
            elif len(step.node.parents) == 1:
                self._absorbed(step, equal[0][0])
            for node, body in equal[1:]:
                self._go(step.node.id, _Step(step.file, node, body, step.after))
            self._lies_below(step.node.id, equal[0][0].id)
            step = _Step(step.file, equal[0][0], equal[0][1], step.after)

    def _absorbed(self, step: _Step, before: Node) -> None:
        """Note and follow variants that went into this one at a commit that left it as it was."""
        name = step.body.name
        if len(self._bodies(step.file, before, name)) <= len(
            self._bodies(step.file, step.node, name)
        ):
            return
        for parent in self.history.commit(step.node.id).parents:
            for change in self._commit_changes(step.node.id, parent):
                into = change.new is not None and _is(change.new, step.body.version)
                if into and "merged" in change.kinds and change.old is not None:
                    index = self._record(step, parent, change)
                    self._enter(change.old.path, parent, change.old.function, index, step.node.id)

    def _partners(self, step: _Step) -> list[tuple[Node, Body]]:
        """The definitions in the node's parents that this one continues, at most one a parent."""
        found = []
        name = step.body.name
        mine = self._bodies(step.file, step.node, name)
        for parent in step.node.parents:
            node = step.file.nodes.get(parent)
            if node is None:
                continue
            pairs, _, _ = pair_variants(self._bodies(step.file, node, name), mine)
            found += [
                (node, old) for old, new in pairs if new.function.start == step.body.function.start
            ]
        return found

    def _happened(self, step: _Step, partners: list[tuple[Node, Body]]) -> None:
        """The definition is not what its parents hold: an edit, a merge's work, or a birth."""
        real = self.history.commit(step.node.id).parents
        if not partners:
            before = [step.file.nodes[p] for p in step.node.parents if p in step.file.nodes]
            if all(self.history.readable(node) for node in before):
                self._born(step, real)
        elif len(real) > 1:
            self._merged_differently(step, partners, real)
        else:
            node, old = partners[0]
            parent = real[0] if real else None
            if self._reworked(step, old) and self._passed_on(step, old, real):
                self._born(step, real)
                return
            index = self._edited(step, old, parent)
            self._go(step.node.id, _Step(step.file, node, old, index))

    def _passed_on(self, step: _Step, old: Body, real: Sequence[CommitId]) -> bool:
        """Whether the name passed to another body here, so that `old` is no ancestor."""
        return any(
            c.new is not None
            and _is(c.new, step.body.version)
            and not (c.old is not None and _is(c.old, old.version))
            and {"renamed", "moved", "renamed+moved"} & set(c.kinds)
            for p in real
            for c in self._commit_changes(step.node.id, p)
        )

    def _edited(self, step: _Step, old: Body, parent: CommitId | None) -> int:
        change = edit_change(old, step.body)
        assert change is not None, "equal definitions were told apart"
        if "modified" in change.kinds and self._reworked(step, old):
            change = self._with_parts(step, old, parent, change)
        return self._record(step, parent, change)

    def _reworked(self, step: _Step, old: Body) -> bool:
        """Whether an edit went so deep, or lost a twin, that more than an edit may be behind it."""
        parents = [step.file.nodes[p] for p in step.node.parents if p in step.file.nodes]
        name = step.body.name
        twins = max((len(self._bodies(step.file, n, name)) for n in parents), default=0)
        if twins > len(self._bodies(step.file, step.node, name)):
            return True
        return similarity(old, step.body) < _REWORKED

    def _with_parts(
        self, step: _Step, old: Body, parent: CommitId | None, change: Change
    ) -> Change:
        """Add to an edit what the rest of its commit says of it; follow what was merged into it."""
        kinds, rule = list(change.kinds), change.rule
        into: list[FunctionVersion] = []
        out: list[FunctionVersion] = []
        for other in self._commit_changes(step.node.id, parent):
            if other.old is None or other.new is None:
                continue
            from_here = _is(other.old, old.version) and not _is(other.new, step.body.version)
            to_here = _is(other.new, step.body.version) and not _is(other.old, old.version)
            told = [k for k in other.kinds if k in _BESIDE]
            if told and (from_here or to_here):
                kinds += [k for k in told if k not in kinds]
                rule = other.rule
                (out if from_here else into).append(other.new if from_here else other.old)
            if to_here and "merged" in other.kinds and parent is not None:
                index = self._record(step, parent, other)
                self._enter(other.old.path, parent, other.old.function, index, step.node.id)
        others = tuple(dict.fromkeys(into or out))
        return Change(tuple(kinds), change.old, change.new, rule, change.score, others)

    def _merged_differently(
        self, step: _Step, partners: list[tuple[Node, Body]], real: Sequence[CommitId]
    ) -> None:
        """A merge whose definition is none of its parents': clean, by hand, or across a move."""
        olds = [old for _, old in partners]
        elsewhere: list[tuple[CommitId, Change]] = []
        if len(partners) < len(step.node.parents) or len(partners) < len(real):
            elsewhere = self._sources(step, real, skip=len(partners))
        by_hand = not _woven(step.body, [*olds, *(_body(c) for _, c in elsewhere)])
        if len(partners) == 1 and not elsewhere:
            by_hand = True
        for node, old in partners:
            index = step.after
            if by_hand:
                change = edit_change(old, step.body)
                if change is not None:
                    parent = self._real_parent(step, node, real)
                    index = self._record(step, parent, change)
            self._go(step.node.id, _Step(step.file, node, old, index))
            if self.first_ancestor:
                return
        for parent, change in elsewhere:
            assert change.old is not None
            self._enter(change.old.path, parent, change.old.function, step.after, step.node.id)

    def _real_parent(self, step: _Step, node: Node, real: Sequence[CommitId]) -> CommitId:
        """Which real parent a rewritten one stands for: the same place, where none was dropped."""
        if len(step.node.parents) == len(real):
            return real[step.node.parents.index(node.id)]
        return node.id if node.id in real else real[0]

    def _sources(
        self, step: _Step, real: Sequence[CommitId], skip: int = 0
    ) -> list[tuple[CommitId, Change]]:
        """Where the definition came from according to each real parent's diff; may be empty."""
        found = []
        for parent in real:
            along = self._along(step, parent)
            if along is not None:
                found.append((parent, along))
                continue
            for change in self._commit_changes(step.node.id, parent):
                if change.old is None or change.new is None:
                    continue
                if not _is(change.new, step.body.version):
                    continue
                if skip and (change.old.path, change.old.name) == (step.file.path, step.body.name):
                    continue
                if _CONTINUES & set(change.kinds) or "file-renamed" in change.kinds:
                    found.append((parent, change))
        return found

    def _along(self, step: _Step, parent: CommitId) -> Change | None:
        """The definition in a file that was renamed here, under the same name; None if not so."""
        pair = self.history.renamed_file(step.node.id, parent, step.file.path)
        if pair is None:
            return None
        for change in _file_renames(pair):
            if change.new is not None and _is(change.new, step.body.version):
                return change
        return None

    # --- births

    def _born(self, step: _Step, real: Sequence[CommitId]) -> None:
        """The name stands in no parent's version of the file: moved, renamed, revived or new."""
        found = self._sources(step, real)
        if self.first_ancestor:
            found.sort(key=lambda f: -f[1].score)
            del found[1:]
        for parent, change in found:
            assert change.old is not None
            index = self._record(step, parent, change)
            self._enter(change.old.path, parent, change.old.function, index, step.node.id)
        if found:
            return
        first = real[0] if real else None
        if self._revived(step, first) or (first is not None and self._copied(step, first)):
            return
        if self.history.cut_off(step.node.id):
            return
        kinds: tuple[Kind, ...] = ("introduced",)
        extracted = [
            (p, c)
            for p in real
            for c in self._commit_changes(step.node.id, p)
            if c.new is not None and _is(c.new, step.body.version) and "extracted" in c.kinds
        ]
        if not extracted:
            change = Change(kinds, None, step.body.version, "no like of it vanished", 1.0)
            self._record(step, first, change)
        for parent, source in extracted[:1] if self.first_ancestor else extracted:
            change = Change(
                (*kinds, "extracted"), source.old, source.new, source.rule, source.score
            )
            index = self._record(step, parent, change)
            if self.through_extractions and source.old is not None:
                self._enter(source.old.path, parent, source.old.function, index, step.node.id)

    def _revived(self, step: _Step, parent: CommitId | None) -> bool:
        """Look for an earlier life of the name in the same file; go on there if there was one."""
        seen: set[CommitId] = {step.node.id}
        layer = [step.node]
        while layer:
            below: list[Node] = []
            for child in layer:
                for id_ in child.parents:
                    node = step.file.nodes.get(id_)
                    if node is None or id_ in seen:
                        continue
                    seen.add(id_)
                    former = self._bodies(step.file, node, step.body.name)
                    if former and child is step.node:
                        return False  # not revived: a variant beside one that stood before
                    if not former:
                        below.append(node)
                        continue
                    best = max(former, key=lambda b: similarity(b, step.body))
                    if similarity(best, step.body) < _REVIVED:
                        return False
                    self._record_revival(step, parent, child, node, best)
                    return True
            layer = below
        return False

    def _record_revival(
        self, step: _Step, parent: CommitId | None, removed_at: Node, node: Node, former: Body
    ) -> None:
        back = Change(("added",), None, step.body.version, "came back after a removal", 1.0)
        index = self._record(step, parent, back)
        gone = Change(("removed",), former.version, None, "absent until it came back", 1.0)
        real = self.history.commit(removed_at.id).parents
        event = Event(removed_at.id, real[0] if real else None, gone)
        index = self._append(event, index)
        self._lies_below(step.node.id, removed_at.id)
        self._go(removed_at.id, _Step(step.file, node, former, index))

    def _copied(self, step: _Step, parent: CommitId) -> bool:
        """Look for an original that stayed for a while and was removed later; go on there.

        A series often adds the new function, turns its callers to it and removes the old one last:
        no single diff shows the move.
        """
        body, best, likeness = step.body, None, 0.0
        for version in self._standing_beside(step, parent):
            other = Body(version)
            least = _COPY_NAMED if other.name == body.name else _COPY
            if not could_reach(other, body, max(least, likeness)):
                continue
            alike = similarity(other, body)
            if alike >= max(least, likeness) and self._removed_soon(step, version):
                best, likeness = version, alike
        if best is None or len(body.body) < _TELLING:
            return False
        moved, renamed = best.path != step.file.path, best.name != body.name
        kind: Kind = "renamed" if not moved else "renamed+moved" if renamed else "moved"
        rule = "copied first, the original removed soon after"
        index = self._record(step, parent, Change((kind,), best, body.version, rule, likeness))
        self._enter(best.path, parent, best.function, index, step.node.id)
        return True

    def _standing_beside(self, step: _Step, parent: CommitId) -> list[FunctionVersion]:
        """Functions that stood before and after the commit: in its files, or of the same name."""
        found = self.history.namesakes(parent, step.file.path, step.body.name)
        for pair in self.history.pairs(step.node.id, parent):
            if pair.old_path is None:
                continue
            kept = {f.name for f in pair.new}
            found += [FunctionVersion(pair.old_path, f) for f in pair.old if f.name in kept]
        here = (step.file.path, step.body.name)
        return [v for v in found if (v.path, v.name) != here]

    def _removed_soon(self, step: _Step, version: FunctionVersion) -> bool:
        """Whether a definition that stood beside the new one went away within a season."""
        added = self.history.commit(step.node.id).committed
        file = self.history.file_history(version.path, self.rev)
        for node in file.nodes.values():
            if self.history.definitions(file, node, version.name):
                if node.id == file.top:
                    return False
                continue
            removed = self.history.commit(node.id).committed
            if 0 <= removed - added <= _SEASON and self._removes(node, version):
                return True
        return False

    def _removes(self, node: Node, version: FunctionVersion) -> bool:
        """Whether a commit ended a definition for good, rather than renaming or moving it."""
        return any(
            "removed" in change.kinds
            and change.old is not None
            and (change.old.path, change.old.name) == (version.path, version.name)
            for parent in self.history.commit(node.id).parents
            for change in self._commit_changes(node.id, parent)
        )

    # --- what single commits say

    def _commit_changes(self, commit: CommitId, parent: CommitId | None) -> list[Change]:
        """The ladder's changes of one (commit, parent) pair, with file renames; computed once."""
        if (commit, parent) not in self._known:
            pairs = self.history.pairs(commit, parent)
            found = changes(pairs, self.history.commit(commit).message)
            found += [c for pair in pairs for c in _file_renames(pair)]
            self._known[commit, parent] = found
        return self._known[commit, parent]

    def _record(self, step: _Step, parent: CommitId | None, change: Change) -> int:
        return self._append(Event(step.node.id, parent, change), step.after)

    def _append(self, event: Event, after: int | None) -> int:
        key = (event.commit, event.parent, event.change)
        index = self._recorded.get(key)
        if index is None:
            index = self._recorded[key] = len(self.events)
            self.events.append(event)
        return index


def changes_of(history: History, commit: CommitId, parent: CommitId | None) -> list[Change]:
    """Every function-level change between a commit and one parent."""
    return changes(history.pairs(commit, parent), history.commit(commit).message)


def _file_renames(pair: FilePair) -> list[Change]:
    """Functions that only came along with their file, which no rung of the ladder speaks of."""
    if pair.old_path is None or pair.new_path is None or pair.old_path == pair.new_path:
        return []
    old = [Body(FunctionVersion(pair.old_path, f), i) for i, f in enumerate(pair.old)]
    new = [Body(FunctionVersion(pair.new_path, f), i) for i, f in enumerate(pair.new)]
    found = []
    for name in dict.fromkeys(b.name for b in new):
        pairs, _, _ = pair_variants(
            [b for b in old if b.name == name], [b for b in new if b.name == name]
        )
        for a, b in pairs:
            kinds: tuple[Kind, ...] = ("file-renamed",)
            edit = edit_change(a, b)
            if edit is not None:
                kinds += edit.kinds
            found.append(Change(kinds, a.version, b.version, "its file was renamed", 1.0))
    return found


def _is(a: FunctionVersion, b: FunctionVersion) -> bool:
    return a.path == b.path and a.name == b.name and a.function.text == b.function.text


def _body(change: Change) -> Body:
    assert change.old is not None
    return Body(change.old)


def _woven(result: Body, parents: Sequence[Body]) -> bool:
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
