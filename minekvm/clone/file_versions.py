"""Versions of the files of a clone for a walk along its history: each blob is scanned once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from minekvm.adapters.git.changed_files import ChangedFile
from minekvm.clone.blobs import Blobs
from minekvm.core.c.definitions import Texts
from minekvm.core.c.versions import Version, read
from minekvm.core.model import BlobId, FilePair

_BYTES_KEPT = 48 << 20  # of source, whose scans the next commits can start from
_TEXTS_KEPT = 60_000
_NONE = Version(b"", ())


class FileVersions:
    """Scans what commits changed, each version from the last one of its path."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._known: OrderedDict[BlobId, Version] = OrderedDict()
        self._last: dict[str, BlobId] = {}
        self._size = 0
        self._texts: Texts = {}

    def load(self, files: Sequence[ChangedFile]) -> None:
        """Read and scan both sides of some files in one go, in their order."""
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        wanted: dict[BlobId, tuple[str, BlobId | None]] = {}
        for file in files:
            if file.old is not None:
                self._want(wanted, file.old, file.old_path, None)
            if file.new is not None:
                self._want(wanted, file.new, file.new_path, file.old)
        for blob, source in self._blobs.sources({b: path for b, (path, _) in wanted.items()}):
            path, before = wanted[blob]
            self._keep(blob, path, source, before)

    def _want(
        self,
        wanted: dict[BlobId, tuple[str, BlobId | None]],
        blob: BlobId,
        path: str,
        before: BlobId | None,
    ) -> None:
        if blob in self._known:
            self._known.move_to_end(blob)
            self._last[path] = blob
        elif blob not in wanted:
            wanted[blob] = path, before

    def _keep(self, blob: BlobId, path: str, source: bytes | None, before: BlobId | None) -> None:
        if source is None:
            self._known[blob] = _NONE
            return
        start = self._known.get(before) if before is not None else None
        if start is None:
            start = self._known.get(self._last.get(path, blob))
        self._known[blob] = read(source, self._texts, start)
        self._last[path] = blob
        self._size += len(source)

    def tidy(self) -> None:
        """Let go of what was not asked for lately, where that has become much."""
        while self._size > _BYTES_KEPT and self._known:
            _, version = self._known.popitem(last=False)
            self._size -= len(version.source)
        if len(self._last) > 4 * len(self._known) + 1_000:
            self._last = {p: b for p, b in self._last.items() if b in self._known}

    def pair(self, file: ChangedFile) -> FilePair:
        """A file that `load` was given, as it was defined on both sides."""
        return FilePair(
            file.old_path if file.old is not None else None,
            file.new_path if file.new is not None else None,
            self._known[file.old].functions if file.old is not None else (),
            self._known[file.new].functions if file.new is not None else (),
        )
