"""What was read off blobs and trees before, kept in the index so that it is not read again.

Everything is kept under what it was read from. What else it depends on, and when it is forgotten,
stands in `view`.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any, Protocol

from minekvm.adapters.git.repository import ChangedFile
from minekvm.clone.cache_rows import function_of, ops_rows
from minekvm.core.model import BlobId, CommitId, Function, FunctionVersion, Node

if TYPE_CHECKING:
    from minekvm.core.c.tables import Entries, Op
    from minekvm.core.callers.sites import Shift, Site
    from minekvm.core.region.tree import Outline

# Set where what is kept may say that something is missing, which may come.
LACKING = ("view", b"lacking")
# What depends on the content of single blobs alone.
OF_BLOBS = ("text", "found", "functions", "sites", "tables", "leading")


class KeyValueStore(Protocol):
    """Where values are kept by kind and key; see `adapters.index.Index`."""

    @property
    def writable(self) -> bool: ...

    def recall(self, kind: str, keys: Sequence[bytes]) -> dict[bytes, bytes]: ...

    def keep(self, kept: Iterable[tuple[str, bytes, bytes]]) -> None: ...


class Cache:
    """Remembers by what was asked; forgets what it cannot read, as if it had never been asked."""

    def __init__(self, store: KeyValueStore | None) -> None:
        self._store = store
        self._new: dict[tuple[str, bytes], bytes] = {}
        self._certain: set[tuple[str, bytes]] = set()

    @property
    def attached(self) -> bool:
        """Whether there is an index that can be trusted."""
        return self._store is not None

    def attach(self, store: KeyValueStore) -> None:
        """Remember in an index from now on, where there was none that could be trusted."""
        self._store = store

    def flush(self, *, whole: bool = True) -> None:
        """Keep what is new, where this process may write.

        Where something was missing, the answers are not `whole`: those are kept alone that are
        `certain`, which was read off the blobs that are there, or says what it lacks, or was read
        while nothing was missing. It is noted that there are such.
        """
        if self._new and self._store is not None and self._store.writable:
            new = self._new
            if not whole:
                kept = (key for key in new if key[0] in OF_BLOBS or key in self._certain)
                new = {**{key: self._new[key] for key in kept}, LACKING: b"some"}
            self._store.keep((kind, key, value) for (kind, key), value in new.items())
        self._new.clear()
        self._certain.clear()

    # --- definitions

    def definitions(self, blobs: Sequence[BlobId], name: str) -> dict[BlobId, tuple[Function, ...]]:
        """The definitions of a name in those of some blobs for which they are known."""
        found = self._recalled("found", {_key(b, name): b for b in blobs})
        rest = [b for b in blobs if b not in found]
        for blob, rows in self._recalled("functions", {_raw(b): b for b in rest}).items():
            found[blob] = [r for r in rows if r[0] == name]
        wanted = {bytes.fromhex(r[-1]) for rows in found.values() for r in rows}
        texts = self.texts(sorted(wanted))
        return {
            blob: tuple(function_of(r, texts[bytes.fromhex(r[-1])]) for r in rows)
            for blob, rows in found.items()
            if all(bytes.fromhex(r[-1]) in texts for r in rows)
        }

    def keep_definitions(self, blob: BlobId, name: str, functions: Sequence[Function]) -> None:
        """Remember the definitions of a name in a blob."""
        self._keep("found", _key(blob, name), [self.row(f) for f in functions])

    def functions(self, blob: BlobId, source: bytes) -> tuple[Function, ...] | None:
        """Every definition in a blob, whose content is given; None where it is not known."""
        rows = self._recalled("functions", {_raw(blob): blob}).get(blob)
        return None if rows is None else tuple(function_of(r, source[r[2] : r[3]]) for r in rows)

    def keep_functions(self, blob: BlobId, functions: Sequence[Function]) -> None:
        """Remember every definition in a blob."""
        self._keep("functions", _raw(blob), [self.row(f) for f in functions])

    def sites(
        self, blobs: Sequence[BlobId], symbol: str
    ) -> dict[BlobId, tuple[tuple[Site, str], ...]]:
        """The calls of a symbol in those of some blobs for which they are known."""
        from minekvm.core.callers.sites import Site  # most questions do without

        rows = self._recalled("sites", {_key(b, symbol): b for b in blobs})
        return {blob: tuple((Site(*s), d) for s, d in found) for blob, found in rows.items()}

    def keep_sites(self, blob: BlobId, symbol: str, found: Sequence[tuple[Site, str]]) -> None:
        """Remember the calls of a symbol in a blob."""
        rows = [(astuple(s), digest) for s, digest in found]
        self._keep("sites", _key(blob, symbol), rows)

    def outlines(self, blobs: Sequence[BlobId]) -> dict[BlobId, Outline]:
        """What those of some blobs define and hold in tables for which that is known."""
        from minekvm.core.c.objects import Declared
        from minekvm.core.c.tables import Entries, Op
        from minekvm.core.region.tree import Outline

        tables = self._recalled("tables", {_raw(b): b for b in blobs})
        rows = self._recalled("functions", {_raw(b): b for b in tables})
        texts = self.texts(sorted({bytes.fromhex(r[-1]) for some in rows.values() for r in some}))
        return {
            blob: Outline.of(
                (function_of(r, texts[bytes.fromhex(r[-1])]) for r in some),
                Entries(
                    tuple(Op(*op) for op in tables[blob][0]),
                    tuple(Declared(*each) for each in tables[blob][1]),
                ),
            )
            for blob, some in rows.items()
            if all(bytes.fromhex(r[-1]) in texts for r in some)
        }

    def keep_entries(self, blob: BlobId, entries: Entries) -> None:
        """Remember the entries of the tables in a blob, and the objects that it declares."""
        self._keep("tables", _raw(blob), (ops_rows(entries.ops), entries.objects))

    def leading(self, blobs: Sequence[BlobId], symbol: str) -> dict[BlobId, tuple[Op, ...]]:
        """The entries of tables that lead to a symbol, in blobs for which they are known."""
        from minekvm.core.c.tables import Op

        rows = self._recalled("leading", {_key(b, symbol): b for b in blobs})
        return {blob: tuple(Op(*op) for op in found) for blob, found in rows.items()}

    def keep_leading(self, blob: BlobId, symbol: str, ops: Sequence[Op]) -> None:
        """Remember the entries of the tables in a blob that lead to a symbol."""
        self._keep("leading", _key(blob, symbol), ops_rows(ops))

    def shifts(self, asked: Sequence[Sequence[str]]) -> list[tuple[Shift, ...] | None]:
        """What was found that commits did to calls; None for each question not asked before."""
        from minekvm.core.callers.sites import Shift, Site

        known = self._recalled("shifts", {self._asked(words): i for i, words in enumerate(asked)})
        rows = [r for found in known.values() for s in found for r in (s[1], s[2]) if r]
        texts = self.texts(sorted({bytes.fromhex(r[-1]) for r in rows}))

        def version(row: Sequence[Any] | None) -> FunctionVersion | None:
            if row is None:
                return None
            return FunctionVersion(row[0], function_of(row[1:], texts[bytes.fromhex(row[-1])]))

        def shift(row: Sequence[Any]) -> Shift:
            left, came = (None if site is None else Site(*site) for site in row[3:5])
            fixed = (row[0], version(row[1]), version(row[2]), left, came)
            by, first, last, also = row[5:]
            return Shift(*fixed, by, first, last, tuple(also))

        def restored(found: Sequence[Any] | None) -> tuple[Shift, ...] | None:
            try:
                return None if found is None else tuple(map(shift, found))
            except KeyError:  # a text is lost
                return None

        return [restored(known.get(i)) for i in range(len(asked))]

    def keep_shifts(self, asked: Sequence[str], found: Sequence[Shift], *, certain: bool) -> None:
        """Remember what a commit did to calls."""

        known: dict[int, list[Any]] = {}  # a long function has many calls

        def version(v: FunctionVersion | None) -> list[Any] | None:
            if v is None:
                return None
            if id(v) not in known:
                known[id(v)] = [v.path, *self.row(v.function)]
            return known[id(v)]

        def site(s: Site | None) -> list[Any] | None:
            return None if s is None else list(astuple(s))

        rows = [
            (
                *(s.how, version(s.old), version(s.new), site(s.left), site(s.came)),
                s.by,
                s.first,
                s.last,
                s.also,
            )
            for s in found
        ]
        self._keep("shifts", self._asked(asked), rows, certain=certain)

    def unscanned(self, blobs: Sequence[BlobId]) -> list[BlobId]:
        """Those of some blobs whose definitions are not all known."""
        known = self._recalled("functions", {_raw(b): b for b in blobs})
        return [b for b in blobs if b not in known]

    def row(self, f: Function) -> list[Any]:
        """A definition as what JSON can hold; its text is kept once, under its digest."""
        if self._store is None:
            return []
        digest = hashlib.blake2b(f.text, digest_size=12).digest()
        if ("text", digest) not in self._new:
            self._new[("text", digest)] = zlib.compress(f.text, 1)
        place = (f.start, f.end, f.start_line, f.end_line)
        return [f.name, f.kind, *place, f.signature, f.condition, digest.hex()]

    def texts(self, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Those texts that are kept whole, by their digests."""
        kept = {d: self._new[("text", d)] for d in digests if ("text", d) in self._new}
        if self._store is not None:
            kept |= self._store.recall("text", [d for d in digests if d not in kept])
        found = {}
        for digest, value in kept.items():
            try:
                text = zlib.decompress(value)
            except zlib.error:
                continue
            if hashlib.blake2b(text, digest_size=12).digest() == digest:
                found[digest] = text
        return found

    # --- trees and walks

    def standing(self, asked: Sequence[str]) -> tuple[list[FunctionVersion], list[str]] | None:
        """The definitions that a search of a tree found, and the files it could not read."""
        known = self.one("standing", asked)
        if known is None:
            return None
        texts = self.texts(sorted({bytes.fromhex(row[-1]) for _, row in known[0]}))
        if not all(bytes.fromhex(row[-1]) in texts for _, row in known[0]):
            return None
        found = [
            FunctionVersion(path, function_of(row, texts[bytes.fromhex(row[-1])]))
            for path, row in known[0]
        ]
        return found, known[1]

    def keep_standing(
        self,
        asked: Sequence[str],
        found: tuple[list[FunctionVersion], list[str]],
        *,
        certain: bool,
    ) -> None:
        """Remember what a search of a tree found."""
        rows = [(version.path, self.row(version.function)) for version in found[0]]
        self._keep("standing", self._asked(asked), (rows, found[1]), certain=certain)

    def changed(self, asked: Sequence[str]) -> tuple[list[ChangedFile], str] | None:
        """The files that differ between two commits, and git's complaint."""
        known = self.one("changed", asked)
        return None if known is None else ([ChangedFile(*f) for f in known[0]], known[1])

    def keep_changed(
        self, asked: Sequence[str], found: tuple[list[ChangedFile], str], *, certain: bool
    ) -> None:
        """Remember how two commits differ."""
        files = [(f.old_path, f.new_path, f.old, f.new) for f in found[0]]
        self._keep("changed", self._asked(asked), (files, found[1]), certain=certain)

    def walk(self, asked: Sequence[str]) -> tuple[list[Node], bool]:
        """The history of a path as far as it was read, and whether that is all of it."""
        known = self.one("walk", asked)
        if known is None:
            return [], False
        nodes = [
            Node(CommitId(i), tuple(map(CommitId, parents)), None if b is None else BlobId(b))
            for i, parents, b in known[0]
        ]
        return nodes, known[1]

    def keep_walk(
        self, asked: Sequence[str], nodes: Iterable[Node], *, whole: bool, certain: bool
    ) -> None:
        """Remember the history of a path, or its beginning."""
        rows = [(n.id, n.parents, n.blob) for n in nodes]
        self._keep("walk", self._asked(asked), (rows, whole), certain=certain)

    def listed(self, asked: Sequence[str]) -> tuple[list[str], bool]:
        """A list of words as far as it was read, and whether that is all of it."""
        known = self.one("listed", asked)
        return ([], False) if known is None else (known[0], known[1])

    def keep_listed(
        self, asked: Sequence[str], words: Sequence[str], *, whole: bool, certain: bool
    ) -> None:
        """Remember a list of words, or its beginning."""
        self._keep("listed", self._asked(asked), (words, whole), certain=certain)

    # ---

    def _asked(self, words: Sequence[str]) -> bytes:
        text = "\0".join(words)
        return hashlib.blake2b(os.fsencode(text), digest_size=20).digest()

    def one(self, kind: str, words: Sequence[str]) -> Any:
        """What is kept of a kind under a question; None where nothing is."""
        key = self._asked(words)
        return self._recalled(kind, {key: "it"}).get("it")

    def keep_one(self, kind: str, words: Sequence[str], value: object, *, certain: bool) -> None:
        """Keep under a question what JSON can hold."""
        self._keep(kind, self._asked(words), value, certain=certain)

    def _recalled(self, kind: str, keys: dict[bytes, Any]) -> dict[Any, Any]:
        kept = {k: self._new[(kind, k)] for k in keys if (kind, k) in self._new}
        if self._store is not None:
            kept |= self._store.recall(kind, [k for k in keys if k not in kept])
        found = {}
        for key, value in kept.items():
            try:
                found[keys[key]] = json.loads(zlib.decompress(value))
            except (zlib.error, ValueError):
                continue
        return found

    def _keep(self, kind: str, key: bytes, value: object, *, certain: bool = False) -> None:
        if self._store is not None:
            self._new[(kind, key)] = zlib.compress(json.dumps(value).encode("ascii"), 1)
            (self._certain.add if certain else self._certain.discard)((kind, key))


def _raw(blob: BlobId) -> bytes:
    return bytes.fromhex(blob)


def _key(blob: BlobId, name: str) -> bytes:
    return _raw(blob) + b"\0" + name.encode("utf-8", "surrogateescape")
