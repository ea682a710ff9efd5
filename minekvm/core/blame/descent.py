"""Lines carried down the history of a file, as far as they go.

Lines travel in groups. A group leaps to the oldest version, along first parents, that has its text
as it is: what was changed in between and changed back was written by whoever wrote it first. Then
one edit is looked at, line by line; a merge, against each of its parents. A group's way depends on
nothing but the group: a function's lines are blamed alike whatever else is asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from minekvm.core.blame.edit import Edit
from minekvm.core.blame.model import How, Step
from minekvm.core.model import BlobId, CommitId, FileHistory, Node

_STATIONS = (64, 8, 1)  # of so many versions one is a leap's station, by its hash; hand-set
_APART = 8  # lines between two of a group
_SAYS = 40  # bytes of text from which it is looked for in older versions
_AROUND = (0, 3, 9)  # lines around it that are looked for with it, where it stands more than once
_EDITS = 4_000  # edits that are at hand
_NEAR = 4_000  # bytes in which line ends are looked for one by one

Place = tuple[int, int]
"""A line, from 1, and a token in it, from 0; -1 for the line as a whole."""

Marks = dict[Place, list[int]]
"""By place, the numbers of what was asked for and stands there."""


class Files(Protocol):
    """What is asked of a clone."""

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""

    def content(self, blob: BlobId, path: str) -> bytes | None:
        """A file's bytes; None where they cannot be read."""


@dataclass
class Group:
    """Lines of a file at a node that travel together."""

    file: FileHistory
    node: Node
    marks: Marks


@dataclass
class Stop:
    """What stood in no version that a commit's parents had of the file."""

    file: FileHistory
    node: Node
    marks: Marks = field(default_factory=dict)


class Descent:
    """Carries groups; `stops` are where lines ended, `ways` what befell what was asked for."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.stops: dict[tuple[str, CommitId], Stop] = {}
        self.ways: dict[int, list[Step]] = {}
        self.read: set[tuple[str, BlobId]] = set()
        self._edits: dict[tuple[BlobId, BlobId], Edit] = {}
        self._chains: dict[tuple[str, CommitId], _Chain] = {}
        self._waiting: list[tuple[int, int, Group]] = []
        self._count = 0
        self._on: dict[tuple[str, CommitId], tuple[_Chain, int]] = {}

    def enter(self, path: str, start: CommitId, marks: Marks) -> bool:
        """Have marks carried from a file as it is at a commit; False where it has no history."""
        file = self._files.file_history(path, start)
        if file.top is None:
            return False
        self.enter_at(file, file.nodes[file.top], marks)
        return True

    def enter_at(self, file: FileHistory, node: Node, marks: Marks) -> None:
        """The same from a node of the file's history."""
        for part in _grouped(marks):
            self._push(Group(file, node, part))

    def run(self) -> None:
        """Carry all that waits down to where it ends."""
        while self._waiting:
            self._carry(heapq.heappop(self._waiting)[2])

    def pass_on(self, marks: Marks, how: How, commit: CommitId) -> None:
        """Note what a commit did to what was asked for."""
        for numbers in marks.values():
            for number in numbers:
                self.ways.setdefault(number, []).append(Step(commit, how))

    def edit(self, path: str, old: BlobId, new: BlobId) -> Edit | None:
        """A version and the next; None where one cannot be read."""
        found = self._edits.get((old, new))
        if found is None:
            before, after = self._content(path, old), self._content(path, new)
            if before is None or after is None:
                return None
            if len(self._edits) >= _EDITS:
                self._edits.clear()
            found = self._edits[old, new] = Edit(before, after)
        return found

    def _content(self, path: str, blob: BlobId) -> bytes | None:
        return self._files.content(blob, path)

    # --- one group

    def _push(self, group: Group) -> None:
        _, at = self._place(group)
        self._count += 1
        heapq.heappush(self._waiting, (at, self._count, group))

    def _place(self, group: Group) -> tuple[_Chain, int]:
        """The chain of first parents that a node is on, and where; of its own if on none so far."""
        path, id_ = group.file.path, group.node.id
        known = self._on.get((path, id_))
        if known is None:
            chain = self._chains.setdefault((path, id_), _Chain(group.file, group.node))
            known = self._on[path, id_] = chain, 0
        return known

    def _carry(self, group: Group) -> None:
        chain, at = self._place(group)
        group, at = self._leap(group, chain, at)
        node = group.node
        rest = group.marks
        parents = [group.file.nodes[p] for p in node.parents if p in group.file.nodes]
        same = [p for p in parents if p.blob is not None and p.blob == node.blob]
        if same:
            self._go(group, same[0], rest, chain, at)
            return
        for parent in parents:
            if not rest or parent.blob is None or node.blob is None:
                continue
            edit = self.edit(group.file.path, parent.blob, node.blob)
            if edit is None:
                self.pass_on(rest, "gap", node.id)
                break
            went, rest = self.through(edit, rest, node.id)
            for part in _grouped(went):
                self._go(group, parent, part, chain, at)
        if rest:
            stop = self.stops.setdefault((group.file.path, node.id), Stop(group.file, node))
            for place, numbers in rest.items():
                stop.marks.setdefault(place, []).extend(numbers)

    def through(self, edit: Edit, marks: Marks, commit: CommitId) -> tuple[Marks, Marks]:
        """Marks as they stood before an edit, and those that did not."""
        went: Marks = {}
        rest: Marks = {}
        for (line, token), numbers in marks.items():
            how: How | None = None
            if token < 0:
                before = edit.before(line)
                place = None if before is None else (before.line, -1)
                how = None if before is None else before.how
            else:
                place = edit.token_before(line, token)
            if place is None:
                rest[line, token] = numbers
                continue
            went.setdefault(place, []).extend(numbers)
            if how is not None:
                self.pass_on({place: numbers}, how, commit)
        return went, rest

    def _go(self, group: Group, node: Node, marks: Marks, chain: _Chain, at: int) -> None:
        """Have marks go on in a parent of the group's node."""
        if chain.at(at + 1) is node:
            self._on.setdefault((group.file.path, node.id), (chain, at + 1))
        self._push(Group(group.file, node, marks))

    # --- leaps

    def _leap(self, group: Group, chain: _Chain, at: int) -> tuple[Group, int]:
        """A group where its text stood as it is, as far back as that is so."""
        text = self._text(group)
        if text is None:
            return group, at
        reached, found = at, text.line
        limit = 1 << 40
        for one_of in _STATIONS:
            while (probe := chain.station(reached + 1, limit, one_of)) is not None:
                line = self._stands(chain, probe, group, text)
                if line is None:
                    limit = probe
                    break
                reached, found = probe, line
        node = chain.at(reached)
        if reached == at or node is None:
            return group, at
        self._on.setdefault((group.file.path, node.id), (chain, reached))
        shift = found - text.line
        marks = {(line + shift, token): n for (line, token), n in group.marks.items()}
        return Group(group.file, node, marks), reached

    def _stands(self, chain: _Chain, at: int, group: Group, text: _Text) -> int | None:
        """The line at which a text stands, once, in a version; None where it does not."""
        node = chain.at(at)
        if node is None or node.blob is None:
            return None
        content = self._content(group.file.path, node.blob)
        return None if content is None else _found(content, text.bytes)

    def _text(self, group: Group) -> _Text | None:
        """What is looked for in older versions: the group's lines, with some around if need be."""
        blob = group.node.blob
        content = None if blob is None else self._content(group.file.path, blob)
        if content is None:
            return None
        first = min(line for line, _ in group.marks)
        last = max(line for line, _ in group.marks)
        for around in _AROUND:
            text = _cut(content, first - around, last + around)
            if len(text.bytes) >= _SAYS and _found(content, text.bytes) is not None:
                return text
        return None


@dataclass
class _Text:
    """Whole lines of a file, from a line on."""

    bytes: bytes
    line: int


def _cut(content: bytes, first: int, last: int) -> _Text:
    first = max(first, 1)
    start = _offset(content, 0, first - 1)
    return _Text(content[start : _offset(content, start, last - first + 1)], first)


def _offset(content: bytes, start: int, lines: int) -> int:
    """Where the line begins that is so many lines behind a place."""
    low, high = start, len(content)  # the wanted line's beginning is in (low, high]
    while high - low > _NEAR:
        middle = (low + high) // 2
        passed = content.count(b"\n", low, middle)
        if passed < lines:
            low, lines = middle, lines - passed
        else:
            high = middle
    for _ in range(lines):
        low = content.find(b"\n", low) + 1
        if not low:
            return len(content)
    return low


def _found(content: bytes, text: bytes) -> int | None:
    """The line at which whole lines stand in a text, where they stand there once."""
    at = content.find(text)
    while at > 0 and content[at - 1] != 10:
        at = content.find(text, at + 1)
    if at < 0:
        return None
    other = content.find(text, at + 1)
    while other >= 0 and content[other - 1] != 10:
        other = content.find(text, other + 1)
    return None if other >= 0 else content.count(b"\n", 0, at) + 1


class _Chain:
    """The nodes from one back along first parents."""

    def __init__(self, file: FileHistory, start: Node) -> None:
        self._file = file
        self._nodes = [start]
        self._is_whole = False

    def at(self, place: int) -> Node | None:
        """The node so many steps back; None behind the last one."""
        while len(self._nodes) <= place and not self._is_whole:
            parents = self._nodes[-1].parents
            node = self._file.nodes.get(parents[0]) if parents else None
            if node is None:
                self._is_whole = True
            else:
                self._nodes.append(node)
        return self._nodes[place] if place < len(self._nodes) else None

    def station(self, place: int, limit: int, one_of: int) -> int | None:
        """The first station from a place on, before a limit; None where there is none."""
        while place < limit and (node := self.at(place)) is not None:
            if _is_station(node, one_of):
                return place
            place += 1
        return None


def _is_station(node: Node, one_of: int) -> bool:
    """Whether a version is one of the few that leaps try first: from wherever they begin."""
    return one_of == 1 or int(node.id[-8:], 16) % one_of == 0


def _grouped(marks: Marks) -> Iterator[Marks]:
    """Marks in groups of neighbours."""
    group: Marks = {}
    last = 0
    for place in sorted(marks):
        if group and place[0] - last > _APART:
            yield group
            group = {}
        group[place] = marks[place]
        last = place[0]
    if group:
        yield group
