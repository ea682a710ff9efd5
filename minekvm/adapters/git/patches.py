"""Diffs of commits, and patch ids: equal for what makes the same change.

Line numbers and white space are no part of a patch id. Those of a commit's own diff are compared
with one another; those of `diffs`, which pairs renames as `git format-patch` does, with mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from minekvm.adapters.files.own import scratch
from minekvm.adapters.git import process
from minekvm.adapters.git.commits import decode
from minekvm.core.model import CommitId
from minekvm.errors import GitFailed

_COMMIT = re.compile(rb"^([0-9a-f]{40}(?:[0-9a-f]{24})?)\n", re.MULTILINE)
_PARTING = re.compile(r"^(?:diff-tree |commit |From )?[0-9a-f]{40}", re.MULTILINE)
_SHOWN = ("diff-tree", "--stdin", "-p", "--root", "--full-index", "--no-ext-diff", "--no-color")


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
    with scratch() as fed, scratch() as diffs:
        fed.write("".join(f"{c}\n" for c in commits).encode("ascii"))
        fed.seek(0)
        arguments = ["diff-tree", "--stdin", "-p", "--root", "--no-renames", "--full-index"]
        process.pass_through([*arguments, "--no-ext-diff"], git_dir, fed, diffs)
        diffs.seek(0)
        lines = process.lines(["patch-id", "--stable"], git_dir, stdin=diffs)
        pairs = [line.decode("ascii").split() for line in lines]
    return {CommitId(commit): patch for patch, commit in pairs}


def diffs(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, str]:
    """The diff of each commit that has one parent or none, renames paired; "" if it is empty.

    Commits whose files cannot be read are left out.
    """
    try:
        return _diffs(git_dir, commits)
    except GitFailed:  # as above
        found: dict[CommitId, str] = {}
        for commit in commits:
            with suppress(GitFailed):
                found |= _diffs(git_dir, [commit])
        return found


def _diffs(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, str]:
    fed = "".join(f"{c}\n" for c in commits).encode("ascii")
    parts = _COMMIT.split(process.output([*_SHOWN, "--always", "-M"], git_dir, feed=fed))[1:]
    found = zip(parts[::2], parts[1::2], strict=True)
    return {CommitId(commit.decode("ascii")): decode(text) for commit, text in found}


def patch_ids_of(git_dir: Path, texts: Iterable[str]) -> list[str]:
    """The stable patch id of each diff, "" for what is none; all by one process. Raises GitFailed.

    A text counts up to what git would take for the beginning of the next patch. `git_dir` tells the
    hash that ids are made with.
    """
    with scratch() as fed:
        count = 0
        for count, text in enumerate(texts, 1):
            # In front, for whichever hash git reads here; the rest is for the longer one.
            fed.write(f"commit {count:040x}{'0' * 24}\n".encode("ascii"))
            parting = _PARTING.search(text)
            own = text if parting is None else text[: parting.start()]
            fed.write(own.encode("utf-8", "surrogatepass"))
            fed.write(b"\n")
        fed.seek(0)
        found = [""] * count
        for line in process.lines(["patch-id", "--stable"], git_dir, stdin=fed):
            patch, number = line.decode("ascii").split()
            found[int(number[:40], 16) - 1] = patch
    return found
