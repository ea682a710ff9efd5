"""A clone's history through its shadow: who changed a file, what a commit did, who names a word.

git picks the commits that can matter: path-limited, with its Bloom filters where a commit-graph has
them. Paths are decoded once, here (undecodable bytes as surrogates, as Python does for files).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from minekvm.adapters.git import long_walks, process
from minekvm.adapters.git.changed_files import (
    RENAME_LIMIT,
    ChangedFile,
    Pair,
    changed_entries,
    changed_in_bulk,
    regular,
)
from minekvm.adapters.git.commits import parse_commit
from minekvm.adapters.git.objects import Lookup, Missing, Objects
from minekvm.core.file_kinds import SOURCE, C, is_source
from minekvm.core.model import BlobId, Commit, CommitId, Node
from minekvm.errors import UnknownCommit

_C_FILES = [f"*{suffix}" for suffix in C]
_DEFINING = re.compile(rb"^(?:#\s*define|[A-Za-z_])[^(\n]*?\b([A-Za-z_]\w+)\(", re.MULTILINE)
_UNREAD = re.compile(r"error: '[^:']*:(.*)': unable to read ")


__all__ = ["ChangedFile", "Repository", "glob_quote", "new_blob"]


class Repository:
    """The shadow's history, read through git; a context manager, because it owns a process.

    `scope` limits searches and diffs to pathspecs, as git understands them. With `every_side`, a
    file's history has both sides of a merge that could have taken the file from either.
    """

    def __init__(
        self, shadow: Path, scope: Sequence[str] = (), *, every_side: bool = False
    ) -> None:
        self.path = shadow
        self._every_side = every_side
        self.scope = self._scope = tuple(scope)
        self._parents = _changed_parents(shadow / "info" / "grafts")
        self._boundary = _changed_parents(shadow / "shallow")
        self.objects = Objects(shadow)
        self._lookup = Lookup(shadow)

    @property
    def parents_told(self) -> str:
        """A digest of what gives commits other parents: grafts and a shallow boundary."""
        digest = hashlib.blake2b(digest_size=16)
        for name in ("info/grafts", "shallow"):
            with suppress(OSError):
                digest.update((self.path / name).read_bytes())
            digest.update(b"|")
        return digest.hexdigest()

    @property
    def replaced(self) -> str:
        """A digest of the replace refs, which show other objects under the old names."""
        digest = hashlib.blake2b(digest_size=16)
        with suppress(OSError), (self.path / "packed-refs").open("rb") as refs:
            digest.update(b"".join(line for line in refs if b" refs/replace/" in line))
        return digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.objects.close()
        self._lookup.close()

    @property
    def every_side(self) -> bool:
        """Whether both sides are followed of merges that could have taken a file from either."""
        return self._every_side

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its parents, as git goes by them: none at a shallow clone's boundary.

        Raises UnknownCommit where it cannot be read.
        """
        try:
            raw = self.objects.read(commit)
        except Missing as missing:
            raise UnknownCommit(
                f"commit {commit[:12]} cannot be read: {missing.why}",
                "the clone is damaged, partial or shallow",
            ) from None
        return self._parsed(commit, raw)

    def commits(self, commits: Sequence[CommitId]) -> dict[CommitId, Commit]:
        """Those of some commits that can be read, as `commit` gives them."""
        found = zip(commits, self.objects.read_many(commits), strict=True)
        return {c: self._parsed(c, raw) for c, raw in found if not isinstance(raw, Missing)}

    def _parsed(self, commit: CommitId, raw: bytes) -> Commit:
        found = parse_commit(commit, raw)
        parents = self._boundary.get(commit, self._parents.get(commit, found.parents))
        return replace(found, parents=parents)

    def changed_in_bulk(
        self, pairs: Sequence[Pair], *, paired: bool = True
    ) -> dict[Pair, list[ChangedFile]] | None:
        """What `changed_files` finds of many commits and parents, or without `paired` all renames
        as two files; None where it is not to be had in one go."""
        return changed_in_bulk(self.path, pairs, self._scope, paired=paired)

    def cut_off(self, commit: CommitId) -> bool:
        """Whether a shallow clone ends at this commit, so that its parents are not known."""
        return commit in self._boundary

    def walk(self, path: str, start: CommitId) -> Generator[Node, None, None]:
        """The commits from `start` back that changed a path, simplified as git does by default.

        With `every_side` the merges are among them, and what a merge could have had from one parent
        as well as from another is followed in both.
        """
        walk = [*(["--full-history"] if self._every_side else []), start]
        diff = ["--no-color", "--no-renames", "--root", "--raw", "-c", "--no-abbrev"]
        fields = long_walks.with_parents(self.path, walk, diff, [path])
        find = self.blob if "\n" in path else self._lookup.blob
        return _nodes(fields, os.fsencode(path), lambda merge: find(merge, path))

    def asked_walk(self, path: str, start: CommitId) -> list[str]:
        """All that the answer of `walk` depends on."""
        return [path, start, str(self._every_side)]

    def asked_changes(self, commit: CommitId, parent: CommitId | None) -> list[str]:
        """All that the answer of `changed_files` depends on."""
        return [commit, parent or "", *self._scope]

    def asked_files(self, words: Sequence[str], commit: CommitId, folder: str | None) -> list[str]:
        """All that the answer of `files_naming` depends on."""
        where = ["in", folder] if folder is not None else ["scope", *self._scope]
        return [commit, *where, "words", *words]

    def changed_files(
        self, commit: CommitId, parent: CommitId | None
    ) -> tuple[list[ChangedFile], str]:
        """The source files that differ from a parent (None: the empty tree), and git's complaint.

        Renames are paired. The complaint is "" or says which object that pairing lacked: then only
        files renamed without a change are paired.
        """
        sides = [parent, commit] if parent is not None else ["--root", commit]
        sides += ["--", *self._scope] if self._scope else []
        arguments = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-commit-id"]
        code, out, complaint = process.run(
            [*arguments, "-M", f"-l{RENAME_LIMIT}", *sides], self.path, literal=False
        )
        if code:
            out = process.output([*arguments, "-M100%", *sides], self.path, literal=False)
        return list(changed_entries(out.split(b"\0"), self._scope)), complaint if code else ""

    def files_naming(
        self,
        words: Sequence[str],
        commit: CommitId,
        folder: str | None = None,
        scope: Sequence[str] = (),
    ) -> tuple[list[str], list[str]]:
        """The source files at a commit that match a word, and those that could not be read.

        `words` are POSIX extended expressions that must match as whole words; with a `folder`
        ("" for the top) only files right in it are looked at, with a `scope` only what it names.
        """
        arguments = ["grep", "-z", "-l", "-I", "-w", "-E"]
        arguments += [a for word in words for a in ("-e", word)]
        inside = f"{glob_quote(folder)}/" if folder else ""
        where = list(scope) or self._sources()
        if folder is not None:
            where = [f":(top,glob){inside}{pattern}" for pattern in _C_FILES]
        arguments += [commit, "--", *where]
        code, out, stderr = process.run(arguments, self.path, literal=False, whole=True)
        unread = sorted(set(_UNREAD.findall(stderr)))  # git looks for them side by side
        if code > 1 and not process.speaks_of_objects(stderr):
            raise process.failed(arguments, process.complaint(stderr.encode()))
        if code > 1 and not unread:
            unread = ["its trees"]
        prefix = len(commit) + 1
        names = [os.fsdecode(n[prefix:]) for n in out.split(b"\0") if n]
        return [n for n in names if is_source(n)], unread

    def blob(self, commit: CommitId, path: str) -> BlobId | None:
        """The blob of a regular file at a commit, whatever its path is made of."""
        out = process.output(["ls-tree", "-z", commit, "--", path], self.path)
        for entry in out.split(b"\0"):
            about, _, name = entry.partition(b"\t")
            if name == os.fsencode(path):
                mode, _, blob = about.split()
                return regular(mode, blob)
        return None

    def tree(self, commit: CommitId, paths: Sequence[str] = ()) -> Iterator[tuple[str, BlobId]]:
        """Every regular source file at a commit or, of a few paths, those; with their blobs."""
        arguments = ["ls-tree", "-r", "-z", commit, "--", *paths]
        for entry in process.lines(arguments, self.path, end=b"\0"):
            about, _, name = entry.partition(b"\t")
            path = os.fsdecode(name)
            if is_source(path) and about.startswith(b"100"):
                yield path, BlobId(about.split()[2].decode("ascii"))

    def samples(self, rev: CommitId, parts: Sequence[int]) -> list[CommitId]:
        """First-parent ancestors of a commit at 1/part of the history's length, newest first."""
        line = list(process.lines(["rev-list", "--first-parent", rev], self.path))
        places = sorted({(len(line) - 1) // part for part in parts} - {0})
        return [CommitId(line[at].decode("ascii")) for at in places]

    def count(self, rev: CommitId) -> int:
        """How many commits are reachable from one."""
        return int(process.output(["rev-list", "--count", rev], self.path))

    def root(self, rev: CommitId) -> CommitId:
        """The oldest commit without parents that is reachable from one."""
        out = process.output(["rev-list", "--max-parents=0", rev], self.path).split()
        return CommitId(out[-1].decode("ascii")) if out else rev

    def following(self, commit: CommitId, rev: CommitId, most: int) -> list[CommitId]:
        """The first commits after one on the way to a revision, oldest first."""
        asked = ["rev-list", "--ancestry-path", "--topo-order", "--reverse", f"{commit}..{rev}"]
        return [CommitId(c.decode("ascii")) for c in list(process.lines(asked, self.path))[:most]]

    def commits_changing(
        self, word: str, rev: CommitId, since: int | None = None
    ) -> Iterator[CommitId]:
        """Commits that changed how often a word stands in C files, newest first; of all time, or
        committed since a date.

        Only `.c` and `.h`: each further pattern costs git as much again on every tree.
        """
        arguments = ["-c", "log.showRoot=false", "log", "--no-color", "--no-show-signature"]
        arguments += ["--format=%H", "--no-renames", "--full-history"]
        arguments += [f"--max-age={since}"] if since is not None else []
        arguments += [f"-S{word}", rev, "--", *(self._scope or [*_C_FILES])]
        for line in process.lines(arguments, self.path, literal=False):
            yield CommitId(line.decode("ascii"))

    def defined_words(self, like: str, commit: CommitId) -> tuple[set[str], bool]:
        """Words before a `(` on lines that may define one, and share a part with a given word.

        And whether all files could be read.
        """
        third = max(3, len(like) // 3)
        parts = {like[:third], like[-third:], like[third : 2 * third]} - {""}
        arguments = ["grep", "-h", "-I", "-F", *(a for p in sorted(parts) for a in ("-e", p))]
        arguments += [commit, "--", *self._sources()]
        code, out, _ = process.run(arguments, self.path, literal=False)
        return {w.decode("latin-1") for w in _DEFINING.findall(out)}, code <= 1

    def _sources(self) -> list[str]:
        return list(self._scope) or [f"*{suffix}" for suffix in SOURCE]


def _nodes(
    fields: Iterator[bytes], asked: bytes, blob_of: Callable[[CommitId], BlobId | None]
) -> Generator[Node, None, None]:
    """The nodes in the fields of a log: `@id parents`, then a raw entry and its path.

    A commit without an entry is a merge that has the file as a parent has it: `blob_of` tells.
    """
    ids: list[CommitId] = []
    entry: bytes | None = None

    def node() -> Node:
        blob = blob_of(ids[0]) if entry is None else new_blob(entry)
        return Node(ids[0], tuple(ids[1:]), blob)

    for field in fields:
        if field.lstrip(b"\n")[:1] == b":":
            if next(fields, b"") == asked:  # a folder's name gives the files inside it
                entry = field.lstrip(b"\n")
        elif field[:1] == b"@":
            if ids:
                yield node()
            ids = [CommitId(i) for i in field[1:].decode("ascii").split()]
            entry = None
    if ids:
        yield node()


def _changed_parents(listing: Path) -> dict[CommitId, tuple[CommitId, ...]]:
    """The parents that a file of grafts or of a shallow boundary gives to commits."""
    try:
        lines = listing.read_text("ascii", "replace").splitlines()
    except OSError:
        return {}
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {CommitId(c): tuple(map(CommitId, parents)) for c, *parents in rows}


def glob_quote(path: str) -> str:
    """A path as a glob that matches only itself."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", path)


def new_blob(line: bytes) -> BlobId | None:
    """The resulting blob in a raw line, also a combined one (`::` with a column per parent)."""
    parents = len(line) - len(line.lstrip(b":"))
    words = line.lstrip(b":").split()
    return regular(words[parents], words[2 * parents + 1])
