"""A clone opened for questions: its shadow, its history, and its index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import discovery, revisions, shadow
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.index.index import Index
from minekvm.clone.cache import Cache
from minekvm.clone.history import History
from minekvm.clone.view import is_current
from minekvm.core import invented
from minekvm.core.model import CommitId, Gap
from minekvm.core.phrases import count
from minekvm.errors import UnknownCommit
from minekvm.progress import Notify, Progress, no_notify, no_progress

if TYPE_CHECKING:
    from minekvm.clone.partial import Partial
    from minekvm.core.lineage.past import Known

_HASH = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Where the index lies (None: in the cache folder), and who hears what befell it.

    With `wait`, another process that writes the index is waited for; else what can be read
    meanwhile is used. With `reading` it is taken as it lies and nothing is written into it.
    """

    path: Path | None = None
    notify: Notify = no_notify
    wait: bool = False
    reading: bool = False


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
    full_history: bool
    progress: Progress
    wait: Callable[[], Index]  # for whoever writes the index, which is then ours
    exhaustive: bool = False
    notify: Notify = no_notify
    memo: Known = field(default_factory=dict)
    partial: Partial | None = None  # where a question does with a part of the index, after `narrow`
    _is_current: bool = False

    def note_unread(self) -> None:
        """Keep a gap for the commits of the index of which nobody knows what they changed."""
        unread = self.index.count_unread()
        if unread:
            why = "their trees are not in this clone: what they changed is not known"
            self.history.gaps.note(Gap(count(unread, "commit"), why), missing=False)

    @property
    def index(self) -> Index:
        """The index with every commit, brought up to date the first time it is asked for.

        Where another process does so, it is waited for, unless nothing is new. After `narrow` it is
        as it lies, with what `partial` takes in.
        """
        if not self._is_current and self.partial is None:
            if not (self.stored and (self.stored.writable or self._has_all(self.stored))):
                self._wait()
            self._is_current = True
            self.update()
        assert self.stored is not None
        return self.stored

    def narrow(self) -> Partial | None:
        """Do with a part of the index for a question about a symbol or commit, where many commits
        are missing from it, or the words of what they changed; None where all of it can be had
        soon, or was asked for."""
        if self.partial is None and not (self._is_current or self.exhaustive):
            if self.stored is None or not self.stored.writable:
                if self.stored is not None and self._has_all(self.stored):
                    return None
                self._wait()
            self.partial = self._part()
        return self.partial

    def _part(self) -> Partial | None:
        from minekvm.clone import indexing, partial

        index = self.stored
        assert index is not None
        few = partial.SOON
        is_far = indexing.is_far(index, self.shadow, few)
        if not is_far:
            self._is_current = True
            self.update()
            if index.count() - index.worded() <= few or index.mails.any():
                return None
        return partial.Partial(
            index, self.shadow, self.history, self.progress, has_commits=not is_far
        )

    def widen(self) -> None:
        """Do without what `narrow` allowed, for a question that concerns no symbol or commit."""
        self.partial, self.exhaustive = None, True

    @property
    def notice(self) -> str:
        """What a reader has to know of the clone before anything else; "" as a rule."""
        sealed = (self.location.common_dir / invented.SEAL).is_file()
        return invented.NOTICE if sealed else ""

    def _has_all(self, index: Index) -> bool:
        from minekvm.clone import indexing

        return self.history.cache.attached and not indexing.news(index, self.shadow)

    def _wait(self) -> None:
        self.progress("waiting for another minekvm, which writes the index")
        self.stored = self.wait()

    def update(self, wanted: Sequence[CommitId] = ()) -> tuple[int, int]:
        """Add to the index what is new, of all refs or of what some commits reach, and remove
        what is gone: how many commits of each."""
        from minekvm.clone import indexing

        assert self.stored is not None
        if not self.stored.writable:
            return 0, 0
        return indexing.update(self.stored, self.shadow, wanted, self.progress)

    def resolve(self, revision: str) -> CommitId:
        """The commit that a revision names, or that a mail became: by Message-Id or address.

        Raises UnknownCommit.
        """
        try:
            return revisions.resolve(self.location, self.shadow, revision)
        except UnknownCommit:
            from minekvm.core.mail.ids import asked_id

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
        self.history.gaps.note(Gap(f"mail {message_id}", why), missing=False)
        return best.commit

    def resolve_beside(self, revision: str) -> CommitId:
        """As `resolve_indexed`, of a revision of the clone beside this one, where there is one."""
        other = self.location.beside
        if other is None:
            return self.resolve_indexed(revision)
        return self.resolve_indexed(revisions.resolve(other, shadow.open_shadow(other), revision))

    def resolve_indexed(self, revision: str) -> CommitId:
        """As `resolve`, of a commit that the index has; also the one backport of an absent hash.

        Raises UnknownCommit.
        """
        commit = self.resolve_port(revision)
        if self.index.about(commit) is None and not self.index.writable:
            self._wait()
        if self.index.about(commit) is None:
            self._take_in(commit)
        if self.index.about(commit) is None:
            raise UnknownCommit(f"commit {commit[:12]} cannot be read", "is the clone whole?")
        return commit

    def resolve_port(self, revision: str) -> CommitId:
        """As `resolve`; of an upstream hash that is not here, its first backport, which is told.

        The index is brought up to date only to look for one. Raises UnknownCommit.
        """
        try:
            return self.resolve(revision)
        except UnknownCommit:
            if not _HASH.fullmatch(revision):
                raise
            ports = self._backports(revision)
            if not ports:
                raise
            return ports[0]

    def _take_in(self, commit: CommitId) -> None:
        if self.partial is None:
            self.update([commit])
        else:
            self.partial.take_in([bytes.fromhex(commit)])

    def _backports(self, revision: str) -> Sequence[CommitId]:
        from minekvm.core.relate import mentions

        if self.partial is not None:
            self.partial.speaking(["--all"], [revision], None)
        ports = mentions.backports(self.index, revision)
        if ports:
            others = f" (others: {', '.join(c[:12] for c in ports[1:4])})" if ports[1:] else ""
            why = f"not in this clone: answered for its backport {ports[0][:12]}{others}"
            self.history.gaps.note(Gap(f"commit {revision[:12]}", why), missing=False)
        return ports


@contextmanager
def open_clone(
    path: Path,
    scope: Sequence[str] = (),
    *,
    full_history: bool = False,
    exhaustive: bool = False,
    index: IndexOptions = DEFAULT,
    progress: Progress = no_progress,
    beside: Path | None = None,
) -> Iterator[Clone]:
    """Open a clone for reading; the shadow is created or renewed in the cache folder.

    Only files in `scope` (pathspecs) are looked into. `full_history` follows both sides of merges
    that git simplifies; small clones do so anyway. What is read is remembered in the index, of
    which an `exhaustive` question waits for all. With another clone `beside` it the objects of both
    are read, through a shadow and an index of their own. Raises NotARepository, CacheFailed.
    """
    location = shadow.locate(path)
    if beside is not None:
        location = discovery.joined(location, shadow.locate(beside))
    mirror = shadow.open_shadow(location)
    folders = shadow.objects(location)
    every_side = full_history or shadow.is_small(location)
    file = (index.path if beside is None else None) or shadow.index_path(location)
    name = location.names
    with (
        Repository(mirror, scope, every_side=every_side) as repository,
        ExitStack() as held,
    ):
        cache = Cache(None)

        readers = held.enter_context(ExitStack())

        def opened(*, wait: bool) -> Index | None:
            readers.close()  # SQLite lets a writer wait long for whoever reads, be it ourselves
            how = {"wait": wait, "reading": index.reading}
            found = readers.enter_context(Index.opened(file, name, index.notify, **how))
            if found is not None and is_current(found, repository, folders):
                cache.attach(found)
            return found

        def waited() -> Index:
            found = opened(wait=True)
            assert found is not None
            return found

        stored = opened(wait=index.wait)
        with History(repository, cache) as history:
            if location.shallow:
                why = "the clone is shallow: older commits are not in it"
                history.gaps.note(Gap("history", why), missing=False)
            yield Clone(
                location,
                mirror,
                repository,
                history,
                stored,
                full_history,
                progress,
                waited,
                exhaustive,
                index.notify,
            )
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
