"""Walks over histories that are long and have no commit-graph.

`git log` keeps the text of each commit that it passes over, a gigabyte for a million of them.
`git rev-list` keeps none, and `git diff-tree` shows the few that it picks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from minekvm.adapters.git import object_folders, process
from minekvm.errors import GitFailed

_LONG = 1_000_000  # packed objects of a history that is walked so; hand-set
_GRAPHS = ("info/commit-graph", "info/commit-graphs/commit-graph-chain")


@lru_cache(maxsize=64)
def is_long(git_dir: Path) -> bool:
    """Whether `git log` would take much memory here."""
    folders = object_folders.found(git_dir / "objects")
    if any((folder / name).exists() for folder in folders for name in _GRAPHS):
        return False
    return object_folders.packed(folders) >= _LONG


def shown(
    git_dir: Path,
    walk: Sequence[str],
    diff: Sequence[str],
    paths: Sequence[str],
    *,
    settings: Sequence[str] = (),
    end: bytes = b"\n",
) -> Iterator[bytes]:
    """What `git log` shows of the commits of a walk that changed some files, line by line.

    `diff` has what diff-tree knows as well. git starts at once. Raises GitFailed at the end.
    """
    if not is_long(git_dir):
        asked = [*settings, "log", "--no-show-signature", *diff, *walk, "--", *paths]
        return process.lines(asked, git_dir, end=end)
    picking = ["rev-list", *walk, "--", *paths]
    asked = [*settings, "diff-tree", "--stdin", "--always", "-r", *diff, "--", *paths]
    return _Shown(git_dir, picking, asked).lines(end)


def with_parents(
    git_dir: Path, walk: Sequence[str], diff: Sequence[str], paths: Sequence[str]
) -> Iterator[bytes]:
    """The same, NUL by NUL, each commit after an `@` with its parents in the walk."""
    if not is_long(git_dir):
        asked = ["log", "--no-show-signature", "--parents", "-z", "--format=@%H %P", *diff, *walk]
        return process.lines([*asked, "--", *paths], git_dir, end=b"\0")
    picking = ["rev-list", "--parents", *walk, "--", *paths]
    asked = ["diff-tree", "--stdin", "--always", "-r", "-z", "--format=@%H", *diff, "--", *paths]
    fed = _Shown(git_dir, picking, asked)
    return (
        # Of one that has no parent in the walk, diff-tree would tell the real ones.
        b"@" + fed.given[line.strip()[1:]] if line.lstrip(b"\n")[:1] == b"@" else line
        for line in fed.lines(b"\0")
    )


class _Shown:
    """Commits that one git picks and another shows; `given` has what the first says of each."""

    def __init__(self, git_dir: Path, picking: Sequence[str], asked: Sequence[str]) -> None:
        self.given: dict[bytes, bytes] = {}
        self._picking, self._asked = picking, asked
        self._failure: GitFailed | None = None
        self._picker = process.start(picking, git_dir)
        self._process = process.start(asked, git_dir, feed=True)
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def _feed(self) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            with suppress(OSError, ValueError), stdin:  # it may have ended, or been closed
                for line in process.read(self._picker, self._picking, b"\n"):
                    self.given[line.split(b" ", 1)[0]] = line
                    stdin.write(line + b"\n\n")  # what is no commit makes it write out the rest
                    stdin.flush()
        except GitFailed as failure:
            self._failure = failure

    def lines(self, end: bytes) -> Iterator[bytes]:
        """What git shows. Raises GitFailed where it fails, or what picks."""
        try:
            yield from process.read(self._process, self._asked, end)
        except BaseException:
            self._picker.kill()  # nobody reads on
            raise
        self._feeder.join()
        if self._failure is not None:
            raise self._failure
