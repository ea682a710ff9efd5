"""Which refs have a commit behind them, and since which tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.model import CommitId

_AT_ONCE = 2_000  # commits of one command
_NAMED = ("refs/heads/", "refs/remotes/", "refs/tags/")


def refs(git_dir: Path, containing: CommitId | None = None) -> list[str]:
    """The branches, remote branches and tags, all or those that contain a commit; by full name.

    A HEAD that is on no branch counts as one.
    """
    asked = ["for-each-ref", "--format=%(refname)"]
    if containing is not None:
        asked.append(f"--contains={containing}")
    out = process.output([*asked, *_NAMED], git_dir).decode("utf-8", "surrogateescape")
    found = out.split("\n")[:-1]
    if process.run(["symbolic-ref", "-q", "HEAD"], git_dir)[0]:
        has = ["rev-parse", "--verify", "-q", "HEAD"]
        if containing is not None:
            has = ["merge-base", "--is-ancestor", containing, "HEAD"]
        if process.run(has, git_dir)[0] == 0:
            found.append("HEAD")
    return found


def first_tags(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, str]:
    """The oldest tag that has each of some commits, by its short name; of the others nothing."""
    if not commits or not process.output(["for-each-ref", "--count=1", "refs/tags/"], git_dir):
        return {}
    found: dict[CommitId, str] = {}
    for at in range(0, len(commits), _AT_ONCE):
        some = commits[at : at + _AT_ONCE]
        code, out, _ = process.run(["name-rev", "--tags", "--name-only", *some], git_dir)
        names = out.decode("utf-8", "replace").splitlines()
        if code == 0 and len(names) == len(some):
            found |= {c: _tag(n) for c, n in zip(some, names, strict=True) if n != "undefined"}
    return found


def _tag(name: str) -> str:
    """The tag in a name such as "tags/v5.5-rc1~12^2"."""
    return re.split(r"[~^]", name.removeprefix("tags/"), maxsplit=1)[0]
