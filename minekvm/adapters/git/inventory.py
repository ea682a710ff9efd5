"""What lies in the folders of a clone's objects: to tell whether anything came or went since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git import process

_LOOSE = frozenset("0123456789abcdef")
_LOOKED_THROUGH = 200_000  # objects up to which every one that a ref reaches is looked for


@dataclass(frozen=True, slots=True)
class Inventory:
    """The packs, by name and size, and the ids of the loose objects."""

    packs: frozenset[str]
    loose: frozenset[str]

    def written(self) -> bytes:
        """As bytes, for who keeps it."""
        return "\n".join((" ".join(sorted(self.packs)), " ".join(sorted(self.loose)))).encode()

    @classmethod
    def read(cls, data: bytes) -> Inventory:
        """What `written` gave."""
        packs, _, loose = data.decode().partition("\n")
        return cls(frozenset(packs.split()), frozenset(loose.split()))

    def has_all_of(self, other: Inventory) -> bool:
        """Whether all packs and loose objects of another are here too, as they lie there."""
        return other.packs <= self.packs and other.loose <= self.loose


def stamp(folders: Sequence[Path]) -> bytes:
    """A digest that differs where an object or a pack was put into a folder, or taken out."""
    told = hashlib.blake2b(digest_size=16)
    for folder in folders:
        told.update(os.fsencode(folder) + b"\0")
        names = sorted(n for n in _names(folder) if len(n) == 2 and _LOOSE.issuperset(n))
        for name in (*names, "pack"):
            try:
                changed = (folder / name).stat().st_mtime_ns
            except OSError:
                continue
            told.update(f"{name} {changed} ".encode())
    return told.digest()


def taken(folders: Sequence[Path]) -> Inventory:
    """What lies in some folders of objects now."""
    packs: set[str] = set()
    loose: set[str] = set()
    for folder in folders:
        there = _names(folder / "pack")
        for name in there:
            if name.endswith(".pack") and f"{name.removesuffix('.pack')}.idx" in there:
                try:
                    packs.add(f"{name}:{(folder / 'pack' / name).stat().st_size}")
                except OSError:
                    continue
        for name in _names(folder):
            if len(name) == 2 and _LOOSE.issuperset(name):
                loose.update(name + rest for rest in _names(folder / name))
    return Inventory(frozenset(packs), frozenset(loose))


def _names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder)}
    except OSError:
        return set()


def are_there(git_dir: Path, names: Sequence[str]) -> bool:
    """Whether every one of some objects can be found, wherever it lies now."""
    fed = "".join(f"{name}\n" for name in names).encode()
    code, out, _ = process.run(["cat-file", "--batch-check"], git_dir, feed=fed)
    return not code and not any(line.endswith(b"missing") for line in out.splitlines())


def is_whole(git_dir: Path, packed: int) -> bool:
    """Whether nothing is missing that a ref reaches; of large clones, whether no commit is.

    `packed` is how many objects there are, about.
    """
    arguments = ["rev-list", "--all"]
    if packed <= _LOOKED_THROUGH:
        arguments += ["--objects", "--no-object-names", "--missing=print"]
    code, out, _ = process.run([*arguments, "HEAD"], git_dir)
    if code:
        code, out, _ = process.run(arguments, git_dir)  # HEAD may be unborn
    return not code and not out.startswith(b"?") and b"\n?" not in out
