"""Taking in which words commits changed: only when somebody asks, and only what is new.

It costs as much as git needs to show every diff. Killed at any moment, it goes on from there.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence
from pathlib import Path

from minekvm.adapters import log
from minekvm.adapters.index import Index
from minekvm.adapters.words import Changed, changed_words
from minekvm.core.model import CommitId
from minekvm.opening import Progress, silent

_BATCH = 10_000  # files in one transaction


def order(index: Index, mirror: Path, rev: CommitId, view: str) -> array[int]:
    """The index's numbers of the commits that a revision reaches, none before its children.

    `view` says what else that depends on; see `Repository.view`. Raises GitFailed.
    """
    key = f"{rev}\0{view}".encode("ascii")
    known = index.recall("order", [key]).get(key)
    if known is not None:
        return array("L", zlib.decompress(known))
    found = index.numbers(log.reachable(mirror, rev))
    if index.writable:
        index.keep([("order", key, zlib.compress(found.tobytes(), 1))])
    return found


def take_in(
    index: Index, mirror: Path, commits: Sequence[int], progress: Progress = silent
) -> None:
    """Take in the words that some commits, given by number, changed, where they are not here."""
    missing = index.unworded()
    wanted = [c for c in commits if c in missing] if missing else []
    total, done = len(wanted), 0
    batch: list[Changed] = []
    progress("reading what changed", 0, total)
    for some in changed_words(mirror, index.touching_files(wanted)):
        batch += some
        done += len({found.commit for found in some})
        if len(batch) >= _BATCH:
            index.add_words(batch)
            batch.clear()
        progress("reading what changed", done, total)
    if batch:
        index.add_words(batch)
