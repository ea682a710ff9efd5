"""A clone as the walk of functions wants to see it, composed of what is asked of a clone."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from minekvm.adapters.git.repository import Repository
from minekvm.clone.answers import Answers
from minekvm.clone.blobs import Blobs
from minekvm.clone.cache import Cache
from minekvm.clone.changes import WIDE, Changes
from minekvm.clone.commits import Commits
from minekvm.clone.gaps import Gaps
from minekvm.clone.lineages import Lineages
from minekvm.clone.trees import Trees
from minekvm.clone.walks import Walks
from minekvm.core.model import (
    Commit,
    CommitId,
    FileHistory,
    FilePair,
    Function,
    FunctionVersion,
    Node,
)
from minekvm.errors import GitFailed


class History:
    """Implements `core.lineage.past.History` for one repository; a context manager.

    Whoever asks for more than the walk does asks the parts. `gaps` collects what could not be read
    on the way. What `cache` has is not read again; what is new is given to it at the end.
    """

    def __init__(self, repository: Repository, cache: Cache | None = None) -> None:
        self.cache = cache or Cache(None)
        self.gaps = Gaps()
        self.answers = Answers(self.cache, self.gaps)
        self.lineages = Lineages(self.cache, self.gaps)
        self.commits = Commits(repository, self.answers, self.gaps)
        self.walks = Walks(repository, self.cache)
        self.blobs = Blobs(repository.objects, self.cache, self.gaps)
        self.changes = Changes(repository, self.blobs, self.cache, self.gaps)
        self.trees = Trees(repository, self.blobs, self.cache, self.answers, self.gaps)
        self._repository = repository

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        unread = kind is not None and issubclass(kind, GitFailed)
        self.walks.close(keep=not unread and not self.gaps.failures)
        self._repository.objects.close()
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            self.cache.flush(whole=not unread and not self.gaps.doubts)

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents. Raises UnknownCommit where it cannot be read."""
        return self.commits.commit(commit)

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at a commit, so that what came before is not known."""
        return self._repository.cut_off(commit)

    def begins(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether history begins with a commit: it has no parent, or imports what has a past."""
        return parent is None or self.cut_off(commit) or self.changes.is_import(commit, parent)

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""
        return self.blobs.readable(node)

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path; read from git as they are needed."""
        return self.walks.file_history(path, start)

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The definitions of a name in the file as a node left it; () where it is unreadable."""
        return self.blobs.definitions(file, node, name)

    def definitions_alone(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The same, of a name that is asked about at this node alone."""
        if node.blob is None:
            return ()
        return self.blobs.definitions_alone(node.blob, file.path, name)

    def defined(self, file: FileHistory, node: Node, names: Sequence[str]) -> set[str]:
        """Which of some names the file as a node left it defines; none where it is unreadable."""
        if node.blob is None or not names:
            return set()
        return self.blobs.defined(node.blob, file.path, names)

    def lacking(self, file: FileHistory, node: Node, names: Sequence[str]) -> list[str]:
        """Those of some names that stand nowhere in the file as a node left it."""
        if node.blob is None or not names:
            return []
        return self.blobs.lacking(node.blob, file.path, names)

    def crossed(
        self, commit: CommitId, parent: CommitId | None, names: Sequence[str], *, came: bool
    ) -> bool:
        """Whether a commit's files began to define one of some names, or ceased to."""
        return self.changes.crossed(commit, parent, names, came=came)

    def named_more(self, file: FileHistory, before: Node, after: Node, name: str) -> bool:
        """Whether the file names something more often as a node left it than as another did."""
        if before.blob is None or after.blob is None:
            return False
        counts = [self.blobs.times(blob, file.path, name) for blob in (before.blob, after.blob)]
        return counts[1] > counts[0]

    def named_elsewhere(
        self, commit: CommitId, parent: CommitId | None, name: str, path: str
    ) -> bool:
        """Whether another of a commit's files than `path` names something more often after it."""
        return self.changes.named_elsewhere(commit, parent, name, path)

    def standing(
        self, names: Sequence[str], commit: CommitId, folder: str | None = None
    ) -> list[FunctionVersion]:
        """The definitions of some names at a commit, in its whole tree or in one folder."""
        return self.trees.standing(names, commit, folder)

    def following(self, commit: CommitId, rev: CommitId, most: int) -> list[CommitId]:
        """The first commits after one on the way to a revision, oldest first."""
        return self.commits.following(commit, rev, most)

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        """The definitions of a name in the other files of a path's folder, at a commit."""
        standing = self.trees.standing([name], commit, path.rpartition("/")[0])
        return [v for v in standing if v.path != path]

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        """The file that a commit gave this path to by renaming it, or None."""
        return self.changes.renamed_file(commit, parent, path)

    def is_wide(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether a commit changed so many files that only some of them are compared."""
        return len(self.changes.files(commit, parent)) > WIDE

    def pairs(
        self, commit: CommitId, parent: CommitId | None, about: FunctionVersion | None = None
    ) -> list[FilePair]:
        """The source files that differ between a commit and one parent, scanned on both sides.

        Of a wide commit those alone that concern a definition, where one is asked about.
        """
        if about is None or not self.is_wide(commit, parent):
            return self.changes.pairs(self.changes.files(commit, parent))

        from minekvm.core.c.symbols import patterns

        def naming(name: str, side: CommitId) -> list[str]:
            return self.trees.files_naming(patterns(name), side)

        return self.changes.pairs(self.changes.concerning(commit, parent, about, naming))
