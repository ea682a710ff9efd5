"""Who calls a symbol in the files of a clone: read once for each blob, and remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from minekvm.adapters.git.repository import Repository
from minekvm.clone.history import History
from minekvm.core.c.definitions import Texts, scan
from minekvm.core.c.tables import Op, leading
from minekvm.core.callers.sites import Site, profile
from minekvm.core.model import BlobId, CommitId, FilePair, Function
from minekvm.progress import Progress, no_progress

_AT_ONCE = 200  # files read between two words of progress
_MANY = 1_000  # files from which whoever waits is told how to wait less
_TEXTS_KEPT = 20_000
_FEW = 300  # files up to which git is asked for them alone, and not for the whole tree

Sites = Mapping[BlobId, tuple[tuple[Site, str], ...]]
"""The calls in each blob, each with a digest of all calls of its function."""


class Reader:
    """Looks for one symbol; blobs are given with their paths."""

    def __init__(
        self,
        history: History,
        repository: Repository,
        symbol: str,
        progress: Progress = no_progress,
    ) -> None:
        self._history = history
        self._repository = repository
        self._symbol = symbol
        self._word = symbol.encode("latin-1", "replace")
        self._progress = progress
        self._texts: Texts = {}

    def sites(self, blobs: Mapping[BlobId, str]) -> Sites:
        """The calls in some blobs; none in one that cannot be read."""
        found = self._history.cache.sites(list(blobs), self._symbol)
        rest = {b: path for b, path in blobs.items() if b not in found}
        for blob, source in self._sources(rest):
            found[blob] = () if source is None else self._sites(blob, self._functions(source))
        return found

    def begun(self, blobs: Mapping[str, BlobId]) -> Iterator[FilePair]:
        """The files of a first tree that call the symbol, as if nothing had been before."""
        paths: dict[BlobId, list[str]] = {}
        for path, blob in blobs.items():
            paths.setdefault(blob, []).append(path)
        for blob, source in self._sources({b: some[0] for b, some in paths.items()}):
            functions = () if source is None else self._functions(source)
            if source is not None and self._sites(blob, functions):
                yield from (FilePair(None, path, (), functions) for path in paths[blob])

    def _sources(self, blobs: Mapping[BlobId, str]) -> Iterator[tuple[BlobId, bytes | None]]:
        narrower = " (--scope narrows it)" if len(blobs) > _MANY else ""
        names = list(blobs)
        for at in range(0, len(names), _AT_ONCE):
            self._progress(f"reading who calls {self._symbol}{narrower}", at, len(names))
            yield from self._history.blobs.sources({b: blobs[b] for b in names[at : at + _AT_ONCE]})

    def _functions(self, source: bytes) -> tuple[Function, ...]:
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        return scan(source, self._texts) if self._word in source else ()

    def _sites(self, blob: BlobId, functions: Sequence[Function]) -> tuple[tuple[Site, str], ...]:
        found = profile(functions, self._symbol)
        self._history.cache.keep_sites(blob, self._symbol, found)
        return found

    def tables(self, blobs: Mapping[BlobId, str]) -> Mapping[BlobId, tuple[Op, ...]]:
        """The entries of tables in some blobs that lead to the symbol."""
        cache = self._history.cache
        found = cache.leading(list(blobs), self._symbol)
        rest = {b: path for b, path in blobs.items() if b not in found}
        for blob, source in self._history.blobs.sources(rest):
            found[blob] = leading(source, self._symbol) if source is not None else ()
            if source is not None:
                cache.keep_leading(blob, self._symbol, found[blob])
        return found

    def naming(self, commit: CommitId, scope: Sequence[str] = ()) -> dict[str, BlobId]:
        """The source files at a commit that name the symbol, in a scope of pathspecs."""
        cache = self._history.cache
        asked = ["naming", self._symbol, *self._repository.asked_files((), commit, None), *scope]
        files, whole = cache.listed(asked)
        unread, _ = cache.listed([*asked, "unread"])
        if not whole:
            word = re.escape(self._symbol)
            failures = self._history.gaps.failures
            files, unread = self._repository.files_naming([word], commit, scope=scope)
            certain = failures == self._history.gaps.failures
            cache.keep_listed([*asked, "unread"], unread, whole=True, certain=certain)
            cache.keep_listed(asked, files, whole=True, certain=certain)
        self._history.gaps.note_unread(unread, commit)
        return self.blobs(commit, files)

    def blobs(self, commit: CommitId, paths: Iterable[str]) -> dict[str, BlobId]:
        """Those of some paths that are files at a commit, with their blobs."""
        wanted = set(paths)
        if not wanted:
            return {}
        few = sorted(wanted) if len(wanted) <= _FEW else ()
        return {p: b for p, b in self._repository.tree(commit, few) if p in wanted}
