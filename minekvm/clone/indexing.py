"""Verb 1: a clone -> its index. Readable top to bottom, no printing."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import log, revisions, shadow
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.index.index import Index
from minekvm.clone import changed_words as worded
from minekvm.clone.cache import Memory
from minekvm.clone.clone import Progress, Tell, silent, unheard
from minekvm.core.c.finder import scan
from minekvm.core.model import IndexStatus, Mined
from minekvm.core.pathspecs import within
from minekvm.errors import UnknownCommit

_BATCH = 4096  # commits in one transaction
_TOUCHES = 50_000  # or touched files
_SHORT = 20_000  # commits of a history whose changed words are taken in without being asked
_VERSIONS = 500  # of files, taken in by one transaction


if TYPE_CHECKING:
    from minekvm.adapters.git.entries import Entry


def place(clone: shadow.Clone, where: Path | None) -> Path:
    """Where a clone's index lies: as asked, or in the cache folder."""
    return where or shadow.index_path(clone)


def index(
    path: Path,
    where: Path | None = None,
    rev: str | None = None,
    functions: Sequence[str] = (),
    progress: Progress = silent,
    tell: Tell = unheard,
    *,
    words: bool | None = None,
) -> Mined:
    """Bring the index of a clone up to date, waiting for another process that does so.

    All refs and HEAD are indexed or, with `rev`, what that revision reaches, besides what is there
    already. Of the files named by `functions` (paths, folders or globs), the functions of every
    version are taken in too; with `words`, the words on the lines that the commits of HEAD or `rev`
    changed, which `callers` and `why` look up: if nothing is said, of short histories. Interrupted
    at any moment, it goes on from the last batch the next time.
    """
    clone = shadow.locate(path)
    mirror = shadow.open_shadow(clone)
    name = str(clone.common_dir)
    with Index.opened(place(clone, where), name, tell, wait=True) as found:
        assert found is not None
        wanted = [] if rev is None else [revisions.resolve(clone.git_dir, rev)]
        added, removed = update(found, mirror, wanted, progress)
        if functions:
            with Repository(mirror) as repository:
                _take_in(found, repository, functions, progress)
        status = found.status()
        if words or (words is None and status.commits <= _SHORT):
            with suppress(UnknownCommit) if words is None else nullcontext():  # HEAD may be unborn
                top = revisions.resolve(clone.git_dir, rev or "HEAD")
                with Repository(mirror) as repository:
                    order = worded.order(found, mirror, top, repository.view)
                worded.take_in(found, mirror, order, progress)
                status = found.status()
        return Mined(added, removed, status)


def update(
    index: Index, mirror: Path, wanted: Sequence[str] = (), progress: Progress = silent
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


def _take_in(
    index: Index, repository: Repository, scope: Sequence[str], progress: Progress
) -> None:
    """Remember the functions of every version of the files in a scope."""
    memory = Memory(index, repository.view)
    blobs = memory.unscanned(index.blobs(lambda path: bool(scope) and within(path, scope)))
    progress("taking in functions", 0, len(blobs))
    for at in range(0, len(blobs), _VERSIONS):
        some = blobs[at : at + _VERSIONS]
        for blob, source in zip(some, repository.objects.read_many(some), strict=True):
            if not isinstance(source, Missing) and is_text(source):
                memory.keep_functions(blob, scan(source))
        memory.flush()
        progress("taking in functions", at + len(some), len(blobs))


def status(path: Path, where: Path | None = None, tell: Tell = unheard) -> IndexStatus | None:
    """What the index of a clone has; None where there is none."""
    clone = shadow.locate(path)
    if not place(clone, where).exists():
        return None
    name = str(clone.common_dir)
    with Index.opened(place(clone, where), name, tell, wait=False) as found:
        return None if found is None else found.status()
