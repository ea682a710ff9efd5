"""Patch ids: equal for commits that make the same change, line numbers and white space aside."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from minekvm.adapters import process
from minekvm.core.model import CommitId
from minekvm.errors import GitFailed


def patch_ids(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, str]:
    """The stable patch id (`git patch-id --stable`) of each commit that changes anything.

    Merges have none, nor have commits whose files cannot be read.
    """
    try:
        return _patch_ids(git_dir, commits)
    except GitFailed:  # one that cannot be read ended the listing: each on its own
        found: dict[CommitId, str] = {}
        for commit in commits:
            with suppress(GitFailed):
                found |= _patch_ids(git_dir, [commit])
        return found


def _patch_ids(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, str]:
    with tempfile.TemporaryFile() as fed, tempfile.TemporaryFile() as diffs:
        fed.write("".join(f"{c}\n" for c in commits).encode("ascii"))
        fed.seek(0)
        arguments = ["diff-tree", "--stdin", "-p", "--root", "--no-renames", "--full-index"]
        process.pass_through([*arguments, "--no-ext-diff"], git_dir, fed, diffs)
        diffs.seek(0)
        lines = process.lines(["patch-id", "--stable"], git_dir, stdin=diffs)
        pairs = [line.decode("ascii").split() for line in lines]
    return {CommitId(commit): patch for patch, commit in pairs}
