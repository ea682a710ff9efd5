"""The histories of files: each walked once, no further than it is asked for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import islice

from minekvm.adapters.git.repository import Repository
from minekvm.clone.cache import Cache
from minekvm.clone.file_history import LazyFileHistory
from minekvm.core.model import CommitId, FileHistory, Node


class Walks:
    """A clone's file histories by path and start. What a walk reads is kept when it ends."""

    def __init__(self, repository: Repository, cache: Cache) -> None:
        self._repository = repository
        self._cache = cache
        self._files: dict[tuple[str, CommitId], FileHistory] = {}
        self._walks: dict[tuple[str, CommitId], LazyFileHistory] = {}
        self._remembered: dict[tuple[str, CommitId], tuple[int, bool]] = {}

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path; read from git as they are needed."""
        key = (path, start)
        if key not in self._files:
            nodes = self.begin(path, start)
            self._files[key] = FileHistory(path, nodes, next(iter(nodes), None))
        return self._files[key]

    def begin(self, path: str, start: CommitId) -> LazyFileHistory:
        """Let git start on a file's history, which will be asked for soon."""
        key = (path, start)
        if key not in self._walks:
            known, whole = self._cache.walk(self._repository.asked_walk(path, start))
            self._remembered[key] = len(known), whole
            if not whole and not known:
                self._walks[key] = LazyFileHistory(self._repository.walk(path, start))
            else:
                self._walks[key] = LazyFileHistory(self._going_on(path, start, known, whole=whole))
        return self._walks[key]

    def close(self, *, keep: bool) -> None:
        """End every walk; with `keep`, remember what was read of those that went on."""
        for (path, start), walk in self._walks.items():
            if keep and (len(walk.read), walk.whole) > self._remembered[path, start]:
                asked = self._repository.asked_walk(path, start)
                self._cache.keep_walk(asked, walk.read, whole=walk.whole, certain=True)
            walk.close()

    def _going_on(
        self, path: str, start: CommitId, known: Sequence[Node], *, whole: bool
    ) -> Generator[Node, None, None]:
        """A walk of which the beginning is remembered; git is asked only beyond that."""
        yield from known
        if not whole:
            yield from islice(self._repository.walk(path, start), len(known), None)
