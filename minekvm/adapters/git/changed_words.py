"""The identifiers on the lines that commits changed, read off git's diffs file by file.

Two git processes work side by side, on a part of the commits each. git gives up at the first object
that is missing: the commits whose files the clone lacks are then found out, and read as far as
possible.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import process

if TYPE_CHECKING:
    from concurrent.futures import Future

_PART = 256  # commits that one git process is given
_ARGUMENTS = 2_000  # paths that fit a command line
_SIDE_BY_SIDE = 2
_DIFF = (
    *("diff-tree", "--stdin", "--always", "-r", "-p", "-U0", "--full-index"),
    *("--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"),
)
_COMMIT = re.compile(rb"^[0-9a-f]{40}(?:[0-9a-f]{24})?\n", re.MULTILINE)
_BLOBS = re.compile(rb"^index ([0-9a-f]+)\.\.([0-9a-f]+)", re.MULTILINE)
_FILE = re.compile(rb"^diff --git ", re.MULTILINE)
# Behind the head of a file, what follows `@@ ... @@` and "\ No newline" was not changed.
_WORD = re.compile(rb"^[@\\].*+|[A-Za-z_$][\w$]*+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Touching:
    """A commit with the C files it touches: the number of each path, the path, its raw blobs."""

    number: int
    id: bytes
    files: tuple[tuple[int, bytes, bytes | None, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The words on the changed lines of a commit's file; None where it could not be read."""

    commit: int
    path: int
    words: frozenset[str] | None


def changed_words(
    git_dir: Path, commits: Iterable[Touching], scope: Sequence[str] = ()
) -> Iterator[list[Changed]]:
    """What each commit changed against its only parent, some commits at a time, in their order.

    With a `scope` (pathspecs) only what matches is read, and only that is told. Raises GitFailed
    where git fails for another reason than what the clone lacks.
    """
    from concurrent.futures import ThreadPoolExecutor  # most questions do without

    coming = iter(commits)
    workers = ThreadPoolExecutor(_SIDE_BY_SIDE)
    try:
        running: deque[Future[list[Changed]]] = deque()
        while part := list(islice(coming, _PART)):
            running.append(workers.submit(_read, git_dir, part, scope))
            if len(running) > _SIDE_BY_SIDE:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        workers.shutdown(cancel_futures=True)


def _read(git_dir: Path, part: list[Touching], scope: Sequence[str]) -> list[Changed]:
    found, left = _diffed(git_dir, part, scope or _endings(part))
    if not left:
        return found
    lost = _missing(git_dir, left)
    whole = [c for c in left if not lost.intersection(b for f in c.files for b in f[2:])]
    torn = [c for c in left if c not in whole]
    more, left = _diffed(git_dir, whole, scope or _endings(part))
    found += more
    for commit in (*torn, *left):
        found += _alone(git_dir, commit, lost)
    return found


def _endings(part: Sequence[Touching]) -> list[str]:
    """Patterns for the files in question: each costs git as much again on every tree."""
    ends = {f[1].rpartition(b".")[2] for commit in part for f in commit.files}
    return sorted(f"*.{os.fsdecode(end)}" for end in ends)


def _diffed(
    git_dir: Path,
    part: Sequence[Touching],
    pathspecs: Sequence[str | bytes],
    *,
    literal: bool = False,
) -> tuple[list[Changed], list[Touching]]:
    """What the first commits of a part changed, and those that git did not get to the end of."""
    if not part:
        return [], []
    fed = b"".join(commit.id.hex().encode("ascii") + b"\n" for commit in part)
    arguments = [*_DIFF, "--", *pathspecs]
    code, out, complaint = process.run(arguments, git_dir, feed=fed, literal=literal)
    if code and not process.speaks_of_objects(complaint):
        raise process.failed(arguments, complaint)
    texts = _COMMIT.split(out)[1:]
    done = len(texts) if code == 0 else max(0, len(texts) - 1)
    found: list[Changed] = []
    for commit, text in zip(part, texts[:done], strict=False):
        found += _told(commit, text)
    return found, list(part[done:])


def _told(commit: Touching, text: bytes) -> Iterator[Changed]:
    """The words of a commit's diff by file, told apart by the blobs on both sides."""
    words: dict[tuple[bytes | None, bytes | None], frozenset[str]] = {}
    for part in _FILE.split(text):
        blobs = _BLOBS.search(part)
        if blobs is not None:
            start = part.find(b"\n@@ ", blobs.end())
            found = set(_WORD.findall(part, start + 1)) if start >= 0 else ()
            old, new = map(_raw, blobs.groups())
            words[old, new] = frozenset(w.decode("ascii") for w in found if w[0] not in b"@\\")
    for path, _, old, new in commit.files:
        yield Changed(commit.number, path, words.get((old, new), frozenset()))


def _raw(blob: bytes) -> bytes | None:
    """The raw id of a side of a diff; None where it has no such file."""
    return bytes.fromhex(blob.decode("ascii")) if blob.strip(b"0") else None


def _missing(git_dir: Path, part: Sequence[Touching]) -> set[bytes | None]:
    """The blobs of some commits that the clone lacks."""
    blobs = sorted({b for commit in part for f in commit.files for b in f[2:] if b is not None})
    fed = b"".join(b.hex().encode("ascii") + b"\n" for b in blobs)
    _, out, _ = process.run(["cat-file", "--batch-check"], git_dir, feed=fed)
    there = {line.split()[0] for line in out.splitlines() if b" blob " in line}
    return {b for b in blobs if b.hex().encode("ascii") not in there}


def _alone(git_dir: Path, commit: Touching, lost: set[bytes | None]) -> list[Changed]:
    """What a commit changed in those of its files that can be read; the others as unreadable."""
    there = [f for f in commit.files if lost.isdisjoint(f[2:])][:_ARGUMENTS]
    readable = replace(commit, files=tuple(there))
    found, _ = _diffed(git_dir, [readable] if there else [], [f[1] for f in there], literal=True)
    known = {changed.path for changed in found}
    torn = [Changed(commit.number, f[0], None) for f in commit.files if f[0] not in known]
    return [*found, *torn]
