"""Lines carried from file to file until each has its writer, round by round.

In a round all lines go down the files they are in, as far as they go; then the commits that they
ended at are asked, all at once, which files they changed beside.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.adapters.git.file_changes import FileChange, Pair, file_changes
from minekvm.analyses.blame.stopped import Stopped
from minekvm.clone.clone import Clone
from minekvm.core.blame.descent import Descent, Marks, Stop
from minekvm.core.blame.model import LookedThrough, Step
from minekvm.core.model import BlobId, Commit, CommitId, FileHistory, Gap, Node
from minekvm.core.phrases import count

_BYTES = 96 << 20  # of file versions that are at hand
_IMPORT = 100  # files of a commit from which it may be an import
_WALKS = 2  # of one file's history, each from where it is needed
_ROUNDS = 64  # times that lines may go from file to file


@dataclass(frozen=True, slots=True)
class Written:
    """Where the writing of a line was found, and where the file stood before, if it did."""

    commit: CommitId
    path: str
    line: int
    previous: tuple[CommitId, str] | None


class Carrying:
    """One walk; implements `core.blame.descent.Files` for a clone."""

    def __init__(self, clone: Clone, rev: CommitId, ignored: frozenset[str]) -> None:
        self.clone = clone
        self.rev = rev
        self.ignored = ignored
        self.descent = Descent(self)
        self.written: dict[int, Written] = {}
        self.looked_through: dict[CommitId, LookedThrough] = {}
        self._files: dict[CommitId, int] = {}
        self._asked: Counter[str] = Counter()
        self.begins: set[CommitId] = set()
        self._contents: OrderedDict[BlobId, bytes | None] = OrderedDict()
        self._size = 0

    # --- what a descent asks

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        return self.clone.history.file_history(path, start)

    def content(self, blob: BlobId, path: str) -> bytes | None:
        if blob in self._contents:
            self._contents.move_to_end(blob)
            return self._contents[blob]
        ((_, data),) = self.clone.history.blobs.sources({blob: path})
        self._contents[blob] = data
        self._size += len(data or b"")
        while self._size > _BYTES and len(self._contents) > 2:
            _, gone = self._contents.popitem(last=False)
            self._size -= len(gone or b"")
        return data

    # --- the rounds

    def carry(self, path: str, marks: Marks) -> None:
        """Have marks wait that stand in a file at the revision."""
        if not self.descent.enter(path, self.rev, marks):
            why = "no commit changed it"
            self.clone.history.gaps.note(Gap(f"history of {path}", why, self.rev, path))
            for (line, _), numbers in marks.items():
                for number in numbers:
                    self.written[number] = Written(self.rev, path, line, None)

    def run(self) -> None:
        """Carry all that waits until every line has its writer."""
        for _ in range(_ROUNDS):
            self.descent.run()
            stops = list(self.descent.stops.values())
            self.descent.stops.clear()
            if not stops:
                return
            self._settle(stops)
        self.descent.run()
        for stop in self.descent.stops.values():
            self.write(stop, stop.marks)

    def _settle(self, stops: Sequence[Stop]) -> None:
        history = self.clone.history
        pairs: dict[Pair, None] = {}
        for stop in stops:
            if not history.cut_off(stop.node.id):
                pairs |= {(stop.node.id, p): None for p in history.commit(stop.node.id).parents}
        self.clone.progress(f"asking {count(len(pairs), 'commit')} where lines came from")
        changed, complaint = file_changes(self.clone.shadow, list(pairs))
        if complaint:
            history.gaps.note(Gap("files renamed with a change", complaint))
        self._files |= {commit: len(changes) for (commit, _), changes in changed.items()}
        for stop in stops:
            here = {
                parent: changes
                for (commit, parent), changes in changed.items()
                if commit == stop.node.id
            }
            rest = Stopped(self, stop, here).settle()
            self.write(stop, rest)

    def write(self, stop: Stop, marks: Marks) -> None:
        """Note that a commit wrote what marks stand for."""
        if not marks:
            return
        commit = self.clone.history.commit(stop.node.id)
        if self._begins(commit):
            self.begins.add(commit.id)
        previous = None
        stood = any(p in stop.file.nodes and stop.file.nodes[p].blob for p in stop.node.parents)
        if commit.parents and stood:
            previous = commit.parents[0], stop.file.path
        for (line, _), numbers in marks.items():
            for number in numbers:
                self.written[number] = Written(stop.node.id, stop.file.path, line, previous)

    def _begins(self, commit: Commit) -> bool:
        """Whether the history begins with a commit: what it wrote was there before."""
        history = self.clone.history
        if not commit.parents or history.cut_off(commit.id):
            return True
        many = self._files.get(commit.id, 0)
        return many >= _IMPORT and history.begins(commit.id, commit.parents[0])

    def way(self, number: int) -> tuple[Step, ...]:
        """The way of what was asked for, from its writing on; each step once."""
        found = [Step(self.written[number].commit, "written")]
        for step in reversed(self.descent.ways.get(number, [])):
            if step != found[-1]:
                found.append(step)
        return tuple(found)

    def enter_before(
        self, path: str, blob: BlobId, commit: CommitId, parent: CommitId
    ) -> _At | None:
        """A file as it stood before a commit: its history and the node in it.

        Where several commits took lines out of one file, one walk from the revision serves all.
        """
        self._asked[path] += 1
        if self._asked[path] > _WALKS:
            file = self.file_history(path, self.rev)
            node = file.nodes.get(commit)
            for above in node.parents if node is not None else ():
                before = file.nodes.get(above)
                if before is not None and before.blob == blob:
                    return file, before
        file = self.file_history(path, parent)
        if file.top is None or file.nodes[file.top].blob != blob:
            return None
        return file, file.nodes[file.top]


_At = tuple[FileHistory, Node]
Changed = dict[CommitId, list[FileChange]]
