"""Tiny repositories, written object by object by libgit2: no process per commit, the same hashes.

    repo = Repo.create(folder)
    first = repo.commit("add f", {"a.c": "int f(void) { return 1; }\n"})
    side = repo.commit("edit f", {"a.c": "..."}, on=first)
    joined = repo.commit("Merge", {"a.c": "..."}, on=(first, side))

A commit's tree is its first parent's with `files` laid over it: a merge says explicitly what
came of it, clean, evil or octopus alike. The newest commit is where `main`, and so HEAD, points.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pygit2
from pygit2.enums import FileMode, ObjectType

from minekvm.adapters.git import library as _sealed  # noqa: F401 - takes users' settings from pygit2

START = 1_577_880_000  # 2020-01-01 12:00 UTC, the day of the first commit
DAY = 86_400

SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
    "TZ": "UTC",
    "MINEKVM_NO_BACKGROUND": "1",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link as a tree's entry."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule's commit as a tree's entry."""

    commit: str


Content = str | bytes | Link | Submodule | None
Files = Mapping[str, Content]
_Entry = tuple[FileMode, str]  # and the id
_TYPES = {
    "blob": ObjectType.BLOB,
    "tree": ObjectType.TREE,
    "commit": ObjectType.COMMIT,
    "tag": ObjectType.TAG,
}


def git(*arguments: str | bytes, cwd: Path, feed: bytes | None = None) -> str:
    """Run the real git for what the builder does not write itself; returns its stdout, stripped."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=cwd,
        input=feed,
        env=os.environ | SEALED | {"GIT_AUTHOR_DATE": "@0 +0000", "GIT_COMMITTER_DATE": "@0 +0000"},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"git {arguments!r}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def text(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Repo:
    """A repository to write commits into; `path` is what minekvm is pointed at."""

    path: Path
    git_dir: Path
    library: pygit2.Repository | None = field(repr=False)  # None where libgit2 cannot: SHA-256
    _trees: dict[str, dict[bytes, _Entry]] = field(default_factory=dict, repr=False)
    _made: list[str] = field(default_factory=list, repr=False)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    named: dict[str, str] = field(default_factory=dict, repr=False)  # subject to commit

    @classmethod
    def create(cls, path: Path, *, algorithm: str = "sha1", bare: bool = False) -> Repo:
        """Lay out an empty repository with an unborn branch `main`."""
        git_dir = path if bare else path / ".git"
        if algorithm != "sha1":
            path.mkdir(parents=True, exist_ok=True)
            shape = ["--bare"] if bare else []
            git("init", "-q", f"--object-format={algorithm}", "-b", "main", *shape, cwd=path)
            return cls(path, git_dir, None)
        library = pygit2.init_repository(path, bare=bare, initial_head="main")
        objects = pygit2.Odb()
        # Loose ones alone, so that a test can take one away: quickly packed, never synced.
        objects.add_backend(pygit2.OdbBackendLoose(str(git_dir / "objects"), 1, False), 1)
        library.set_odb(objects)
        return cls(path, git_dir, library)

    @property
    def tip(self) -> str:
        """The newest commit."""
        return self._made[-1]

    def commit(
        self,
        message: str | bytes,
        files: Files | None = None,
        *,
        on: str | Sequence[str] | None = None,
        author: str | bytes = "A. Uthor <a@example.org>",
        dates: tuple[str, str] | None = None,
        headers: bytes = b"",
    ) -> str:
        """Write a commit and move `main` to it; returns its full hash.

        `on` names the parents: the newest commit by default, none for a root. A file of None is
        deleted. `dates` are raw author and committer stamps; `headers` are further header lines.
        """
        parents = [on] if isinstance(on, str) else list(on if on is not None else self._made[-1:])
        flat = dict(self._trees[parents[0]]) if parents else {}
        for name, content in (files or {}).items():
            path = text(name)
            if content is None:
                del flat[path]
            else:
                flat[path] = self._entry(content)
        when = f"{START + DAY * len(self._made)} +0100"
        authored, committed = dates or (when, when)
        lines = [b"tree " + self._tree(flat).encode()]
        lines += [b"parent " + p.encode() for p in parents]
        lines.append(b"author " + text(author) + b" " + authored.encode())
        lines.append(b"committer C. Ommitter <c@example.org> " + committed.encode())
        body = b"\n".join(lines) + b"\n" + headers + b"\n" + text(message)
        made = self.write("commit", body if body.endswith(b"\n") else body + b"\n")
        self._trees[made] = flat
        self._made.append(made)
        self.parents[made] = tuple(parents)
        self.named[text(message).split(b"\n")[0].decode("utf-8", "replace")] = made
        self.branch("main", made)
        return made

    def branch(self, name: str, at: str | None = None) -> None:
        """Point a branch at a commit, the newest by default."""
        ref = self.git_dir / "refs" / "heads" / name
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text((at or self.tip) + "\n")

    def tag(self, name: str, at: str) -> None:
        """Point a light tag at any object."""
        (self.git_dir / "refs" / "tags" / name).write_text(at + "\n")

    def write(self, kind: str, body: bytes) -> str:
        """Write a loose object, well-formed or not; returns its id."""
        if self.library is None:
            asked = ["hash-object", "-w", "--literally", "--stdin", "-t", kind]
            return git(*asked, cwd=self.path, feed=body)
        return str(self.library.write(_TYPES[kind], body))

    def object_path(self, name: str) -> Path:
        return self.git_dir / "objects" / name[:2] / name[2:]

    def blob(self, commit: str, path: str) -> str:
        """The id of a file's blob at a commit."""
        return self._trees[commit][text(path)][1]

    def _entry(self, content: str | bytes | Link | Submodule) -> _Entry:
        if isinstance(content, Link):
            return FileMode.LINK, self.write("blob", text(content.target))
        if isinstance(content, Submodule):
            return FileMode.COMMIT, content.commit
        return FileMode.BLOB, self.write("blob", text(content))

    def _tree(self, flat: Mapping[bytes, _Entry]) -> str:
        if self.library is None:
            lines = [b"%o %s\t%s" % (m, i.encode(), p) for p, (m, i) in sorted(flat.items())]
            git("read-tree", "--empty", cwd=self.path)
            git(
                "update-index",
                "--index-info",
                cwd=self.path,
                feed=b"".join(n + b"\n" for n in lines),
            )
            return git("write-tree", "--missing-ok", cwd=self.path)
        index = pygit2.Index()
        for path, (mode, id_) in flat.items():
            index.add(pygit2.IndexEntry(os.fsdecode(path), pygit2.Oid(hex=id_), mode))
        return str(index.write_tree(self.library))
