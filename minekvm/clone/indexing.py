"""The commits of a clone -> its index: only what is new, and without what is gone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import log, revisions
from minekvm.adapters.index.index import Index
from minekvm.progress import Progress, no_progress

_BATCH = 4096  # commits in one transaction
_TOUCHES = 50_000  # or touched files


if TYPE_CHECKING:
    from minekvm.adapters.git.entries import Entry


def update(
    index: Index, mirror: Path, wanted: Sequence[str] = (), progress: Progress = no_progress
) -> tuple[int, int]:
    """Add what is new and remove what no ref reaches any more: how many of each.

    `wanted` limits this to what those commits reach; nothing is removed then.
    """
    every_ref = not wanted
    known, refs = index.tips(), index.tips(of_refs=True)
    tips = revisions.tips(mirror) if every_ref else set(wanted)
    if tips <= known and (not every_ref or tips == refs):
        return 0, 0
    progress("listing the commits")
    with tempfile.TemporaryDirectory(prefix="minekvm-") as folder:
        listed = Path(folder) / "commits"
        total = log.listing(mirror, sorted(tips - known), sorted(known), listed)
        added = _add(index, mirror, listed, total, progress)
        others = known - refs
        removed = 0
        if every_ref and refs - tips:
            progress("looking for commits that are gone")
            removed = _remove(index, mirror, listed, refs - tips, tips | others)
    now = datetime.now(UTC).isoformat("T", "seconds")
    if every_ref:
        index.finish(tips, others, now)
    else:
        index.finish(refs, known | tips, now)
    return added, removed


def _add(index: Index, mirror: Path, listed: Path, total: int, progress: Progress) -> int:
    from minekvm.adapters.git.entries import (
        entries,  # dear to import, and mostly there is nothing new
    )

    new = _without_known(index, listed)
    left = log.length(new)
    progress("indexing", total - left, total)
    added = touches = 0
    batch: list[Entry] = []
    for some in entries(mirror, new, left):
        batch += some
        touches += sum(len(e[2]) for e in some)
        added += len(some)
        if len(batch) >= _BATCH or touches >= _TOUCHES:
            index.add(batch)
            batch, touches = [], 0
        progress("indexing", total - left + added, total)
    if batch:
        index.add(batch)
    return added


def _without_known(index: Index, listed: Path) -> Path:
    """A listing without the commits that an interrupted run has indexed already."""
    new = listed.with_name("new")
    with new.open("wb") as out:
        for part in log.in_parts(listed):
            out.writelines(c.hex().encode("ascii") + b"\n" for c in index.missing(part))
    return new


def _remove(index: Index, mirror: Path, listed: Path, lost: set[str], tips: set[str]) -> int:
    """Remove what was reached from tips that are lost, and is not from those that are left."""
    if log.all_there(mirror, sorted(lost)):
        log.listing(mirror, sorted(lost), sorted(tips), listed)
        gone = [c for part in log.in_parts(listed) for c in part]
    else:  # git cannot tell what they reached
        log.listing(mirror, sorted(tips), (), listed)
        gone = index.keep_only(log.in_parts(listed))
    readable = {c.id: (c.subject, c.message) for c in log.read_existing(mirror, gone)}
    index.remove(gone, readable)
    return len(gone)
