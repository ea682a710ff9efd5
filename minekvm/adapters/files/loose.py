"""git objects as files: written here and not by git, which renews the date of objects that a
borrowed repository has already."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from minekvm.adapters.files.folder import Folder
from minekvm.adapters.files.own import below, put

_HASHES = {40: hashlib.sha1, 64: hashlib.sha256}
Entry = tuple[str, str]
"""What a name of a tree has: its mode (`100644`, `40000`), and its hash."""


class Loose:
    """Writes objects into a folder of objects of ours; hashes have so many `digits`."""

    def __init__(self, folder: Folder, digits: int) -> None:
        self._folder = folder
        self._hash = _HASHES[digits]
        self._written: set[str] = set()

    def name(self, kind: str, body: bytes) -> str:
        """The hash of an object."""
        return self._hash(b"%s %d\0" % (kind.encode(), len(body)) + body).hexdigest()

    def write(self, kind: str, body: bytes) -> str:
        """Write an object; returns its hash. Raises OSError, CacheFailed, FileRefused."""
        name = self.name(kind, body)
        if name in self._written:
            return name
        data = zlib.compress(b"%s %d\0" % (kind.encode(), len(body)) + body, 1)
        with below(self._folder, (name[:2],)) as inside:
            if inside.about(name[2:]) is None:
                put(inside, name[2:], data)
        self._written.add(name)
        return name

    def tree(self, entries: Mapping[bytes, Entry]) -> str:
        """A tree of one level, by name."""
        return self.write("tree", tree_body(entries))

    def whole_tree(self, files: Mapping[bytes, Entry]) -> str:
        """A tree of all levels, by path."""
        here: dict[bytes, Entry] = {}
        deeper: dict[bytes, dict[bytes, Entry]] = {}
        for path, entry in files.items():
            first, slash, rest = path.partition(b"/")
            if slash:
                deeper.setdefault(first, {})[rest] = entry
            else:
                here[first] = entry
        for name, inside in deeper.items():
            here[name] = "40000", self.whole_tree(inside)
        return self.tree(here)


def tree_body(entries: Mapping[bytes, Entry]) -> bytes:
    """A tree as git writes it: folders in the order of their names with a slash."""
    ordered = sorted(entries.items(), key=lambda e: e[0] + (b"/" if e[1][0] == "40000" else b""))
    return b"".join(
        b"%s %s\0%s" % (mode.encode(), name, bytes.fromhex(id_)) for name, (mode, id_) in ordered
    )
