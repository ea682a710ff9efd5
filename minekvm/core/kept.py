"""What minekvm keeps in its cache folder, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one clone, or beside all of them: sizes in bytes, 0 where there is none.

    `clone` is its path, "" where nothing says which one it was; `gone` is whether that is no more.
    """

    name: str
    clone: str
    shadow: int
    index: int
    gone: bool

    @property
    def size(self) -> int:
        """Both sizes."""
        return self.shadow + self.index


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """The cache folder: what is kept of clones, the biggest first; `removed` what was taken away.

    `other` is what belongs to no clone: replicas, reports, what a run has open; in bytes.
    """

    root: str
    kept: tuple[Kept, ...]
    other: int
    removed: tuple[Kept, ...] = ()
