"""libgit2, through pygit2: git objects made in this process, each known to the next.

For building repositories only. What is asked of a clone goes through the git program on its shadow:
libgit2 opens neither SHA-256 nor reftables, minds no replace refs and no grafts, and importing it
costs more than a git process (measured: benchmarks/pygit2_door.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, FileMode, Option

for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[level] = ""  # nobody's configuration counts here
pygit2.option(Option.SET_OWNER_VALIDATION, False)  # it opens what it made itself

Who = tuple[str, str, int, str]
"""Name, address, seconds since the epoch, zone (`+0200`)."""
Failure = pygit2.GitError


class _Memory(pygit2.OdbBackend):
    """Objects in memory, by their hashes: on disk, each would be a file until all are packed."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[pygit2.Oid, tuple[int, bytes]] = {}

    def exists_cb(self, oid: pygit2.Oid) -> bool:
        return oid in self.objects

    def read_cb(self, oid: pygit2.Oid) -> tuple[int, bytes]:
        return self.objects[oid]

    def read_header_cb(self, oid: pygit2.Oid) -> tuple[int, int]:
        kind, data = self.objects[oid]
        return kind, len(data)

    def write_cb(self, oid: pygit2.Oid, data: bytes, kind: int) -> None:
        self.objects[oid] = kind, data

    def refresh_cb(self) -> None:
        """There is nothing that others could have added."""


class Writer:
    """Makes objects for a new bare repository with an unborn `master`, at a path of its own.

    Objects are named by their hashes; `finish` writes them. Raises Failure, or OSError, where
    libgit2 does not do its part.
    """

    def __init__(self, path: Path) -> None:
        self._memory = _Memory()
        self._repository = pygit2.init_repository(path, bare=True, initial_head="master")
        objects = pygit2.Odb()
        objects.add_backend(self._memory, 1)
        self._repository.set_odb(objects)

    def blob(self, data: bytes) -> str:
        """A file's content."""
        return str(self._repository.create_blob(data))

    def tree(self, changes: Mapping[str, str | None], on: str = "") -> str:
        """The root of a tree that has these blobs at these paths (None: nothing) over another."""
        index = pygit2.Index()
        if on:  # the folders that stay as they are need not be written again
            index.read_tree(self._repository[on].peel(pygit2.Tree))
        for path, blob in changes.items():
            if blob is None:
                index.remove(path)
            else:
                index.add(pygit2.IndexEntry(path, pygit2.Oid(hex=blob), FileMode.BLOB))
        return str(index.write_tree(self._repository))

    def commit(
        self,
        tree: str,
        parents: Iterable[str],
        *,
        author: Who,
        committer: Who,
        message: str,
        encoding: str = "UTF-8",
    ) -> str:
        """A commit; names and message are written in `encoding`, which it declares."""
        made = self._repository.create_commit(
            None,
            _signature(author, encoding),
            _signature(committer, encoding),
            message,
            pygit2.Oid(hex=tree),
            [pygit2.Oid(hex=parent) for parent in parents],
            # UTF-8 goes without saying, and git says nothing then.
            *([] if encoding == "UTF-8" else [encoding]),
        )
        return str(made)

    def finish(self, refs: Mapping[str, str]) -> None:
        """Write one pack of all objects, and the refs that point at them."""
        pack = pygit2.PackBuilder(self._repository)
        pack.set_threads(1)
        for oid in self._memory.objects:
            pack.add(oid)
        pack.write(Path(self._repository.path, "objects", "pack"))
        for name, target in refs.items():
            self._repository.references.create(name, pygit2.Oid(hex=target))
        self._repository.free()


def _signature(who: Who, encoding: str) -> pygit2.Signature:
    name, address, seconds, zone = who
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    offset = -minutes if zone[0] == "-" else minutes
    return pygit2.Signature(name, address, seconds, offset, encoding)
