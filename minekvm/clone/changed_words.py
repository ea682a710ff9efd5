"""Taking in which words commits changed: only when somebody asks, and only what is new.

It costs as much as git needs to show every diff. Killed at any moment, it goes on from there.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from minekvm.adapters.git import log
from minekvm.adapters.git.changed_words import Changed, Touching, changed_words
from minekvm.adapters.index.changed_lines import Place, place
from minekvm.adapters.index.index import Index
from minekvm.core.model import CommitId
from minekvm.core.pathspecs import within
from minekvm.progress import Progress, no_progress

_STEP = "once: reading the words that each commit changed"
_BATCH = 10_000  # files in one transaction
_MANY = 50_000  # commits of which only the files asked about are read


def order(index: Index, mirror: Path, rev: CommitId) -> array[int]:
    """The index's numbers of the commits that a revision reaches, none before its children.

    Raises GitFailed.
    """
    key = rev.encode("ascii")
    known = index.recall("order", [key]).get(key)
    if known is not None:
        return array("L", zlib.decompress(known))
    reached = list(log.reachable(mirror, rev))
    found = index.numbers(reached)
    if index.writable and len(found) == len(reached):
        index.keep([("order", key, zlib.compress(found.tobytes(), 1))])
    return found


def missing(index: Index, commits: Sequence[int]) -> list[int]:
    """Those of some commits, given by number, whose changed words are not taken in yet."""
    unworded = index.unworded()
    return [c for c in commits if c in unworded] if unworded else []


def take_in(
    index: Index, mirror: Path, commits: Sequence[int], progress: Progress = no_progress
) -> None:
    """Take in the words that some commits changed, where they are not here yet."""
    commits = missing(index, commits)
    done = 0
    batch: list[Changed] = []
    progress(_STEP, 0, len(commits))
    for some in changed_words(mirror, index.touching_files(commits)):
        batch += some
        done += len({found.commit for found in some})
        if len(batch) >= _BATCH:
            index.add_words(batch)
            batch.clear()
        progress(_STEP, done, len(commits))
    if batch:
        index.add_words(batch)
    if commits:
        index.finish_words()


def ready(
    index: Index,
    mirror: Path,
    commits: Sequence[int],
    scope: Sequence[str],
    progress: Progress = no_progress,
) -> list[int]:
    """Those of some commits whose changed words will not be here, to be looked for in their files.

    What is missing is taken in now, unless only a scope of a long history is asked about, or
    another process writes the index.
    """
    lacking = missing(index, commits)
    if lacking and (not index.writable or (scope and len(lacking) > _MANY)):
        return lacking
    if lacking:
        take_in(index, mirror, lacking, progress)
    return []


def looked_for(
    index: Index,
    mirror: Path,
    commits: Sequence[int],
    word: str,
    scope: Sequence[str],
    progress: Progress = no_progress,
) -> tuple[list[Place], list[Place]]:
    """Where some commits changed a word in a scope, without taking anything in; and the unread.

    For who may not write, or does not want to wait for files that nobody asks about.
    """
    found: list[Place] = []
    unread: list[Place] = []
    asked: dict[tuple[int, int], Place] = {}

    def narrowed() -> Iterator[Touching]:
        for commit in index.touching_files(commits):
            files = tuple(f for f in commit.files if within(os.fsdecode(f[1]), scope))
            asked.update(((commit.number, f[0]), place(commit, f)) for f in files)
            if files:
                yield replace(commit, files=files)

    progress(f"looking for {word} in what changed")
    for some in changed_words(mirror, narrowed(), scope):
        for one in some:
            if one.words is None:
                unread.append(asked[one.commit, one.path])
            elif word in one.words:
                found.append(asked[one.commit, one.path])
        progress(f"looking for {word} in what changed", len(asked))
    return found, unread
