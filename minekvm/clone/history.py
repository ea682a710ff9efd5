"""A clone as the core wants to see it: blobs read once and scanned into functions.

Joins the git door with the scanner; keeps what one question needs again, and collects gaps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Self

from minekvm.adapters.git import process
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.adapters.git.repository import ChangedFile, Repository
from minekvm.clone.cache import Memory
from minekvm.clone.file_history import Walked
from minekvm.core.c.definitions import Texts, scan
from minekvm.core.c.finder import Finder
from minekvm.core.c.symbols import expressions, patterns
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
from minekvm.errors import GitFailed

if TYPE_CHECKING:
    from minekvm.core.region.tree import Outline

_AHEAD = 48  # versions of a file read at once when one is asked for
_SCANS_KEPT = 256
_TEXTS_KEPT = 20_000


class History:
    """Implements `core.lineage.History` for one repository; a context manager.

    `gaps` collects what could not be read on the way, each thing once. What `memory` has is not
    read again; what is new is given to it at the end.
    """

    def __init__(self, repository: Repository, memory: Memory | None = None) -> None:
        self._repository = repository
        self._memory = memory or Memory(None)
        self._commits: dict[CommitId, Commit] = {}
        self._files: dict[tuple[str, CommitId], FileHistory] = {}
        self._found: dict[tuple[BlobId, str], tuple[Function, ...]] = {}
        self._scans: dict[BlobId, tuple[Function, ...]] = {}
        self._texts: Texts = {}
        self._diffs: dict[tuple[CommitId, CommitId | None], list[ChangedFile]] = {}
        self._walks: dict[tuple[str, CommitId], Walked] = {}
        self._remembered: dict[tuple[str, CommitId], tuple[int, bool]] = {}
        self._finders: dict[str, Finder] = {}
        self._unreadable: set[BlobId] = set()
        self.gaps: list[Gap] = []
        self.whole = True  # whether nothing was missing so far
        self._failures = process.failures()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        unread = kind is not None and issubclass(kind, GitFailed)
        is_whole = self.whole and not unread and process.failures() == self._failures
        for (path, start), walk in self._walks.items():
            if is_whole and (len(walk.read), walk.whole) > self._remembered[path, start]:
                asked = self._repository.asked_walk(path, start)
                self._memory.keep_walk(asked, walk.read, whole=walk.whole)
            walk.close()
        self._repository.objects.close()
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            self._memory.flush(whole=is_whole)

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents. Raises UnknownCommit where it cannot be read."""
        if commit not in self._commits:
            self._commits[commit] = self._repository.commit(commit)
            if self._repository.cut_off(commit):
                why = "the shallow clone ends here: what is older is not in it"
                self.note(Gap("parents", why, commit=commit), missing=False)
        return self._commits[commit]

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at a commit, so that what came before is not known."""
        return self._repository.cut_off(commit)

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""
        return node.blob not in self._unreadable

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path; read from git as they are needed."""
        key = (path, start)
        if key not in self._files:
            nodes = self.begin(path, start)
            self._files[key] = FileHistory(path, nodes, next(iter(nodes), None))
        return self._files[key]

    def begin(self, path: str, start: CommitId) -> Walked:
        """Let git start on a file's history, which will be asked for soon."""
        key = (path, start)
        if key not in self._walks:
            known, whole = self._memory.walk(self._repository.asked_walk(path, start))
            self._remembered[key] = len(known), whole
            if not whole and not known:
                self._walks[key] = Walked(self._repository.walk(path, start))
            else:
                self._walks[key] = Walked(self._going_on(path, start, known, whole=whole))
        return self._walks[key]

    def _going_on(
        self, path: str, start: CommitId, known: Sequence[Node], *, whole: bool
    ) -> Generator[Node, None, None]:
        """A walk of which the beginning is remembered; git is asked only beyond that."""
        yield from known
        if not whole:
            yield from islice(self._repository.walk(path, start), len(known), None)

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
        assert isinstance(file.nodes, Walked)
        assert node.blob is not None
        wanted = {node.blob: file.path}
        for other in file.nodes.after(node.id):
            if other.blob is not None and (other.blob, name) not in self._found:
                wanted[other.blob] = file.path
                if len(wanted) == _AHEAD:
                    break
        self.define(wanted, name)

    def define(self, blobs: Mapping[BlobId, str], name: str) -> None:
        """Find the definitions of a name in some blobs, given with their paths."""
        for blob, known in self._memory.definitions(list(blobs), name).items():
            self._found[blob, name] = known
        finder = self._finders.get(name)
        if finder is None:
            finder = self._finders[name] = Finder(name)
        unknown = {b: path for b, path in blobs.items() if (b, name) not in self._found}
        for blob, source in self.sources(unknown):
            if source is None:
                self._unreadable.add(blob)
                self._found[blob, name] = ()
            else:
                self._found[blob, name] = finder.definitions(source)
                self._memory.keep_definitions(blob, name, self._found[blob, name])

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        """The file that a commit gave this path to by renaming it, or None."""
        for file in self.changed(commit, parent):
            if file.new_path == path and file.old_path != path and file.old is not None:
                return self._pair(file)
        return None

    def functions_at(self, commit: CommitId, path: str) -> tuple[Function, ...]:
        """Every definition in a file at a commit."""
        name = f"{commit}:{path}"
        if "\n" in path:
            blob = self._repository.blob(commit, path)
            if blob is None:
                return ()
            name = blob
        ((_, source),) = self.sources({BlobId(name): path})
        return scan(source) if source is not None else ()

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        """The definitions of a name in the other files of a path's folder, at a commit."""
        standing = self.standing([name], commit, path.rpartition("/")[0])
        return [v for v in standing if v.path != path]

    def standing(
        self, names: Sequence[str], commit: CommitId, folder: str | None = None
    ) -> list[FunctionVersion]:
        """The definitions of some names at a commit, in its whole tree or in one folder.

        Files that cannot be read are noted.
        """
        asked = self._asked_standing(names, commit, folder)
        known = self._memory.standing(asked)
        if known is None:
            (known,) = self._find_standing([names], commit, folder)
        self.note_unread(known[1], commit)
        return known[0]

    def prepare_standing(self, groups: Iterable[Sequence[str]], commit: CommitId) -> None:
        """Search a commit's tree once for many groups of names that `standing` will ask for."""
        unknown = [
            names
            for names in groups
            if self._memory.standing(self._asked_standing(names, commit, None)) is None
        ]
        if unknown:
            self._find_standing(unknown, commit, None)

    def _asked_standing(
        self, names: Sequence[str], commit: CommitId, folder: str | None
    ) -> list[str]:
        words = [p for name in names for p in patterns(name)]
        return ["names", *names, *self._repository.asked_files(words, commit, folder)]

    def _find_standing(
        self, groups: Sequence[Sequence[str]], commit: CommitId, folder: str | None
    ) -> list[tuple[list[FunctionVersion], list[str]]]:
        """What stands at a commit under each group of names, and what could not be read."""
        wanted = {name for names in groups for name in names}
        words = expressions(sorted(wanted))
        files, unread = self._repository.files_naming(words, commit, folder)
        found = [
            FunctionVersion(path, function)
            for path in files
            for function in self.functions_at(commit, path)
            if function.name in wanted
        ]
        sorted_out = [([v for v in found if v.name in names], unread) for names in groups]
        for names, known in zip(groups, sorted_out, strict=True):
            self._memory.keep_standing(self._asked_standing(names, commit, folder), known)
        return sorted_out

    def commits_changing(self, word: str, rev: CommitId) -> Iterator[CommitId]:
        """Commits that changed how often a word stands in C files, newest first."""
        asked = ["changing", word, *self._repository.asked_files((), rev, None)]
        known, whole = self._memory.listed(asked)
        seen = list(known)
        yield from map(CommitId, known)
        if whole:
            return
        try:
            coming = self._repository.commits_changing(word, rev)
            for commit in islice(coming, len(known), None):
                seen.append(commit)
                yield commit
            whole = True
        finally:
            if whole or len(seen) > len(known):
                self._memory.keep_listed(asked, seen, whole=whole)

    def samples(self, rev: CommitId, parts: Sequence[int]) -> list[CommitId]:
        """First-parent ancestors of a commit at 1/part of the history's length, newest first."""
        asked = ["samples", rev, *map(str, parts)]
        return [CommitId(c) for c in self._all(asked, lambda: self._repository.samples(rev, parts))]

    def following(self, commit: CommitId, rev: CommitId, most: int) -> list[CommitId]:
        """The first commits after one on the way to a revision, oldest first."""
        asked = ["following", commit, rev, str(most)]
        found = self._all(asked, lambda: self._repository.following(commit, rev, most))
        return [CommitId(c) for c in found]

    def count(self, rev: CommitId) -> int:
        """How many commits are reachable from one."""
        return int(self._all(["count", rev], lambda: [str(self._repository.count(rev))])[0])

    def root(self, rev: CommitId) -> CommitId:
        """The oldest commit without parents that is reachable from one."""
        return CommitId(self._all(["root", rev], lambda: [self._repository.root(rev)])[0])

    def defined_words(self, like: str, commit: CommitId) -> set[str]:
        """Words of a commit's tree that may name definitions and share a part with a given one."""
        asked = ["words", like, *self._repository.asked_files((), commit, None)]

        def read() -> list[str]:
            words, is_whole = self._repository.defined_words(like, commit)
            self.whole = self.whole and is_whole
            return sorted(words)

        return set(self._all(asked, read))

    def _all(self, asked: Sequence[str], read: Callable[[], Sequence[str]]) -> Sequence[str]:
        known, whole = self._memory.listed(asked)
        if whole:
            return known
        found = read()
        self._memory.keep_listed(asked, found, whole=True)
        return found

    def scanned(self, blob: BlobId, path: str) -> tuple[Function, ...]:
        """Every definition in a blob; () where it is unreadable."""
        self._scan({blob: path})
        return self._scans[blob]

    def outlines(self, blobs: Mapping[BlobId, str]) -> dict[BlobId, Outline]:
        """What some blobs, given with their paths, define and hold in tables."""
        from minekvm.core.c.tables import entries
        from minekvm.core.region.tree import NOTHING, Outline

        found = self._memory.outlines(list(blobs))
        for blob, source in self.sources({b: p for b, p in blobs.items() if b not in found}):
            if source is None:
                found[blob] = NOTHING
                continue
            known = self._memory.functions(blob, source)
            if known is None:
                known = scan(source)
                self._memory.keep_functions(blob, known)
            tables = entries(source)
            self._memory.keep_entries(blob, tables)
            found[blob] = Outline.of(known, tables)
        return found

    def remembered(self, asked: Sequence[str], read: Callable[[], Sequence[str]]) -> Sequence[str]:
        """A list of words that depends on nothing but what was asked; read once for all.

        What could not be read meanwhile is noted each time.
        """

        def noted() -> list[str]:
            before = len(self.gaps)
            words = read()
            gaps = [(g.what, g.why, g.commit, g.path) for g in self.gaps[before:]]
            return [json.dumps(gaps), *words]

        gaps, *words = self._all(["with gaps", *asked], noted)
        for what, why, commit, path in json.loads(gaps):
            self.note(Gap(what, why, commit, path))
        return words

    def files_naming(self, words: Sequence[str], commit: CommitId) -> list[str]:
        """The source files of a commit's tree that have one of some words."""
        asked = ["naming", *self._repository.asked_files(words, commit, None)]

        def read() -> list[str]:
            files, unread = self._repository.files_naming(words, commit)
            self.note_unread(unread, commit)
            return files

        return list(self.remembered(asked, read))

    def pairs(self, commit: CommitId, parent: CommitId | None) -> list[FilePair]:
        """The source files that differ between a commit and one parent, scanned on both sides."""
        return self.file_pairs(self.changed(commit, parent))

    def file_pairs(self, files: Sequence[ChangedFile], *, keep: bool = True) -> list[FilePair]:
        """Some changed files, of any commits, scanned on both sides and read in one go.

        What is found is remembered, or without `keep` not: for those who remember what they make
        of it.
        """
        if len(self._scans) > _SCANS_KEPT:
            self._scans.clear()
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        sides = [s for f in files for s in ((f.old, f.old_path), (f.new, f.new_path))]
        self._scan({b: path for b, path in sides if b is not None}, keep=keep)
        return [self._pair(f) for f in files]

    def changed(self, commit: CommitId, parent: CommitId | None) -> list[ChangedFile]:
        """The source files that differ between a commit and one parent, renames paired."""
        if (commit, parent) not in self._diffs:
            asked = self._repository.asked_changes(commit, parent)
            known = self._memory.changed(asked)
            if known is None:
                known = self._repository.changed_files(commit, parent)
                self._memory.keep_changed(asked, known)
            files, complaint = known
            if complaint:
                self.note(Gap("files renamed with a change", complaint, commit=commit))
            self._diffs[commit, parent] = files
        return self._diffs[commit, parent]

    @property
    def memory(self) -> Memory:
        """What was read before."""
        return self._memory

    def _pair(self, file: ChangedFile) -> FilePair:
        sides = ((file.old, file.old_path), (file.new, file.new_path))
        self._scan({b: path for b, path in sides if b is not None})
        return FilePair(
            file.old_path if file.old is not None else None,
            file.new_path if file.new is not None else None,
            self._scans[file.old] if file.old is not None else (),
            self._scans[file.new] if file.new is not None else (),
        )

    def _scan(self, blobs: Mapping[BlobId, str], *, keep: bool = True) -> None:
        wanted = {b: path for b, path in blobs.items() if b not in self._scans}
        for blob, source in self.sources(wanted):
            if source is None:
                self._scans[blob] = ()
                continue
            known = self._memory.functions(blob, source) if keep else None
            if known is None:
                known = scan(source, self._texts)
                if keep:
                    self._memory.keep_functions(blob, known)
            self._scans[blob] = known

    def sources(self, blobs: Mapping[BlobId, str]) -> Iterator[tuple[BlobId, bytes | None]]:
        """Each blob's source in turn, None where it is none; `blobs` maps them to their paths."""
        contents = self._repository.objects.read_many(blobs)
        for (blob, path), data in zip(blobs.items(), contents, strict=True):
            yield blob, self._checked(blob, data, path)

    def _checked(self, blob: BlobId, data: bytes | Missing, path: str) -> bytes | None:
        why = ""
        if isinstance(data, Missing):
            why = data.why
        elif not is_text(data):
            why = "binary, not source"
        else:
            return data
        what = "file" if ":" in blob else f"blob {blob[:12]}"
        self.note(Gap(what, why, path=path))
        return None

    def note_unread(self, paths: Sequence[str], commit: CommitId) -> None:
        """Keep one gap for the files of a tree that a search could not read."""
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            why = f"missing from the clone or damaged: not searched{more and ', nor the others'}"
            self.note(Gap(f"file {paths[0]}{more}", why, commit=commit))

    def note(self, gap: Gap, *, missing: bool = True) -> None:
        """Keep a gap, once.

        Where something was `missing`, no answer that may rest on it is remembered as whole.
        """
        self.whole = self.whole and not missing
        if gap not in self.gaps:
            self.gaps.append(gap)
