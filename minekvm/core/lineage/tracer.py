"""Follow one symbol back: file histories and single-commit changes -> a graph of events.

The walk goes from a definition to its parents along the commits that changed its file. While a
parent's definition is the same, nothing happened; where the name is absent from every parent, the
ladder of `core.events` says where it came from, and the walk goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.core.kinds import BESIDE, CONTINUES, WHOLE
from minekvm.core.lineage.edits import differences, edit_change, pair_variants
from minekvm.core.lineage.order import Trail
from minekvm.core.lineage.past import History, Known, Past, same, woven
from minekvm.core.lineage.similarity import Body, similarity
from minekvm.core.lineage.succession import original, successor
from minekvm.core.model import (
    Change,
    CommitId,
    Event,
    FileHistory,
    Function,
    FunctionVersion,
    Gap,
    Kind,
    Node,
)

_REWORKED = 0.55  # likeness below which an edit may hide a wrapper, a split or a merge
_PIECE = 8  # tokens by which a body shrinks or grows that lost or took in a part
_ASKED = 8  # called functions that are looked up in the file
_REVIVED = 0.3  # likeness from which a former definition of the name is the same function


@dataclass
class _Step:
    """A definition standing at a node."""

    file: FileHistory
    node: Node
    body: Body


class Tracer:
    """One walk; `trail` and `gaps` grow as it goes."""

    def __init__(
        self,
        history: History,
        rev: CommitId,
        first_ancestor: bool = False,
        through_extractions: bool = False,
        known: Known | None = None,
    ) -> None:
        """`first_ancestor`: one line where it parts; `through_extractions`: on into the sources.

        `known` is shared by the walks of one question.
        """
        self.past = Past(history, rev, {} if known is None else known)
        self.trail = Trail()
        self.gaps: list[Gap] = []
        self._first_ancestor = first_ancestor
        self._through_extractions = through_extractions
        self._seen: set[tuple[str, CommitId, str, bytes, str]] = set()
        self._todo: list[_Step] = []

    def follow(self, path: str, start: CommitId, function: Function) -> None:
        """Follow the definition that `path` holds at `start`, down to its introduction."""
        self._enter(path, start, function)
        while self._todo:
            self._walk(self._todo.pop())

    def follow_former(self, path: str, start: CommitId, name: str) -> bool:
        """Follow the last life of a name that the file no longer defines at `start`.

        What ended it is the first event. False where the file never defined the name.
        """
        file = self.past.history.file_history(path, start)
        for node in file.nodes.values():
            if self.past.history.definitions(file, node, name):
                continue
            below = [file.nodes[p] for p in node.parents if p in file.nodes]
            lacking = [n for n in below if not self.past.history.definitions(file, n, name)]
            if len(lacking) == len(below) or self.past.ever_had(file, lacking, name):
                continue  # nothing ended here, or a merge took the side which had ended it
            last = [(n, body) for n in below for body in self.past.bodies(file, n, name)]
            for older, body in last:
                self._ended(node, body)
                self._go(node.id, _Step(file, older, body))
            while self._todo:
                self._walk(self._todo.pop())
            if last:
                return True
        return False

    def _ended(self, node: Node, last: Body) -> None:
        """Record what became of a definition that a commit ended."""
        parents = self.past.history.commit(node.id).parents
        for parent in parents:
            ends = [
                c
                for c in self.past.changes(node.id, parent)
                if c.old is not None and same(c.old, last.version)
            ]
            for change in ends:
                self.trail.note(Event(node.id, parent, self._went_on(node, last, change)))
            if ends:
                return
        change = Change(("removed",), last.version, None, "absent from then on", 1.0)
        self.trail.note(Event(node.id, parents[0] if parents else None, change))

    def _went_on(self, node: Node, last: Body, change: Change) -> Change:
        """A removal, with the copy as which the definition went on, if one was made before."""
        if change.new is not None:
            return change
        found = successor(self.past, node.id, last)
        if found is None:
            return change
        rule = "copied first, the original removed later"
        return Change(change.kinds, change.old, None, rule, found.likeness, (found.version,))

    def newest_first(self) -> tuple[Event, ...]:
        """The events found so far, in an order that no child breaks."""
        return self.trail.newest_first(lambda c: self.past.history.commit(c).committed)

    # --- the walk

    def _enter(
        self,
        path: str,
        start: CommitId,
        function: Function,
        above: CommitId | None = None,
    ) -> None:
        """Go on in the definition that `path` holds at `start`, from the commit `above`."""
        file = self.past.history.file_history(path, start)
        if file.top is None:
            self.gaps.append(Gap(f"history of {path}", "no commit changed it", start, path))
            return
        top = file.nodes[file.top]
        body = self.past.standing(file, top, function)
        if body is None:
            why = f"{function.name} is not in the version that its history ends with"
            self.gaps.append(Gap(f"history of {path}", why, start, path))
            return
        self._go(above, _Step(file, top, body))

    def _go(self, above: CommitId | None, step: _Step) -> None:
        """Have a step walked, which lies below a commit."""
        self.trail.lies_below(above, step.node.id)
        self._todo.append(step)

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
            self._seen.add(key)
            partners = self._partners(step)
            equal = [(n, b) for n, b in partners if b.function.text == function.text]
            if not equal:
                self._happened(step, partners)
                return
            if self._first_ancestor:
                del equal[1:]
            elif len(step.node.parents) == 1:
                self._absorbed(step, equal[0][0])
            for node, body in equal[1:]:
                self._go(step.node.id, _Step(step.file, node, body))
            self.trail.lies_below(step.node.id, equal[0][0].id)
            step = _Step(step.file, equal[0][0], equal[0][1])

    def _absorbed(self, step: _Step, before: Node) -> None:
        """Note and follow variants that went into this one at a commit that left it as it was."""
        name = step.body.name
        if len(self.past.bodies(step.file, before, name)) <= len(
            self.past.bodies(step.file, step.node, name)
        ):
            return
        for parent in self.past.history.commit(step.node.id).parents:
            for change in self.past.changes(step.node.id, parent):
                into = change.new is not None and same(change.new, step.body.version)
                if into and "merged" in change.kinds and change.old is not None:
                    self._record(step, parent, change)
                    self._enter(change.old.path, parent, change.old.function, step.node.id)

    def _partners(self, step: _Step) -> list[tuple[Node, Body]]:
        """The definitions in the node's parents that this one continues, at most one a parent."""
        found = []
        name = step.body.name
        mine = self.past.bodies(step.file, step.node, name)
        for parent in step.node.parents:
            node = step.file.nodes.get(parent)
            if node is None:
                continue
            pairs, _, _ = pair_variants(self.past.bodies(step.file, node, name), mine)
            found += [
                (node, old) for old, new in pairs if new.function.start == step.body.function.start
            ]
        return found

    def _happened(self, step: _Step, partners: list[tuple[Node, Body]]) -> None:
        """The definition is not what its parents hold: an edit, a merge's work, or a birth."""
        real = self.past.history.commit(step.node.id).parents
        if not partners:
            before = [step.file.nodes[p] for p in step.node.parents if p in step.file.nodes]
            if all(self.past.history.readable(node) for node in before):
                self._born(step, real)
        elif len(real) > 1:
            self._merged_differently(step, partners, real)
        else:
            node, old = partners[0]
            parent = real[0] if real else None
            if self._reworked(step, old) and self._passed_on(step, old, real):
                self._born(step, real)
                return
            self._edited(step, old, parent)
            self._go(step.node.id, _Step(step.file, node, old))

    def _passed_on(self, step: _Step, old: Body, real: Sequence[CommitId]) -> bool:
        """Whether the name passed to another body here, so that `old` is no ancestor."""
        return any(
            c.new is not None
            and same(c.new, step.body.version)
            and not (c.old is not None and same(c.old, old.version))
            and WHOLE & set(c.kinds)
            for p in real
            for c in self.past.changes(step.node.id, p)
        )

    def _edited(self, step: _Step, old: Body, parent: CommitId | None) -> None:
        change = edit_change(old, step.body)
        assert change is not None, "equal definitions were told apart"
        if "modified" in change.kinds and self._reworked(step, old):
            change = self._with_parts(step, old, parent, change)
        self._record(step, parent, change)

    def _reworked(self, step: _Step, old: Body) -> bool:
        """Whether more than an edit may be behind one.

        It went deep, or lost a twin, or functions that it began or ceased to call came or went.
        """
        parents = [step.file.nodes[p] for p in step.node.parents if p in step.file.nodes]
        name = step.body.name
        twins = max((len(self.past.bodies(step.file, n, name)) for n in parents), default=0)
        if twins > len(self.past.bodies(step.file, step.node, name)):
            return True
        if similarity(old, step.body) < _REWORKED:
            return True
        return any(self._calls_passed(step, parent, old) for parent in parents)

    def _calls_passed(self, step: _Step, parent: Node, old: Body) -> bool:
        """Whether called functions that came or went may have taken the body's place, or it theirs.

        An extraction shrinks a body and calls what came; an inlining lets it grow and a call go.
        The file, or the message, must know of what came or went.
        """
        new = step.body
        growth = len(new.body) - len(old.body)
        if abs(growth) < _PIECE:
            return False
        calls = new.calls - old.words if growth < 0 else old.calls - new.words
        names = sorted(w.decode("latin-1") for w in calls)[:_ASKED]
        if not names:
            return False
        message = self.past.history.commit(step.node.id).message
        if any(name in message for name in names):
            return True
        has, lacks = (step.node, parent) if growth < 0 else (parent, step.node)
        return any(
            self.past.history.definitions(step.file, has, name)
            and not self.past.history.definitions(step.file, lacks, name)
            for name in names
        )

    def _with_parts(
        self, step: _Step, old: Body, parent: CommitId | None, change: Change
    ) -> Change:
        """Add to an edit what the rest of its commit says of it; follow what was merged into it."""
        kinds, rule = list(change.kinds), change.rule
        into: list[FunctionVersion] = []
        out: list[FunctionVersion] = []
        for other in self.past.changes(step.node.id, parent):
            if other.old is None or other.new is None:
                continue
            from_here = same(other.old, old.version) and not same(other.new, step.body.version)
            to_here = same(other.new, step.body.version) and not same(other.old, old.version)
            told = [k for k in other.kinds if k in BESIDE]
            if told and (from_here or to_here):
                kinds += [k for k in told if k not in kinds]
                rule = other.rule
                (out if from_here else into).append(other.new if from_here else other.old)
            if to_here and "merged" in other.kinds and parent is not None:
                self._record(step, parent, other)
                self._enter(other.old.path, parent, other.old.function, step.node.id)
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
        by_hand = not woven(step.body, [*olds, *(Body(c.old) for _, c in elsewhere if c.old)])
        if len(partners) == 1 and not elsewhere:
            by_hand = True
        for node, old in partners:
            if by_hand:
                change = edit_change(old, step.body)
                if change is not None:
                    parent = self._real_parent(step, node, real)
                    self._record(step, parent, change)
            self._go(step.node.id, _Step(step.file, node, old))
            if self._first_ancestor:
                return
        for parent, change in elsewhere:
            assert change.old is not None
            self._enter(change.old.path, parent, change.old.function, step.node.id)

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
            along = self.past.along(step.node.id, parent, step.body.version)
            if along is not None:
                found.append((parent, along))
                continue
            for change in self.past.changes(step.node.id, parent):
                if change.old is None or change.new is None:
                    continue
                if not same(change.new, step.body.version):
                    continue
                if skip and (change.old.path, change.old.name) == (step.file.path, step.body.name):
                    continue
                if CONTINUES & set(change.kinds):
                    found.append((parent, change))
        return found

    # --- births

    def _born(self, step: _Step, real: Sequence[CommitId]) -> None:
        """The name stands in no parent's version of the file: moved, renamed, revived or new."""
        found = self._sources(step, real)
        if self._first_ancestor:
            found.sort(key=lambda f: -f[1].score)
            del found[1:]
        for parent, change in found:
            assert change.old is not None
            self._record(step, parent, change)
            self._enter(change.old.path, parent, change.old.function, step.node.id)
        if found:
            return
        first = real[0] if real else None
        if self._revived(step, first) or (first is not None and self._copied(step, first)):
            return
        if self.past.history.cut_off(step.node.id):
            return
        kinds: tuple[Kind, ...] = ("introduced",)
        extracted = [
            (p, c)
            for p in real
            for c in self.past.changes(step.node.id, p)
            if c.new is not None and same(c.new, step.body.version) and "extracted" in c.kinds
        ]
        if not extracted:
            change = Change(kinds, None, step.body.version, "no like of it vanished", 1.0)
            self._record(step, first, change)
        for parent, source in extracted[:1] if self._first_ancestor else extracted:
            change = Change(
                (*kinds, "extracted"), source.old, source.new, source.rule, source.score
            )
            self._record(step, parent, change)
            if self._through_extractions and source.old is not None:
                self._enter(source.old.path, parent, source.old.function, step.node.id)

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
                    former = self.past.bodies(step.file, node, step.body.name)
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
        self._record(step, parent, back)
        gone = Change(("removed",), former.version, None, "absent until it came back", 1.0)
        real = self.past.history.commit(removed_at.id).parents
        self.trail.note(Event(removed_at.id, real[0] if real else None, gone))
        self.trail.lies_below(step.node.id, removed_at.id)
        self._go(removed_at.id, _Step(step.file, node, former))

    def _copied(self, step: _Step, parent: CommitId) -> bool:
        """Go on in an original that stayed for a while and was removed later, if there was one."""
        found = original(self.past, step.node.id, parent, step.body)
        if found is None:
            return False
        old, alike = found.version, found.likeness
        moved, renamed = old.path != step.file.path, old.name != step.body.name
        kind: Kind = "renamed" if not moved else "renamed+moved" if renamed else "moved"
        kinds = (kind, *(k for k in differences(Body(old), step.body) if k != "attributes"))
        rule = "copied first, the original removed later"
        self._record(step, parent, Change(kinds, old, step.body.version, rule, alike))
        self._enter(old.path, parent, old.function, step.node.id)
        return True

    def _record(self, step: _Step, parent: CommitId | None, change: Change) -> None:
        self.trail.note(Event(step.node.id, parent, change))
