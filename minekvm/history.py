"""A clone as the core wants to see it: blobs read once and scanned into functions.

Joins the git door with the scanner; keeps what one question needs again, and collects gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from minekvm.adapters.git import Repository
from minekvm.adapters.objects import Missing
from minekvm.core.functions import find, scan
from minekvm.core.model import (
    BlobId,
    Commit,
    CommitId,
    FileHistory,
    FilePair,
    Function,
    FunctionVersion,
    Gap,
    Node,
)
from minekvm.core.names import patterns

_AHEAD = 48  # versions of a file read at once when one is asked for
_SCANS_KEPT = 256


class History:
    """Implements `core.lineage.History` for one repository; a context manager.

    `gaps` collects what could not be read on the way, each thing once.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._commits: dict[CommitId, Commit] = {}
        self._files: dict[tuple[str, CommitId], FileHistory] = {}
        self._found: dict[tuple[BlobId, str], tuple[Function, ...]] = {}
        self._scans: dict[BlobId, tuple[Function, ...]] = {}
        self._unreadable: set[BlobId] = set()
        self.gaps: list[Gap] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._repository.objects.close()

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents. Raises UnknownCommit where it cannot be read."""
        if commit not in self._commits:
            self._commits[commit] = self._repository.commit(commit)
            if self._repository.cut_off(commit):
                why = "the shallow clone ends here: what is older is not in it"
                self.note(Gap("parents", why, commit=commit))
        return self._commits[commit]

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at a commit, so that what came before is not known."""
        return self._repository.cut_off(commit)

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""
        return node.blob not in self._unreadable

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""
        key = (path, start)
        if key not in self._files:
            nodes = {n.id: n for n in self._repository.walk(path, start)}
            self._files[key] = FileHistory(path, nodes, next(iter(nodes), None))
        return self._files[key]

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The definitions of a name in the file as a node left it; () where it is unreadable."""
        if node.blob is None:
            return ()
        key = (node.blob, name)
        if key not in self._found:
            self._read_ahead(file, node, name)
        return self._found[key]

    def _read_ahead(self, file: FileHistory, node: Node, name: str) -> None:
        """Read the versions around the walk's next steps in one go: it goes down in this order."""
        wanted: list[BlobId] = []
        started = False
        for other in file.nodes.values():
            started = started or other.id == node.id
            if started and other.blob is not None and (other.blob, name) not in self._found:
                wanted.append(other.blob)
                if len(wanted) == _AHEAD:
                    break
        for blob, source in self._sources(dict.fromkeys(wanted, file.path)):
            if source is None:
                self._unreadable.add(blob)
            self._found[blob, name] = () if source is None else find(source, name)

    def functions_at(self, commit: CommitId, path: str) -> tuple[Function, ...]:
        """Every definition in a file at a commit."""
        name = f"{commit}:{path}"
        if "\n" in path:
            blob = self._repository.blob(commit, path)
            if blob is None:
                return ()
            name = blob
        source = next(iter(self._sources({BlobId(name): path})))[1]
        return scan(source) if source is not None else ()

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        """The definitions of a name in the other files of a path's folder, at a commit."""
        folder = path.rpartition("/")[0]
        near, complaint = self._repository.files_naming(patterns(name), commit, folder)
        if complaint:
            self.note(Gap("a file beside it", complaint, commit=commit, path=path))
        return [
            FunctionVersion(other, function)
            for other in near
            if other != path
            for function in self.functions_at(commit, other)
            if function.name == name
        ]

    def pairs(self, commit: CommitId, parent: CommitId | None) -> list[FilePair]:
        """The source files that differ between a commit and one parent, scanned on both sides."""
        files, complaint = self._repository.changed_files(commit, parent)
        if complaint:
            self.note(Gap("files renamed with a change", complaint, commit=commit))
        if len(self._scans) > _SCANS_KEPT:
            self._scans.clear()
        sides = [s for f in files for s in ((f.old, f.old_path), (f.new, f.new_path))]
        wanted = {b: path for b, path in sides if b is not None and b not in self._scans}
        for blob, source in self._sources(wanted):
            self._scans[blob] = scan(source) if source is not None else ()
        return [
            FilePair(
                f.old_path if f.old is not None else None,
                f.new_path if f.new is not None else None,
                self._scans[f.old] if f.old is not None else (),
                self._scans[f.new] if f.new is not None else (),
            )
            for f in files
        ]

    def _sources(self, blobs: Mapping[BlobId, str]) -> Iterator[tuple[BlobId, bytes | None]]:
        """Each blob's source in turn, None where it is none; `blobs` maps them to their paths."""
        contents = self._repository.objects.read_many(blobs)
        for (blob, path), data in zip(blobs.items(), contents, strict=True):
            yield blob, self._checked(blob, data, path)

    def _checked(self, blob: BlobId, data: bytes | Missing, path: str) -> bytes | None:
        why = ""
        if isinstance(data, Missing):
            why = data.why
        elif b"\0" in data[:8000]:
            why = "binary, not source"
        else:
            return data
        what = "file" if ":" in blob else f"blob {blob[:12]}"
        self.note(Gap(what, why, path=path))
        return None

    def note(self, gap: Gap) -> None:
        """Keep a gap, once."""
        if gap not in self.gaps:
            self.gaps.append(gap)
