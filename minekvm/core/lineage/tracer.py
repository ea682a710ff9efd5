"""Follow one symbol back: file histories and single-commit changes -> a graph of events.

The walk goes from a definition to its parents along the commits that changed its file. While a
parent's definition is the same, nothing happened; where the name is absent from every parent, the
ladder of `core.events` says where it came from, and the walk goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.core.kinds import BEGINS, BESIDE
from minekvm.core.lineage.behind import (
    Step,
    copied,
    former_life,
    partners,
    passed_on,
    real_parent,
    reworked,
    sources,
    went_on,
)
from minekvm.core.lineage.edits import edit_change
from minekvm.core.lineage.order import Trail
from minekvm.core.lineage.past import History, Known, Past, same, woven
from minekvm.core.lineage.similarity import Body
from minekvm.core.lineage.ways import Point, Ways
from minekvm.core.model import (
    Change,
    CommitId,
    Event,
    Function,
    FunctionVersion,
    Gap,
    Kind,
    Node,
)


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
        self.ways = Ways()
        self.gaps: list[Gap] = []
        self._first_ancestor = first_ancestor
        self._through_extractions = through_extractions
        self._seen: dict[tuple[str, CommitId, str, bytes, str], Point] = {}
        self._todo: list[Step] = []

    def follow(self, path: str, start: CommitId, function: Function) -> Point:
        """Follow the definition that `path` holds at `start`, down to its introduction.

        Returns the point from which `ways` lead to its events.
        """
        head = self.ways.place()
        self._enter(path, start, function, way=head)
        while self._todo:
            self._walk(self._todo.pop())
        return head

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
                self._go(node.id, Step(file, older, body, self._ended(node, body)))
            while self._todo:
                self._walk(self._todo.pop())
            if last:
                return True
        return False

    def _ended(self, node: Node, last: Body) -> Point:
        """Record what became of a definition that a commit ended; what lies below goes on there."""
        parents = self.past.history.commit(node.id).parents
        for parent in parents:
            ends = [
                c
                for c in self.past.changes(node.id, parent, last.version)
                if c.old is not None and same(c.old, last.version)
            ]
            if ends:
                told = [Event(node.id, parent, went_on(self.past, node, last, c)) for c in ends]
                return self.ways.place(*(self._note(event, 0) for event in told))
        change = Change(("removed",), last.version, None, "absent from then on", 1.0)
        return self._note(Event(node.id, parents[0] if parents else None, change), 0)

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
        way: Point = 0,
    ) -> None:
        """Go on in the definition that `path` holds at `start`, from `above`, by a way."""
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
        self._go(above, Step(file, top, body, way))

    def _go(self, above: CommitId | None, step: Step) -> None:
        """Have a step walked, which lies below a commit."""
        self.trail.lies_below(above, step.node.id)
        self._todo.append(step)

    def _walk(self, step: Step) -> None:
        """Go down from one definition while nothing happens, then note what did."""
        step.way = self.ways.place(step.way)
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
                self.ways.lead(step.way, self._seen[key])
                return
            self._seen[key] = step.way
            before = partners(self.past, step)
            equal = [(n, b) for n, b in before if b.function.text == function.text]
            if not equal:
                self._happened(step, before)
                return
            if self._first_ancestor:
                del equal[1:]
            elif len(step.node.parents) == 1:
                self._absorbed(step, equal[0][0])
            for node, body in equal[1:]:
                self._go(step.node.id, Step(step.file, node, body, step.way))
            self.trail.lies_below(step.node.id, equal[0][0].id)
            step = Step(step.file, *equal[0], self.ways.place(step.way))

    def _absorbed(self, step: Step, before: Node) -> None:
        """Note and follow variants that went into this one at a commit that left it as it was."""
        name = step.body.name
        if len(self.past.bodies(step.file, before, name)) <= len(
            self.past.bodies(step.file, step.node, name)
        ):
            return
        for parent in self.past.history.commit(step.node.id).parents:
            for change in self.past.changes(step.node.id, parent, step.body.version):
                into = change.new is not None and same(change.new, step.body.version)
                if into and "merged" in change.kinds and change.old is not None:
                    event = self._record(step, parent, change)
                    self._follow_on(step, parent, change.old, event)

    def _happened(self, step: Step, partners: list[tuple[Node, Body]]) -> None:
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
            deep = reworked(self.past, step, old)
            if deep and passed_on(self.past, step, old, real):
                self._born(step, real)
                return
            event = self._edited(step, old, parent, deep)
            self._go(step.node.id, Step(step.file, node, old, event))

    def _edited(self, step: Step, old: Body, parent: CommitId | None, deep: bool) -> Point:
        """Note an edit; of a `deep` one, what else may be behind it."""
        change = edit_change(old, step.body)
        assert change is not None, "equal definitions were told apart"
        if "modified" in change.kinds and deep:
            change = self._with_parts(step, old, parent, change)
        return self._record(step, parent, change)

    def _with_parts(self, step: Step, old: Body, parent: CommitId | None, change: Change) -> Change:
        """Add to an edit what the rest of its commit says of it; follow what was merged into it."""
        kinds, rule = list(change.kinds), change.rule
        into: list[FunctionVersion] = []
        out: list[FunctionVersion] = []
        for other in self.past.changes(step.node.id, parent, step.body.version):
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
                self._follow_on(step, parent, other.old, self._record(step, parent, other))
        others = tuple(dict.fromkeys(into or out))
        return Change(tuple(kinds), change.old, change.new, rule, change.score, others)

    def _merged_differently(
        self, step: Step, partners: list[tuple[Node, Body]], real: Sequence[CommitId]
    ) -> None:
        """A merge whose definition is none of its parents': clean, by hand, or across a move."""
        olds = [old for _, old in partners]
        elsewhere: list[tuple[CommitId, Change]] = []
        if len(partners) < len(step.node.parents) or len(partners) < len(real):
            elsewhere = sources(self.past, step, real, skip=len(partners))
        by_hand = not woven(step.body, [*olds, *(Body(c.old) for _, c in elsewhere if c.old)])
        if len(partners) == 1 and not elsewhere:
            by_hand = True
        for node, old in partners:
            way = step.way
            change = edit_change(old, step.body) if by_hand else None
            if change is not None:
                way = self._record(step, real_parent(step, node, real), change)
            self._go(step.node.id, Step(step.file, node, old, way))
            if self._first_ancestor:
                return
        for parent, change in elsewhere:
            assert change.old is not None
            self._follow_on(step, parent, change.old, step.way)

    # --- births

    def _born(self, step: Step, real: Sequence[CommitId]) -> None:
        """The name stands in no parent's version of the file: moved, renamed, revived or new."""
        found = sources(self.past, step, real)
        if self._first_ancestor:
            found.sort(key=lambda f: -f[1].score)
            del found[1:]
        for parent, change in found:
            assert change.old is not None
            self._follow_on(step, parent, change.old, self._record(step, parent, change))
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
            for c in self.past.changes(step.node.id, p, step.body.version)
            if c.new is not None and same(c.new, step.body.version) and "extracted" in c.kinds
        ]
        if not extracted:
            begins = self.past.history.begins(step.node.id, first)
            rule = BEGINS if begins else "no like of it vanished"
            self._record(step, first, Change(kinds, None, step.body.version, rule, 1.0))
        for parent, source in extracted[:1] if self._first_ancestor else extracted:
            change = Change(
                (*kinds, "extracted"), source.old, source.new, source.rule, source.score
            )
            event = self._record(step, parent, change)
            if self._through_extractions and source.old is not None:
                self._follow_on(step, parent, source.old, event)

    def _revived(self, step: Step, parent: CommitId | None) -> bool:
        """Look for an earlier life of the name in the same file; go on there if there was one."""
        life = former_life(self.past, step)
        if life is None:
            return False
        self._record_revival(step, parent, *life)
        return True

    def _record_revival(
        self, step: Step, parent: CommitId | None, removed_at: Node, node: Node, former: Body
    ) -> None:
        back = Change(("added",), None, step.body.version, "came back after a removal", 1.0)
        returned = self._record(step, parent, back)
        gone = Change(("removed",), former.version, None, "absent until it came back", 1.0)
        real = self.past.history.commit(removed_at.id).parents
        event = self._note(Event(removed_at.id, real[0] if real else None, gone), returned)
        self.trail.lies_below(step.node.id, removed_at.id)
        self._go(removed_at.id, Step(step.file, node, former, event))

    def _copied(self, step: Step, parent: CommitId) -> bool:
        """Go on in an original that stayed for a while and was removed later, if there was one."""
        change = copied(self.past, step, parent)
        if change is None or change.old is None:
            return False
        self._follow_on(step, parent, change.old, self._record(step, parent, change))
        return True

    def _follow_on(self, step: Step, parent: CommitId, old: FunctionVersion, way: Point) -> None:
        """Go on in what a definition comes from, as a parent has it."""
        self._enter(old.path, parent, old.function, step.node.id, way)

    def _record(self, step: Step, parent: CommitId | None, change: Change) -> Point:
        return self._note(Event(step.node.id, parent, change), step.way)

    def _note(self, event: Event, above: Point) -> Point:
        """Keep an event, and the way to it."""
        self.trail.note(event)
        return self.ways.event(event, above)
