"""The files that commits changed, scanned before and after."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from minekvm.adapters.git.changed_files import ChangedFile, Pair
from minekvm.adapters.git.repository import Repository
from minekvm.clone.blobs import Blobs
from minekvm.clone.cache import Cache
from minekvm.clone.gaps import Gaps
from minekvm.core.model import BlobId, CommitId, FilePair, FunctionVersion, Gap

_FILES_ASKED = 40  # changed files in which names are looked up one by one
WIDE = 1_000  # source files of a commit from which those alone are compared that concern a question

# Hand-set, looked at on the histories that benchmarks name: an import adds so many source files,
# and so many for each that stood there before.
_IMPORTED = 100
_PER_OLDER = 9


class Changes:
    """Differences of trees by commit and parent."""

    def __init__(self, repository: Repository, blobs: Blobs, cache: Cache, gaps: Gaps) -> None:
        self._repository = repository
        self._blobs = blobs
        self._cache = cache
        self._gaps = gaps
        self._files: dict[tuple[CommitId, CommitId | None], list[ChangedFile]] = {}

    def files(self, commit: CommitId, parent: CommitId | None) -> list[ChangedFile]:
        """The source files that differ between a commit and one parent, renames paired."""
        if (commit, parent) not in self._files:
            asked = self._repository.asked_changes(commit, parent)
            known = self._cache.changed(asked)
            if known is None:
                failures = self._gaps.failures
                known = self._repository.changed_files(commit, parent)
                self._cache.keep_changed(asked, known, certain=failures == self._gaps.failures)
            files, complaint = known
            if complaint:
                self._gaps.note(Gap("files renamed with a change", complaint, commit=commit))
            self._files[commit, parent] = files
        return self._files[commit, parent]

    def know(self, found: Mapping[Pair, list[ChangedFile]]) -> None:
        """Go by what was read of some commits in one go, and forget what was known of others."""
        self._files = dict(found)

    def is_import(self, commit: CommitId, parent: CommitId) -> bool:
        """Whether a commit brings in nearly all that stands after it: others' work, of before."""
        files = self.files(commit, parent)
        added = sum(f.old is None and f.new is not None for f in files)
        if added < _IMPORTED:
            return False
        before = islice(self._repository.tree(parent), added // _PER_OLDER + 1)
        return sum(1 for _ in before) <= added // _PER_OLDER

    def crossed(
        self, commit: CommitId, parent: CommitId | None, names: Sequence[str], *, came: bool
    ) -> bool:
        """Whether a commit's files began (`came`) to define one of some names, or ceased to.

        Of commits that change very many files it is not asked.
        """
        files = self.files(commit, parent) if names else []
        if len(files) > _FILES_ASKED:
            return False
        for file in files:
            has, lacks = (file.old, file.old_path), (file.new, file.new_path)
            if came:
                has, lacks = lacks, has
            there = self._defined(*has, names)
            if there - self._defined(*lacks, sorted(there)):
                return True
        return False

    def named_elsewhere(
        self, commit: CommitId, parent: CommitId | None, name: str, path: str
    ) -> bool:
        """Whether another of a commit's files than `path` names something more often after it.

        Of commits that change very many files it is not asked.
        """
        files = self.files(commit, parent)
        if len(files) > _FILES_ASKED:
            return False
        for file in files:
            if file.new is None or file.new_path == path:
                continue
            now = self._blobs.times(file.new, file.new_path, name)
            if now and (file.old is None or now > self._blobs.times(file.old, file.old_path, name)):
                return True
        return False

    def concerning(
        self,
        commit: CommitId,
        parent: CommitId | None,
        about: FunctionVersion,
        naming: Callable[[str, CommitId], Sequence[str]],
    ) -> list[ChangedFile]:
        """Of the files that a wide commit changed those that concern a definition.

        They stand beside it; and where its own file has not got it on both sides, they name it, as
        `naming` a word at a commit tells.
        """
        files = self.files(commit, parent)
        folder = posixpath.dirname(about.path)
        own = [f for f in files if about.path in (f.old_path, f.new_path)]
        near = [f for f in files if folder in map(posixpath.dirname, (f.old_path, f.new_path))]
        found = near if len(near) <= WIDE else own
        if not any(self._on_both_sides(f, about.name) for f in own):
            sides = [side for side in (commit, parent) if side is not None]
            there = {path for side in sides for path in naming(about.name, side)}
            known = set(found)
            further = [f for f in files if there & {f.old_path, f.new_path} and f not in known]
            found = [*found, *further[:WIDE]]
        why = (
            f"of the files that it changes, {len(found)} of {len(files)} were compared: those near"
        )
        self._gaps.note(Gap("a wide commit", f"{why} {about.path}", commit), missing=False)
        return found

    def _on_both_sides(self, file: ChangedFile, name: str) -> bool:
        old = self._defined(file.old, file.old_path, [name])
        return bool(old and self._defined(file.new, file.new_path, [name]))

    def _defined(self, blob: BlobId | None, path: str, names: Sequence[str]) -> set[str]:
        return self._blobs.defined(blob, path, names) if blob is not None and names else set()

    def pairs(self, files: Sequence[ChangedFile], *, keep: bool = True) -> list[FilePair]:
        """Some changed files, of any commits, scanned on both sides and read in one go.

        What is found is remembered, or without `keep` not: for those who remember what they make
        of it.
        """
        self._blobs.tidy()
        sides = [s for f in files for s in ((f.old, f.old_path), (f.new, f.new_path))]
        self._blobs.scan({b: path for b, path in sides if b is not None}, keep=keep)
        return [self._pair(f) for f in files]

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        """The file that a commit gave this path to by renaming it, or None."""
        for file in self.files(commit, parent):
            if file.new_path == path and file.old_path != path and file.old is not None:
                sides = ((file.old, file.old_path), (file.new, file.new_path))
                self._blobs.scan({b: side for b, side in sides if b is not None})
                return self._pair(file)
        return None

    def _pair(self, file: ChangedFile) -> FilePair:
        scanned = self._blobs.scanned
        return FilePair(
            file.old_path if file.old is not None else None,
            file.new_path if file.new is not None else None,
            scanned(file.old, file.old_path) if file.old is not None else (),
            scanned(file.new, file.new_path) if file.new is not None else (),
        )
