"""A clone opened for questions: its shadow, its history, and its index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import revisions, shadow
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.index.index import Index
from minekvm.clone.cache import Memory
from minekvm.clone.history import History
from minekvm.core.mail.ids import asked_id
from minekvm.core.model import CommitId, Gap
from minekvm.errors import CacheFailed, UnknownCommit
from minekvm.progress import Notify, Progress, no_notify, no_progress

if TYPE_CHECKING:
    from minekvm.core.lineage.past import Known

_HASH = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Where the index lies (None: in the cache folder), and who hears what befell it.

    With `wait`, another process that writes the index is waited for; else what can be read
    meanwhile is used.
    """

    path: Path | None = None
    notify: Notify = no_notify
    wait: bool = False


DEFAULT = IndexOptions()


@dataclass(slots=True, eq=False)
class Clone:
    """A clone opened through its shadow: what every analysis is given, beside its question.

    `stored` is the index as it lies, None where another process has only begun to make it; `index`
    is the same one, brought up to date. `memo` is what its commits did to functions, so far.
    """

    location: shadow.Clone
    shadow: Path
    repository: Repository
    history: History
    stored: Index | None
    full_history: bool = False
    progress: Progress = no_progress
    memo: Known = field(default_factory=dict)
    _is_current: bool = False

    @property
    def index(self) -> Index:
        """The index with every commit, brought up to date the first time it is asked for.

        Where another process does so, that is a gap. Raises CacheFailed where another process has
        only begun to make it.
        """
        if self.stored is None:
            raise CacheFailed(
                "the index is being made by another minekvm", "wait for it to end: minekvm index"
            )
        if not self._is_current:
            self._is_current = True
            if self.stored.writable:
                self.update()
            else:
                self.history.note(Gap("index", "another minekvm is bringing it up to date"))
        return self.stored

    def update(self, wanted: Sequence[CommitId] = ()) -> tuple[int, int]:
        """Add to the index what is new, of all refs or of what some commits reach, and remove
        what is gone: how many commits of each."""
        from minekvm.clone import indexing

        assert self.stored is not None
        return indexing.update(self.stored, self.shadow, wanted, self.progress)

    def resolve(self, revision: str) -> CommitId:
        """The commit that a revision names, or that a mail became: by Message-Id or address.

        Raises UnknownCommit.
        """
        try:
            return revisions.resolve(self.location, self.shadow, revision)
        except UnknownCommit:
            if not (message_id := asked_id(revision)):
                raise
        from minekvm.clone.patch_matching import Posted, sure

        found = Posted(self.stored, self.shadow).became(message_id) if self.stored else []
        best = sure(found)
        if best is None:
            raise UnknownCommit(
                f"no commit is known that mail {message_id} became",
                "minekvm thread shows a mail that is indexed; to index more: minekvm mail index",
            )
        why = f"answered for commit {best.commit[:12]} ({best.match.rule})"
        self.history.note(Gap(f"mail {message_id}", why))
        return best.commit

    def resolve_indexed(self, revision: str) -> CommitId:
        """As `resolve`, of a commit that the index has; also the one backport of an absent hash.

        Raises UnknownCommit.
        """
        try:
            commit = self.resolve(revision)
        except UnknownCommit:
            if not _HASH.fullmatch(revision):
                raise
            ports = self._backports(revision)
            if not ports:
                raise
            return ports[0]
        if self.index.about(commit) is None and not self.index.writable:
            raise CacheFailed(
                f"the index has not got commit {commit[:12]} yet, and another minekvm writes it",
                "wait for it to end: minekvm index",
            )
        if self.index.about(commit) is None:
            self.update([commit])
        if self.index.about(commit) is None:
            raise UnknownCommit(f"commit {commit[:12]} cannot be read", "is the clone whole?")
        return commit

    def _backports(self, revision: str) -> Sequence[CommitId]:
        from minekvm.core.relate import relations

        ports = relations.backports(self.index, revision)
        if ports:
            others = f" (others: {', '.join(c[:12] for c in ports[1:4])})" if ports[1:] else ""
            why = f"not in this clone: answered for its backport {ports[0][:12]}{others}"
            self.history.note(Gap(f"commit {revision[:12]}", why))
        return ports


@contextmanager
def open_clone(
    path: Path,
    scope: Sequence[str] = (),
    *,
    full_history: bool = False,
    index: IndexOptions = DEFAULT,
    progress: Progress = no_progress,
) -> Iterator[Clone]:
    """Open a clone for reading; the shadow is created or renewed in the cache folder.

    Only files in `scope` (pathspecs) are looked into. `full_history` follows both sides of merges
    that git simplifies; small clones do so anyway. What is read is remembered in the index. Raises
    NotARepository, CacheFailed.
    """
    location = shadow.locate(path)
    mirror = shadow.open_shadow(location)
    every_side = full_history or shadow.is_small(location)
    file = index.path or shadow.index_path(location)
    name = str(location.common_dir)
    with (
        Index.opened(file, name, index.notify, wait=index.wait) as stored,
        Repository(mirror, scope, every_side=every_side) as repository,
        History(repository, Memory(stored, repository.view)) as history,
    ):
        if location.shallow:
            history.note(Gap("history", "the clone is shallow: older commits are not in it"))
        yield Clone(location, mirror, repository, history, stored, full_history, progress)
        shadow.write_commit_graph(location, mirror)


@contextmanager
def stored_index(path: Path, options: IndexOptions = DEFAULT) -> Iterator[Index | None]:
    """The index of a clone as it lies; None where there is none, and none is made."""
    location = shadow.locate(path)
    file = options.path or shadow.index_path(location)
    if not file.exists():
        yield None
        return
    name = str(location.common_dir)
    with Index.opened(file, name, options.notify, wait=False) as found:
        yield found
