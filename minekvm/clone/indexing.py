"""The commits of a clone -> its index: only what is new, and without what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.files.folder import Folder
from minekvm.adapters.files.own import scratch_folder
from minekvm.adapters.git import log, revisions, searches
from minekvm.adapters.index.index import Index
from minekvm.clone import partial_tips as partial
from minekvm.progress import Progress, no_progress

_STEP = "step 2 of 2, once: reading what commits say and touch"
_BATCH = 4096  # commits in one transaction
_TOUCHES = 50_000  # or touched files


if TYPE_CHECKING:
    from minekvm.adapters.git.entries import Entry


def news(index: Index, mirror: Path) -> bool:
    """Whether the refs name other commits than when the index was brought up to date."""
    return revisions.tips(mirror) != index.tips(of_refs=True)


def is_far(index: Index, mirror: Path, most: int) -> bool:
    """Whether more than so many commits are missing, and single ones can be taken in.

    Who has mails here is answered from all that may have become of them.
    """
    tips, known = revisions.tips(mirror), index.tips()
    if tips <= known or index.mails.any():
        return False
    if partial.is_begun(index, tips):
        return True
    far = searches.more_than(mirror, tips - known, known, most)
    return far and partial.begin(index, mirror, tips)


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
    partial.settle(index, mirror, revisions.tips(mirror))
    progress("step 1 of 2, once: listing the commits")
    with scratch_folder() as folder:
        listed = log.listing(mirror, sorted(tips - known), sorted(known), folder, "commits")
        added = _add(index, mirror, folder, listed, progress)
        others = known - refs
        removed = 0
        if every_ref and refs - tips:
            progress("looking for commits that are gone")
            removed = _remove(index, mirror, folder, refs - tips, tips | others)
    now = datetime.now(UTC).isoformat("T", "seconds")
    if every_ref:
        index.finish(tips, others, now)
    else:
        index.finish(refs, known | tips, now)
    return added, removed


def _add(index: Index, mirror: Path, folder: Folder, listed: Path, progress: Progress) -> int:
    from minekvm.adapters.git.entries import (
        entries,  # dear to import, and mostly there is nothing new
    )

    new = _without_known(index, folder, listed)
    total, left = log.length(listed), log.length(new)
    progress(_STEP, total - left, total)
    added = touches = 0
    batch: list[Entry] = []
    for some in entries(mirror, new, left):
        batch += some
        touches += sum(len(e[2]) for e in some)
        added += len(some)
        if len(batch) >= _BATCH or touches >= _TOUCHES:
            index.add(batch)
            batch, touches = [], 0
        progress(_STEP, total - left + added, total)
    if batch:
        index.add(batch)
    return added


def _without_known(index: Index, folder: Folder, listed: Path) -> Path:
    """A listing without the commits that an interrupted run has indexed already."""
    with folder.create("new") as out:
        for part in log.in_parts(listed):
            out.writelines(c.hex().encode("ascii") + b"\n" for c in index.missing(part))
    return folder.path / "new"


def _remove(index: Index, mirror: Path, folder: Folder, lost: set[str], tips: set[str]) -> int:
    """Remove what was reached from tips that are lost, and is not from those that are left."""
    if log.all_there(mirror, sorted(lost)):
        listed = log.listing(mirror, sorted(lost), sorted(tips), folder, "lost")
        gone = [c for part in log.in_parts(listed) for c in part]
    else:  # git cannot tell what they reached
        listed = log.listing(mirror, sorted(tips), (), folder, "left")
        gone = index.keep_only(log.in_parts(listed))
    from minekvm.adapters.git.entries import searched

    readable = {c.id: searched(c) for c in log.read_existing(mirror, gone)}
    index.remove(gone, readable)
    return len(gone)
