"""Follow a declaration or a member back: file histories and one commit's changes to events.

The walk goes down a file's commits while the declaration's text stays; where it changed, both
versions are compared; where it is in no parent's file, what the whole commit did to declarations
says where it came from, and the walk goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from minekvm.core.declarations import Declaration, Declared
from minekvm.core.declared.compare import DeclaredPair, changes, compared
from minekvm.core.declared.versions import part, whole
from minekvm.core.kinds import BEGINS
from minekvm.core.lineage.order import Trail
from minekvm.core.lineage.ways import Point, Ways
from minekvm.core.model import Change, Commit, CommitId, Event, FileHistory, FunctionVersion, Node


class History(Protocol):
    """What the walk asks of a clone."""

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents."""

    def begins(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether history begins with a commit."""

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""

    def declared(self, file: FileHistory, node: Node) -> tuple[Declaration, ...]:
        """What the file as a node left it declares."""

    def stands(self, file: FileHistory, node: Node, declaration: Declaration) -> bool:
        """Whether a declaration's very text stands in the file as a node left it."""

    def declared_pairs(
        self, commit: CommitId, parent: CommitId | None, word: str = "", path: str = ""
    ) -> list[DeclaredPair]:
        """The files that differ between a commit and a parent, with what they declare.

        With a `word` those alone that have it more or less often than before, and `path`.
        """


class Tracer:
    """One walk; `trail` and `ways` grow as it goes."""

    def __init__(self, history: History) -> None:
        self.trail = Trail()
        self.ways = Ways()
        self.functions: list[tuple[CommitId, FunctionVersion, Point]] = []  # to go on in
        self._history = history
        self._changes: dict[tuple[CommitId, CommitId | None, str, str], list[Change]] = {}
        self._seen: dict[tuple[str, CommitId, str, str, str], Point] = {}
        self._todo: list[tuple[FileHistory, Node, Declaration, str, Point]] = []

    def follow(self, path: str, start: CommitId, declaration: Declaration, member: str) -> Point:
        """Follow what a file declares at a commit, or one `member` of it by its full name.

        Returns the point from which `ways` lead to its events.
        """
        head = self.ways.place()
        self._enter(path, start, declaration, member, head)
        while self._todo:
            self._walk(*self._todo.pop())
        return head

    def end(self, path: str, rev: CommitId, declaration: Declaration, member: str) -> bool:
        """Follow what a file declared some time, from the commit that ended it; False where a
        file's history has no such."""
        file = self._history.file_history(path, rev)
        for node in file.nodes.values():
            if self._standing(file, node, declaration, member) is not None:
                continue
            for parent in node.parents:
                older = file.nodes.get(parent)
                last = self._standing(file, older, declaration, member) if older else None
                if older is None or last is None:
                    continue
                way = self._ended(node, Declared(path, last), member)
                self.trail.lies_below(node.id, older.id)
                self._todo.append((file, older, last, member, way))
                while self._todo:
                    self._walk(*self._todo.pop())
                return True
        return False

    def _ended(self, node: Node, last: Declared, member: str) -> Point:
        """Tell what became of a declaration that a commit ended."""
        version = self._version(last, member)
        assert version is not None
        real = self._history.commit(node.id).parents
        for parent in real:
            for change in self._all(node.id, parent):
                old = change.old
                if old is not None and old.path == last.path and _is_same(old, version):
                    return self._note(Event(node.id, parent, change), 0)
        change = Change(("removed",), version, None, "absent from then on", 1.0)
        return self._note(Event(node.id, next(iter(real), None), change), 0)

    def newest_first(self) -> tuple[Event, ...]:
        """The events found, in an order that no child breaks."""
        return self.trail.newest_first(lambda c: self._history.commit(c).committed)

    def _enter(
        self, path: str, start: CommitId, declaration: Declaration, member: str, way: Point
    ) -> None:
        file = self._history.file_history(path, start)
        if file.top is None:
            return
        node = file.nodes[file.top]
        standing = self._standing(file, node, declaration)
        if standing is not None:
            self._todo.append((file, node, standing, member, way))

    def _standing(
        self, file: FileHistory, node: Node, wanted: Declaration, member: str = ""
    ) -> Declaration | None:
        """The declaration at a node that one seen nearby is, with a `member` if one is named."""
        if node.blob is None:
            return None
        if self._history.stands(file, node, wanted):
            return wanted
        here = [
            d
            for d in self._history.declared(file, node)
            if d.name == wanted.name and d.kind == wanted.kind
        ]
        if not wanted.name:
            names = {m.name for m in wanted.members}
            here = [d for d in here if names & {m.name for m in d.members}]
        if member:
            here = [d for d in here if self._version(Declared(file.path, d), member) is not None]
        fitting = [d for d in here if d.condition == wanted.condition]
        return next(iter(fitting or here), None)

    def _walk(
        self, file: FileHistory, node: Node, declaration: Declaration, member: str, way: Point
    ) -> None:
        """Go down while nothing happens, then tell what did."""
        way = self.ways.place(way)
        while True:
            key = (file.path, node.id, declaration.kind, declaration.name, member)
            if key in self._seen:
                self.ways.lead(way, self._seen[key])
                return
            self._seen[key] = way
            before = []
            for parent in node.parents:
                older = file.nodes.get(parent)
                old = self._standing(file, older, declaration) if older is not None else None
                if older is not None and old is not None:
                    before.append((older, old))
            same = next(((n, d) for n, d in before if d.text == declaration.text), None)
            if same is None:
                self._happened(file, node, declaration, member, way, before)
                return
            self.trail.lies_below(node.id, same[0].id)
            node, declaration = same[0], same[1]
            way = self.ways.place(way)

    def _happened(
        self,
        file: FileHistory,
        node: Node,
        declaration: Declaration,
        member: str,
        way: Point,
        before: Sequence[tuple[Node, Declaration]],
    ) -> None:
        real = self._history.commit(node.id).parents
        new = Declared(file.path, declaration)
        if not before:
            self._born(node, new, member, way, real)
            return
        lists = [compared(Declared(file.path, old), new) for _, old in before]
        if len(real) > 1:  # of a merge, what it has from none of its parents
            told = [{(c.kinds, _new_name(c)) for c in found} for found in lists]
            shared = set.intersection(*told) if len(before) > 1 else set()
            lists = [[c for c in found if (c.kinds, _new_name(c)) in shared] for found in lists]
        for nth, ((older, old), found) in enumerate(zip(before, lists, strict=True)):
            parent = real[nth] if len(real) == len(before) else next(iter(real), None)
            own = [c for c in found if not member or _new_name(c) == member]
            if member and any(c.kinds == ("added",) for c in own):
                self._came(node, own[0], way, parent)
                continue
            point, name = way, member
            for change in (self._wider(node.id, parent, c) for c in own):
                point = self._note(Event(node.id, parent, change), point)
                name = change.old.name if member and change.old is not None else name
            self.trail.lies_below(node.id, older.id)
            self._todo.append((file, older, old, name, point))

    def _wider(self, commit: CommitId, parent: CommitId | None, change: Change) -> Change:
        """What the rest of its commit says of a member that is gone or came: where it went."""
        if change.kinds not in (("added",), ("removed",)):
            return change
        version = change.new or change.old
        assert version is not None
        for other in self._all(commit, parent, _last(version.name), version.path):
            if other.old is not None and other.new is not None:
                if change.new is not None and _leads_to(other, change.new):
                    return other
                old = change.old
                if old is not None and other.old.path == old.path and _is_same(other.old, old):
                    return other
        return change

    def _came(self, node: Node, added: Change, way: Point, parent: CommitId | None) -> None:
        """A member that is new in its declaration: from another one, or born."""
        assert added.new is not None
        for change in self._all(node.id, parent, _last(added.new.name), added.new.path):
            if _leads_to(change, added.new):
                self._on(change, self._note(Event(node.id, parent, change), way), node.id, parent)
                return
        change = Change(("introduced",), None, added.new, added.rule, 1.0)
        self._note(Event(node.id, parent, change), way)

    def _born(
        self, node: Node, new: Declared, member: str, way: Point, real: Sequence[CommitId]
    ) -> None:
        """In no parent's version of the file: moved, renamed, become of another kind, or new."""
        first = real[0] if real else None
        wanted = self._version(new, member)
        if wanted is None:
            return
        word = _last(wanted.name)
        found = [  # under its own name: that is told first, and needs few files
            (p, c)
            for p in real
            for c in self._all(node.id, p, word, wanted.path)
            if _leads_to(c, wanted) and c.old is not None and _last(c.old.name) == word
        ]
        if not found:
            found = [(p, c) for p in real for c in self._all(node.id, p) if _leads_to(c, wanted)]
        if not found and member:  # with its declaration
            of = whole(new)
            found = [(p, c) for p in real for c in self._all(node.id, p) if _leads_to(c, of)]
        went = False
        for parent, change in found:
            point = self._note(Event(node.id, parent, change), way)
            went |= self._on(change, point, node.id, parent, member)
        if not went:
            begins = self._history.begins(node.id, first)
            rule = BEGINS if begins else "no like of it vanished"
            change = Change(("introduced",), None, wanted, rule, 1.0)
            self._note(Event(node.id, first, change), way)

    def _version(self, new: Declared, member: str) -> FunctionVersion | None:
        if not member:
            return whole(new)
        parts = [part(new, m) for m in new.declaration.members]
        return next((v for v in parts if v.name == member), None)

    def _on(
        self,
        change: Change,
        way: Point,
        above: CommitId,
        parent: CommitId | None,
        member: str = "",
    ) -> bool:
        """Go on in what a declaration or member was in a parent; False where that is not there.

        A member that came along with its declaration has the last part of its name there.
        """
        old = change.old
        if parent is None or old is None:
            return False
        if old.function.kind == "function":
            self.functions.append((parent, old, way))
            return True
        file = self._history.file_history(old.path, parent)
        if file.top is None:
            return False
        self.trail.lies_below(above, file.top)
        node = file.nodes[file.top]
        for declaration in self._history.declared(file, node):
            held = Declared(old.path, declaration)
            parts = self._parts(held)
            versions = [("", whole(held)), *((v.name, v) for v in parts)]
            name = next((n for n, v in versions if _is_same(v, old)), None)
            if name is None:
                continue
            if member and not name:
                last = [v.name for v in parts if _last(v.name) == _last(member)]
                if not last:
                    return False
                name = last[0]
            self._todo.append((file, node, declaration, name, way))
            return True
        return False

    def _parts(self, declared: Declared) -> list[FunctionVersion]:
        return [part(declared, m) for m in declared.declaration.members]

    def _all(
        self, commit: CommitId, parent: CommitId | None, word: str = "", path: str = ""
    ) -> list[Change]:
        key = (commit, parent, word, path)
        if key not in self._changes:
            self._changes[key] = changes(self._history.declared_pairs(commit, parent, word, path))
        return self._changes[key]

    def _note(self, event: Event, above: Point) -> Point:
        self.trail.note(event)
        return self.ways.event(event, above)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _leads_to(change: Change, version: FunctionVersion) -> bool:
    new = change.new
    if new is None or change.old is None:
        return False
    return new.path == version.path and _is_same(new, version)


def _is_same(a: FunctionVersion, b: FunctionVersion) -> bool:
    return (a.name, a.function.kind) == (b.name, b.function.kind)


def _new_name(change: Change) -> str:
    return change.new.name if change.new is not None else ""
