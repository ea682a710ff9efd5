"""Searches of a commit's tree: what stands in it, under which names.

What knows C is imported where it is used: what is kept is answered without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minekvm.adapters.git.repository import Repository
from minekvm.clone.answers import Answers
from minekvm.clone.blobs import Blobs
from minekvm.clone.cache import Cache
from minekvm.clone.gaps import Gaps
from minekvm.core.model import BlobId, CommitId, Function, FunctionVersion

_FEW_FILES = 1_000  # that fit a command line
_FEW_NAMES = 4  # names that are looked for each by itself, not among all definitions of a file


class Trees:
    """Trees by commit. Files that cannot be read are noted."""

    def __init__(
        self, repository: Repository, blobs: Blobs, cache: Cache, answers: Answers, gaps: Gaps
    ) -> None:
        self._repository = repository
        self._blobs = blobs
        self._cache = cache
        self._answers = answers
        self._gaps = gaps
        self._naming: dict[CommitId, list[tuple[frozenset[str], list[str]]]] = {}

    def functions_at(self, commit: CommitId, path: str) -> tuple[Function, ...]:
        """Every definition in a file at a commit."""
        from minekvm.core.c.definitions import scan

        name = f"{commit}:{path}"
        if "\n" in path:
            blob = self._repository.blob(commit, path)
            if blob is None:
                return ()
            name = blob
        ((_, source),) = self._blobs.sources({BlobId(name): path})
        return scan(source) if source is not None else ()

    def blob(self, commit: CommitId, path: str) -> BlobId | None:
        """The blob of a regular file at a commit; None where it has none."""
        return self._repository.blob(commit, path)

    def standing(
        self, names: Sequence[str], commit: CommitId, folder: str | None = None
    ) -> list[FunctionVersion]:
        """The definitions of some names at a commit, in its whole tree or in one folder."""
        asked = self._asked_standing(names, commit, folder)
        known = self._cache.standing(asked)
        if known is None:
            (known,) = self._find_standing([names], commit, folder)
        self._gaps.note_unread(known[1], commit)
        return known[0]

    def prepare_standing(self, groups: Iterable[Sequence[str]], commit: CommitId) -> None:
        """Search a commit's tree once for many groups of names that `standing` will ask for."""
        unknown = [
            names
            for names in groups
            if self._cache.standing(self._asked_standing(names, commit, None)) is None
        ]
        if unknown:
            self._find_standing(unknown, commit, None)

    def _asked_standing(
        self, names: Sequence[str], commit: CommitId, folder: str | None
    ) -> list[str]:
        from minekvm.core.c.symbols import patterns

        words = [p for name in names for p in patterns(name)]
        return ["names", *names, *self._repository.asked_files(words, commit, folder)]

    def _find_standing(
        self, groups: Sequence[Sequence[str]], commit: CommitId, folder: str | None
    ) -> list[tuple[list[FunctionVersion], list[str]]]:
        """What stands at a commit under each group of names, and what could not be read."""
        from minekvm.core.c.symbols import expressions

        doubts = self._gaps.doubts
        wanted = {name for names in groups for name in names}
        words = expressions(sorted(wanted))
        files, unread = self._repository.files_naming(words, commit, folder)
        if folder is None:
            self._naming.setdefault(commit, []).append((frozenset(words), files))
        found = [
            FunctionVersion(path, function)
            for path in files
            for function in self._named_at(commit, path, wanted)
        ]
        sorted_out = [([v for v in found if v.name in names], unread) for names in groups]
        for names, known in zip(groups, sorted_out, strict=True):
            asked = self._asked_standing(names, commit, folder)
            certain = doubts == self._gaps.doubts
            self._cache.keep_standing(asked, known, certain=certain)
            if not files:
                self._cache.keep_listed(["nowhere", *asked], ["yes"], whole=True, certain=certain)
        return sorted_out

    def is_nowhere(self, names: Sequence[str], commit: CommitId) -> bool:
        """Whether a search for the definitions of some names met no source file that can be read
        and has one of them as a word; False where none was made."""
        return self._cache.listed(["nowhere", *self._asked_standing(names, commit, None)])[1]

    def named_at(self, commit: CommitId, path: str, name: str) -> list[Function]:
        """The definitions of a name in a file at a commit."""
        return self._named_at(commit, path, {name})

    def _named_at(self, commit: CommitId, path: str, wanted: set[str]) -> list[Function]:
        """The definitions of some names in a file at a commit; of few names without the others."""
        if len(wanted) > _FEW_NAMES or "\n" in path:
            return [f for f in self.functions_at(commit, path) if f.name in wanted]
        from minekvm.core.c.finder import find

        ((_, source),) = self._blobs.sources({BlobId(f"{commit}:{path}"): path})
        found = [f for name in wanted for f in find(source or b"", name)]
        return sorted(found, key=lambda f: f.start_line)

    def files_naming(self, words: Sequence[str], commit: CommitId) -> list[str]:
        """The source files of a commit's tree that have one of some words."""
        asked = ["naming", *self._repository.asked_files(words, commit, None)]

        def read() -> list[str]:
            among = self._among(words, commit)
            if among is not None and not among:
                return []
            files, unread = self._repository.files_naming(words, commit, scope=among or ())
            self._gaps.note_unread(unread, commit)
            return files

        return list(self._answers.remembered(asked, read))

    def _among(self, words: Sequence[str], commit: CommitId) -> list[str] | None:
        """The files, as pathspecs, that a search for more words has left; None without one.

        Looking through a big tree again would take seconds.
        """
        for known, files in self._naming.get(commit, ()):
            if known.issuperset(words) and len(files) <= _FEW_FILES:
                return [f":(top,literal){path}" for path in files]
        return None

    def defined_words(self, like: str, commit: CommitId) -> set[str]:
        """Words of a commit's tree that may name definitions and share a part with a given one."""
        asked = ["words", like, *self._repository.asked_files((), commit, None)]

        def read() -> list[str]:
            words, is_whole = self._repository.defined_words(like, commit)
            if not is_whole:
                self._gaps.doubt()
            return sorted(words)

        return set(self._answers.listed(asked, read))
