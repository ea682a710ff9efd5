"""What files of a clone declare beside functions: read off blobs, in batches, once each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from minekvm.adapters.git.changed_files import changed_of
from minekvm.adapters.git.repository import ChangedFile, Repository
from minekvm.adapters.git.searching import files_with
from minekvm.clone.history import History
from minekvm.core.c.symbols import candidates
from minekvm.core.declarations import Declaration
from minekvm.core.declared.compare import DeclaredPair
from minekvm.core.front_ends import FRONT_ENDS, declarations, front_end
from minekvm.core.model import (
    BlobId,
    Commit,
    CommitId,
    FileHistory,
    FunctionVersion,
    Gap,
    Node,
)

_DIRECTIVE = re.compile(rb"^[ \t]*+#(?:[^\n\\]++|\\.)*+", re.MULTILINE | re.DOTALL)
_INCLUDE = re.compile(rb"^[ \t]*+#[ \t]*+include\b.*+\n?+", re.MULTILINE)

_AHEAD = 48  # versions of a file read at once when one is asked for
_KEPT = 400  # sources and scans that are at hand
_MOST_FILES = 300  # changed files that are read of one commit


class DeclaredHistory:
    """Implements `core.declared.tracer.History` for an opened clone."""

    def __init__(self, repository: Repository, history: History) -> None:
        self._repository = repository
        self._history = history
        self._sources: dict[BlobId, bytes] = {}
        self._scans: dict[tuple[BlobId, str], tuple[Declaration, ...]] = {}

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents."""
        return self._history.commit(commit)

    def begins(self, commit: CommitId, parent: CommitId | None) -> bool:
        """Whether history begins with a commit."""
        return self._history.begins(commit, parent)

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        """The commits from `start` back that changed a path."""
        return self._history.file_history(path, start)

    def declared(self, file: FileHistory, node: Node) -> tuple[Declaration, ...]:
        """What the file as a node left it declares; nothing where it is unreadable."""
        if node.blob is None:
            return ()
        return self._scan(node.blob, file.path, self._source(file, node))

    def stands(self, file: FileHistory, node: Node, declaration: Declaration) -> bool:
        """Whether a declaration's very text stands in the file as a node left it, once."""
        source = self._source(file, node)
        at = source.find(declaration.text)
        end = at + len(declaration.text)
        whole = at >= 0 and source[end : end + 1] in (b"", b"\n", b"\r", b" ", b"\t")
        begins = at == 0 or not (source[at - 1 : at].isalnum() or source[at - 1 : at] == b"_")
        return whole and begins and source.find(declaration.text, at + 1) < 0

    def declared_pairs(
        self, commit: CommitId, parent: CommitId | None, word: str = "", path: str = ""
    ) -> list[DeclaredPair]:
        """The files that differ between a commit and a parent, with what they declare.

        With a `word` those alone that have it more or less often than before, and `path`.
        Of a commit that changes very many, the first; a gap says so.
        """
        files = [f for f in self.changed(commit, parent) if front_end(f.new_path) is not None]
        if len(files) > _MOST_FILES:
            why = f"of the files that it changes, {_MOST_FILES} of {len(files)} were compared"
            self._history.gaps.note(Gap("a wide commit", why, commit), missing=False)
            files = files[:_MOST_FILES]
        self._read_sides(files)
        if word:
            asked = word.encode("latin-1", "replace")
            files = [
                f
                for f in files
                if path in (f.old_path, f.new_path)
                or self._count(f.old, asked) != self._count(f.new, asked)
            ]
        return [self._pair(file) for file in files if self._may_differ(file)]

    def between(self, commit: CommitId) -> list[tuple[CommitId | None, list[DeclaredPair]]]:
        """What a commit did against each parent, as `declared_pairs`; of a merge, against each,
        those files alone that it left as none of its parents had them.
        """
        parents = self.commit(commit).parents
        if len(parents) < 2:
            first = next(iter(parents), None)
            return [(first, self.declared_pairs(commit, first))]
        sides = [{f.new_path: f for f in self.changed(commit, parent)} for parent in parents]
        shared = [path for path in sides[0] if all(path in side for side in sides)]
        return [
            (parent, self.pairs([side[path] for path in shared]))
            for parent, side in zip(parents, sides, strict=True)
        ]

    def _may_differ(self, file: ChangedFile) -> bool:
        """Whether there is a difference beside that of functions, whose bodies declare nothing."""
        if file.old is None or file.new is None or file.old_path != file.new_path:
            return True
        old = self._outside(file.old, file.old_path)
        return old is None or old != self._outside(file.new, file.new_path)

    def _outside(self, blob: BlobId, path: str) -> list[bytes] | None:
        """What stands between a source's functions, and the directives in these; None where no
        functions are told apart."""
        found = front_end(path)
        if found is None or not found.has_functions:
            return None
        source, at, pieces = self._sources[blob], 0, []
        for version in self._functions(blob, path):
            function = version.function
            if function.start >= at:
                pieces.append(source[at : function.start])
            pieces += _DIRECTIVE.findall(function.text)
            at = max(at, function.end)
        pieces.append(source[at:])
        return [_INCLUDE.sub(b"", piece) for piece in pieces]

    def _count(self, blob: BlobId | None, word: bytes) -> int:
        return self._sources[blob].count(word) if blob is not None else 0

    def changed(self, commit: CommitId, parent: CommitId | None) -> list[ChangedFile]:
        """The files of every language that differ between a commit and a parent."""
        scope = self._repository.scope
        return changed_of(self._repository.path, (commit, parent), scope, _is_read)

    def pairs(self, files: Sequence[ChangedFile]) -> list[DeclaredPair]:
        """Some changed files, with what they declare on both sides."""
        self._read_sides(files)
        return [self._pair(file) for file in files if self._may_differ(file)]

    def _read_sides(self, files: Sequence[ChangedFile]) -> None:
        wanted = {b: p for f in files for b, p in ((f.old, f.old_path), (f.new, f.new_path)) if b}
        self._read(wanted)

    def _pair(self, file: ChangedFile) -> DeclaredPair:
        def read(blob: BlobId | None, path: str) -> tuple[Declaration, ...]:
            source = self._sources.get(blob, b"") if blob is not None else b""
            return self._scan(blob, path, source) if blob is not None else ()

        old, new = read(file.old, file.old_path), read(file.new, file.new_path)
        return DeclaredPair(
            file.old_path if file.old is not None else None,
            file.new_path if file.new is not None else None,
            old,
            new,
            self._functions(file.old, file.old_path),
            self._functions(file.new, file.new_path),
        )

    def _functions(self, blob: BlobId | None, path: str) -> tuple[FunctionVersion, ...]:
        found = front_end(path)
        if blob is None or found is None or not found.has_functions:
            return ()
        return tuple(FunctionVersion(path, f) for f in self._history.blobs.scanned(blob, path))

    def _scan(self, blob: BlobId, path: str, source: bytes) -> tuple[Declaration, ...]:
        if (blob, path) not in self._scans:
            if len(self._scans) > _KEPT:
                self._scans.clear()
            functions = [v.function for v in self._functions(blob, path)]
            self._scans[blob, path] = declarations(path, source, functions)
        return self._scans[blob, path]

    def _source(self, file: FileHistory, node: Node) -> bytes:
        if node.blob is None:
            return b""
        if node.blob not in self._sources:
            wanted = {node.blob: file.path}
            for other in file.nodes.after(node.id):
                if other.blob is not None and other.blob not in self._sources:
                    wanted[other.blob] = file.path
                if len(wanted) == _AHEAD:
                    break
            self._read(wanted)
        return self._sources[node.blob]

    def _read(self, blobs: Mapping[BlobId, str]) -> None:
        if len(self._sources) > _KEPT:
            self._sources.clear()
        lacking = {b: path for b, path in blobs.items() if b not in self._sources}
        for blob, source in self._history.blobs.sources(lacking):
            self._sources[blob] = source or b""

    def standing(self, word: str, commit: CommitId, path: str | None) -> list[tuple[str, bytes]]:
        """The files at a commit that have a word, or one file, with their content."""
        files = [path] if path is not None else self._naming(word, commit)
        asked = {BlobId(f"{commit}:{p}"): p for p in files}
        return [(asked[b], s) for b, s in self._history.blobs.sources(asked) if s is not None]

    def _naming(self, word: str, commit: CommitId) -> list[str]:
        # Looking through a big tree takes seconds: what functions were looked for in is left out.
        known = self._history.trees.is_nowhere(candidates(word), commit)
        languages = [each for each in FRONT_ENDS if not (known and each.has_functions)]
        specs = [spec for each in languages for spec in each.pathspecs]
        where = list(self._repository.scope) or list(dict.fromkeys(specs))
        found = files_with(self._repository.path, commit, [word], where)
        return [path for path in found.get(word, []) if _is_read(path)]


def _is_read(path: str) -> bool:
    return front_end(path) is not None
