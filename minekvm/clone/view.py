"""Which view of a clone its index is of, and bringing it to the view that the clone gives now.

What is cached depends on more than the commits in question: on grafts, on a shallow boundary, on
replace refs, on what was missing, and on the code that read it. What no longer holds is forgotten
before anybody is answered from it:

- Replace refs show other objects under old names, and other code reads them otherwise: all goes.
- Grafts and boundaries change parents: what was read off single blobs stays.
- Where packs or objects are gone that were there, they may be lost. If anything is missing now, all
  goes; else they lie in other packs.
- Where any come, what was kept with word of something missing goes with all that was not read off
  single blobs; and the index takes in anew what it could not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from minekvm.adapters.git import inventory, object_folders
from minekvm.adapters.git.inventory import Inventory
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.index.index import Index
from minekvm.clone import provenance
from minekvm.clone.cache import LACKING, OF_BLOBS

_KIND = "view"
_MANY = 50_000  # commits from which only those are taken in anew that could not be read
_TRIED = 1_000  # commits that could not be read, tried again


def is_current(index: Index, repository: Repository, folders: Sequence[Path]) -> bool:
    """Whether all that an index has is of the clone as it is; where it may, it is brought there."""
    now = {
        b"sources": provenance.stamp(),
        b"replaced": repository.replaced.encode(),
        b"parents": repository.parents_told.encode(),
        b"stamp": inventory.stamp(folders),
    }
    known = index.recall(_KIND, list(now))
    if known == now:
        return True
    if not index.writable:
        return False
    if known.get(b"sources") != now[b"sources"]:
        now |= {
            b"facts": provenance.version(provenance.FACTS).encode(),
            b"rows": provenance.version(provenance.ROWS).encode(),
        }
    _renew(index, repository, folders, now)
    return True


def _renew(
    index: Index, repository: Repository, folders: Sequence[Path], now: dict[bytes, bytes]
) -> None:
    """Forget what no longer holds, and note what there is now."""
    known = index.recall(_KIND, [*now, b"inventory", LACKING[1]])

    def differs(name: bytes) -> bool:
        return name in now and name in known and known[name] != now[name]

    there = inventory.taken(folders)
    before = Inventory.read(known[b"inventory"]) if b"inventory" in known else there
    lost = not there.has_all_of(before) and not _is_elsewhere(repository, folders, before, there)
    if lost or differs(b"replaced") or differs(b"facts"):
        index.forget_memo((_KIND,))
    elif differs(b"parents") or (there != before and known.get(LACKING[1])):
        index.forget_memo((_KIND, *OF_BLOBS))
        now[LACKING[1]] = b""
    if lost or differs(b"replaced") or differs(b"parents") or differs(b"rows"):
        index.forget_commits()
    elif there != before:
        _read_again(index, repository.path)
    now[b"inventory"] = there.written()
    index.keep((_KIND, name, value) for name, value in now.items())


def _is_elsewhere(
    repository: Repository, folders: Sequence[Path], before: Inventory, there: Inventory
) -> bool:
    """Whether what is gone from where it lay can still be read."""
    if before.packs <= there.packs and inventory.are_there(
        repository.path, sorted(before.loose - there.loose)
    ):
        return True
    packed = object_folders.packed(list(folders)) + len(there.loose)
    return inventory.is_whole(repository.path, packed)


def _read_again(index: Index, shadow: Path) -> None:
    """Have that taken in anew, if it can be now, which could not be read of commits."""
    unread = index.unread(_TRIED)
    if not unread and not index.unread_changes():
        return
    if index.count() <= _MANY:
        index.forget_commits()
        return
    from minekvm.adapters.git import log
    from minekvm.adapters.git.entries import searched

    readable = [c for c in log.read(shadow, unread) if c.touched is not None]

    index.remove([c.id for c in readable], {c.id: searched(c) for c in readable})
    index.finish((), (), "")  # so that they are looked for again
