"""Bringing the index of a clone up to date, with as much as is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git.objects import Missing, is_text
from minekvm.clone import changed_words as worded
from minekvm.clone.clone import DEFAULT, Clone, IndexOptions, stored_index
from minekvm.core.c.finder import scan
from minekvm.core.model import IndexStatus, Mined
from minekvm.core.pathspecs import within
from minekvm.errors import UnknownCommit

_SHORT = 20_000  # commits of a history whose changed words are taken in without being asked
_VERSIONS = 500  # of files, taken in by one transaction


@dataclass(frozen=True, slots=True)
class Question:
    """What `index` was asked: all refs and HEAD or, with `rev`, what that revision reaches.

    Of the files named by `functions` (paths, folders or globs), the functions of every version are
    taken in too; with `words`, the words on the lines that the commits of HEAD or `rev` changed,
    which `callers` and `why` look up: if nothing is said, of short histories.
    """

    rev: str | None = None
    functions: tuple[str, ...] = ()
    words: bool | None = None


def index(clone: Clone, question: Question) -> Mined:
    """Bring the index of a clone, opened with `wait`, up to date.

    Interrupted at any moment, it goes on from the last batch the next time.
    """
    wanted = [] if question.rev is None else [clone.resolve(question.rev)]
    stored = clone.stored
    assert stored is not None
    added, removed = clone.update(wanted)
    if question.functions:
        _take_in_functions(clone, question.functions)
    status = stored.status()
    if question.words or (question.words is None and status.commits <= _SHORT):
        # HEAD may be unborn
        with suppress(UnknownCommit) if question.words is None else nullcontext():
            top = clone.resolve(question.rev or "HEAD")
            order = worded.order(stored, clone.shadow, top)
            worded.take_in(stored, clone.shadow, order, clone.progress)
            status = stored.status()
    return Mined(added, removed, status)


def _take_in_functions(clone: Clone, scope: Sequence[str]) -> None:
    """Remember the functions of every version of the files in a scope."""
    cache, progress = clone.history.cache, clone.progress
    assert clone.stored is not None
    blobs = cache.unscanned(clone.stored.blobs(lambda path: within(path, scope)))
    progress("taking in functions", 0, len(blobs))
    for at in range(0, len(blobs), _VERSIONS):
        some = blobs[at : at + _VERSIONS]
        for blob, source in zip(some, clone.repository.objects.read_many(some), strict=True):
            if not isinstance(source, Missing) and is_text(source):
                cache.keep_functions(blob, scan(source))
        cache.flush()
        progress("taking in functions", at + len(some), len(blobs))


def status(path: Path, options: IndexOptions = DEFAULT) -> IndexStatus | None:
    """What the index of a clone has; None where there is none."""
    with stored_index(path, options) as found:
        return None if found is None else found.status()
