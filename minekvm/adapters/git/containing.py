"""Which refs have a commit behind them."""

from __future__ import annotations

from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.model import CommitId

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
