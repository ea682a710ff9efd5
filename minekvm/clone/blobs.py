"""The blobs of a clone: read in batches, and scanned for what they define.

What knows C is imported where it is used: what is kept is answered without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from minekvm.adapters.git.objects import Missing, Objects, is_text
from minekvm.clone.cache import Cache
from minekvm.clone.gaps import Gaps
from minekvm.core.model import BlobId, FileHistory, Function, Gap, Node

if TYPE_CHECKING:
    from minekvm.core.c.definitions import Texts
    from minekvm.core.c.finder import Finder
    from minekvm.core.region.tree import Outline

_AHEAD = 48  # versions of a file read at once when one is asked for
_RECENT = 8  # sources at hand of which several things are asked
_SCANS_KEPT = 256
_TEXTS_KEPT = 20_000


class Blobs:
    """Blobs by id; they are given with their paths, which gaps name."""

    def __init__(self, objects: Objects, cache: Cache, gaps: Gaps) -> None:
        self._objects = objects
        self._cache = cache
        self._gaps = gaps
        self._found: dict[tuple[BlobId, str], tuple[Function, ...]] = {}
        self._scans: dict[BlobId, tuple[Function, ...]] = {}
        self._texts: Texts = {}
        self._finders: dict[str, Finder] = {}
        self._unreadable: set[BlobId] = set()
        self._recent: dict[BlobId, bytes | None] = {}

    def readable(self, node: Node) -> bool:
        """Whether the file as a node left it could be read, or was rightly absent."""
        return node.blob not in self._unreadable

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        """The definitions of a name in the file as a node left it; () where it is unreadable.

        A walk goes down, so that the versions of its next steps are read in one go.
        """
        if node.blob is None:
            return ()
        if (node.blob, name) not in self._found:
            wanted = {node.blob: file.path}
            for other in file.nodes.after(node.id):
                if other.blob is not None and (other.blob, name) not in self._found:
                    wanted[other.blob] = file.path
                    if len(wanted) == _AHEAD:
                        break
            self._define(wanted, name)
        return self._found[node.blob, name]

    def defined(self, blob: BlobId, path: str, names: Sequence[str]) -> set[str]:
        """Which of some names a blob defines; none where it is unreadable."""
        asked = ["defined", blob, *names]
        known, whole = self._cache.listed(asked)
        if whole:
            return set(known)
        source = self._source(blob, path)
        if source is None:
            return set()
        from minekvm.core.c.finder import defines

        found = [name for name in names if defines(source, name)]
        self._cache.keep_listed(asked, found, whole=True, certain=True)
        return set(found)

    def lacking(self, blob: BlobId, path: str, names: Sequence[str]) -> list[str]:
        """Those of some names that stand nowhere in a blob; none where it is unreadable."""
        asked = ["lacking", blob, *names]
        known, whole = self._cache.listed(asked)
        if whole:
            return known
        source = self._source(blob, path)
        if source is None:
            return []
        from minekvm.core.c.finder import stands

        found = [n for n in names if not stands(source, n)]
        self._cache.keep_listed(asked, found, whole=True, certain=True)
        return found

    def _source(self, blob: BlobId, path: str) -> bytes | None:
        """A blob's source, None where it is none; of the last few it is not read again."""
        if blob not in self._recent:
            if len(self._recent) == _RECENT:
                self._recent.pop(next(iter(self._recent)))
            ((_, source),) = self.sources({blob: path})
            self._recent[blob] = source
        return self._recent[blob]

    def definitions_alone(self, blob: BlobId, path: str, name: str) -> tuple[Function, ...]:
        """The definitions of a name in a blob that is asked about once, its file's others not."""
        if (blob, name) not in self._found:
            self._define({blob: path}, name)
        return self._found[blob, name]

    def times(self, blob: BlobId, path: str, name: str) -> int:
        """How often a name stands in a blob, within longer words too; 0 where it is unreadable."""
        asked = ["times", blob, name]
        known, whole = self._cache.listed(asked)
        if whole:
            return int(known[0])
        source = self._source(blob, path)
        if source is None:
            return 0
        found = source.count(name.encode("latin-1", "replace"))
        self._cache.keep_listed(asked, [str(found)], whole=True, certain=True)
        return found

    def _define(self, blobs: Mapping[BlobId, str], name: str) -> None:
        for blob, known in self._cache.definitions(list(blobs), name).items():
            self._found[blob, name] = known
        unknown = {b: path for b, path in blobs.items() if (b, name) not in self._found}
        if not unknown:
            return
        from minekvm.core.c.finder import Finder

        finder = self._finders.get(name)
        if finder is None:
            finder = self._finders[name] = Finder(name)
        for blob, source in self.sources(unknown):
            if source is None:
                self._unreadable.add(blob)
                self._found[blob, name] = ()
            else:
                self._found[blob, name] = finder.definitions(source)
                self._cache.keep_definitions(blob, name, self._found[blob, name])

    def scanned(self, blob: BlobId, path: str) -> tuple[Function, ...]:
        """Every definition in a blob; () where it is unreadable."""
        self.scan({blob: path})
        return self._scans[blob]

    def scan(self, blobs: Mapping[BlobId, str], *, keep: bool = True) -> None:
        """Read some blobs in one go for `scanned`.

        What is found is remembered, or without `keep` not.
        """
        from minekvm.core.c.definitions import scan

        wanted = {b: path for b, path in blobs.items() if b not in self._scans}
        for blob, source in self.sources(wanted):
            if source is None:
                self._scans[blob] = ()
                continue
            known = self._cache.functions(blob, source) if keep else None
            if known is None:
                known = scan(source, self._texts)
                if keep:
                    self._cache.keep_functions(blob, known)
            self._scans[blob] = known

    def tidy(self) -> None:
        """Let go of what was scanned, where that has become much."""
        if len(self._scans) > _SCANS_KEPT:
            self._scans.clear()
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()

    def outlines(self, blobs: Mapping[BlobId, str]) -> dict[BlobId, Outline]:
        """What some blobs define and hold in tables."""
        from minekvm.core.c.definitions import scan
        from minekvm.core.c.tables import entries
        from minekvm.core.region.tree import NOTHING, Outline

        found = self._cache.outlines(list(blobs))
        for blob, source in self.sources({b: p for b, p in blobs.items() if b not in found}):
            if source is None:
                found[blob] = NOTHING
                continue
            known = self._cache.functions(blob, source)
            if known is None:
                known = scan(source)
                self._cache.keep_functions(blob, known)
            tables = entries(source)
            self._cache.keep_entries(blob, tables)
            found[blob] = Outline.of(known, tables)
        return found

    def sources(self, blobs: Mapping[BlobId, str]) -> Iterator[tuple[BlobId, bytes | None]]:
        """Each blob's source in turn, None where it is none."""
        contents = self._objects.read_many(blobs)
        for (blob, path), data in zip(blobs.items(), contents, strict=True):
            yield blob, self._checked(blob, data, path)

    def _checked(self, blob: BlobId, data: bytes | Missing, path: str) -> bytes | None:
        if isinstance(data, Missing):
            why = data.why
        elif not is_text(data):
            why = "binary, not source"
        else:
            return data
        what = "file" if ":" in blob else f"blob {blob[:12]}"
        self._gaps.note(Gap(what, why, path=path))
        return None
