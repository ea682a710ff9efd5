"""A clone and its index side by side, as the questions about commits need them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.index.index import Index
from minekvm.analyses.relate.same_functions import Touching
from minekvm.clone import indexing as mine
from minekvm.clone.clone import Kept, Opened, Progress, Tell, opened, silent, unheard
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate import relations
from minekvm.errors import CacheFailed, UnknownCommit

_HASH = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Desk:
    """A clone and its index, both open."""

    it: Opened
    index: Index
    touching: Touching

    def resolve(self, revision: str) -> CommitId:
        """The commit that a revision names, or the one backport of a hash that is not here.

        Raises UnknownCommit.
        """
        try:
            commit = self.it.resolve(revision)
        except UnknownCommit:
            if not _HASH.fullmatch(revision):
                raise
            ports = relations.backports(self.index, revision)
            if not ports:
                raise
            self._say_backport(revision, ports)
            return ports[0]
        if self.index.about(commit) is None and not self.index.writable:
            raise CacheFailed(
                f"the index has not got commit {commit[:12]} yet, and another minekvm writes it",
                "wait for it to end: minekvm index",
            )
        if self.index.about(commit) is None:
            mine.update(self.index, self.it.shadow, [commit])
        if self.index.about(commit) is None:
            raise UnknownCommit(f"commit {commit[:12]} cannot be read", "is the clone whole?")
        return commit

    def _say_backport(self, revision: str, ports: Sequence[CommitId]) -> None:
        others = f" (others: {', '.join(c[:12] for c in ports[1:4])})" if ports[1:] else ""
        why = f"not in this clone: answered for its backport {ports[0][:12]}{others}"
        self.it.history.note(Gap(f"commit {revision[:12]}", why))


@contextmanager
def desk(
    path: Path,
    where: Path | None,
    progress: Progress = silent,
    tell: Tell = unheard,
    scope: Sequence[str] = (),
) -> Iterator[Desk]:
    """Open a clone with its index, brought up to date where no other process does so.

    Raises CacheFailed where another process has only begun to make it.
    """
    with opened(path, scope, kept=Kept(where, tell)) as it:
        index = it.index
        if index is None:
            raise CacheFailed(
                "the index is being made by another minekvm", "wait for it to end: minekvm index"
            )
        if index.writable:
            mine.update(index, it.shadow, (), progress)
        else:
            it.history.note(Gap("index", "another minekvm is bringing it up to date"))
        yield Desk(it, index, Touching(index, it.history))
