"""Verb 1, for mails: archives -> the index. Readable top to bottom, no printing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from minekvm.adapters import mail_archives as mail
from minekvm.adapters.git.objects import Missing
from minekvm.adapters.git.patches import patch_ids_of
from minekvm.adapters.index.index import Index
from minekvm.adapters.index.mail_rows import Held, Indexed, Taken
from minekvm.adapters.mail_archives import Archive, Item
from minekvm.clone.clone import DEFAULT, Clone, IndexOptions, stored_index
from minekvm.core.mail.facts import Read, read_mail
from minekvm.progress import Progress

_BATCH = 1_000  # mails in one transaction
_LETTERS = 16 << 20  # or characters of their diffs
_NONE = "no mail"


def index(clone: Clone, given: Sequence[Path]) -> list[Indexed]:
    """Take the mails of archives into a clone's index: only what is new, after the first time.

    The clone is one that was opened with `wait`. Its commits are brought up to date first.
    Interrupted at any moment, it goes on from the last batch the next time. Raises MinekvmError
    where there is no archive.
    """
    archives = [found for one in given for found in mail.archives(one)]
    return [_take_in(clone.index, clone.shadow, archive, clone.progress) for archive in archives]


def status(path: Path, options: IndexOptions = DEFAULT) -> list[Held] | None:
    """What a clone's index has of mail; None where there is no index."""
    with stored_index(path, options) as found:
        return None if found is None else found.mails.held()


def _take_in(index: Index, mirror: Path, archive: Archive, progress: Progress) -> Indexed:
    rows = index.mails
    state = rows.state(archive)
    news = mail.news(archive, state, lambda place: rows.knows(archive, place))
    if news.afresh:
        rows.forget(archive)
        state = ""
    added = removed = refused = letters = 0
    step = f"indexing the mails of {archive.path.name}"
    batch: list[tuple[Item, Read | None]] = []

    def write() -> None:
        nonlocal added, removed, refused, letters
        taken = _taken(mirror, batch)
        gone = [item.place for item, _ in batch if item.raw is None]
        added += rows.add(archive, taken, gone, state)
        removed += len(gone)
        refused += sum(one.read is None for one in taken)
        batch.clear()
        letters = 0

    for item in news.items:
        found = read_mail(item.raw) if isinstance(item.raw, bytes) else None
        batch.append((item, found))
        letters += len(found.diff) if found is not None else 0
        state = item.state or state
        if item.state and (len(batch) >= _BATCH or letters >= _LETTERS):
            write()
            progress(step, item.done, item.total)
    if batch:
        write()
    return Indexed(archive, added, removed, refused)


def _taken(mirror: Path, batch: Iterable[tuple[Item, Read | None]]) -> list[Taken]:
    """A batch as it is taken in, with the patch ids of all its diffs."""
    some = list(batch)
    ids = iter(patch_ids_of(mirror, (r.diff for _, r in some if r is not None and r.diff)))
    taken = []
    for item, found in some:
        if item.raw is None:
            continue
        if isinstance(item.raw, Missing):
            taken.append(Taken(item.place, None, "", (_reason(item.raw),)))
        elif found is None:
            taken.append(Taken(item.place, None, "", (_NONE,)))
        else:
            patch_id = next(ids) if found.diff else ""
            taken.append(Taken(item.place, found, patch_id, found.flaws))
    return taken


def _reason(missing: Missing) -> str:
    """Why a mail cannot be read, without what is of this mail alone."""
    return missing.why.partition(" (")[0]
