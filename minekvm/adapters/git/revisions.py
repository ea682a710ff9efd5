"""What a person types for a commit or a date, and what a clone says of itself, asked of git."""

from __future__ import annotations

import os
import time
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.model import CommitId
from minekvm.errors import MinekvmError, UnknownCommit


def timestamp(text: str, which: str) -> int:
    """A date as git reads it, to seconds since the epoch; `which` names the option it came from.

    Raises MinekvmError where git sees no date in it.
    """
    if text.strip().lower() == "now":  # to git's configuration, "now" means without end
        return int(time.time())
    asked = ["-c", f"minekvm.date={text}", "config", "--type=expiry-date", "minekvm.date"]
    code, out, _ = process.run(asked, None)
    if code:
        raise MinekvmError(
            f"--{which} is no date that git can read: {text}",
            "write it like 2020-01-31, '2020-01-31 12:00 +0100' or '2 weeks ago'",
        )
    return int(out)


def resolve(git_dir: Path, revision: str) -> CommitId:
    """The commit that a revision names in a clone. Raises UnknownCommit with a hint."""
    found, complaint = _verified(git_dir, f"{revision}^{{commit}}")
    if found:
        return CommitId(found)
    # `:/text` takes what follows for text, and an object of another kind deserves its name.
    named, _ = _verified(git_dir, revision)
    if named:
        found, complaint = _verified(git_dir, f"{named}^{{commit}}")
        if found:
            return CommitId(found)
        kind = process.run(["cat-file", "-t", named], git_dir)[1].decode("ascii").strip()
        if kind and kind != "commit":
            raise UnknownCommit(f"{revision} is a {kind}, not a commit", "name a commit")
        raise UnknownCommit(
            f"commit {named[:12]} is not in this clone", "fetch it, or name one that is there"
        )
    if revision == "HEAD":
        raise UnknownCommit("HEAD names no commit yet", "commit first, or name a branch or a hash")
    hint = "a branch, tag or hash of this clone; an upstream hash may be absent from it"
    if "ambiguous" in complaint:
        hint = "the hash is ambiguous: more digits make it unique"
    raise UnknownCommit(f"no such commit: {revision}", hint)


def remote(git_dir: Path) -> str:
    """The address that a clone says it came from; "" where it says none."""
    _, out, _ = process.run(["config", "--local", "--get", "remote.origin.url"], git_dir)
    return os.fsdecode(out.removesuffix(b"\n"))


def tips(git_dir: Path) -> set[str]:
    """The commits that the refs and HEAD of a repository name; tags are peeled.

    Refs to other things, or to what the repository has not got, are left out.
    """
    arguments = ["rev-list", "--no-walk=unsorted", "--ignore-missing", "--all"]
    return {c.decode("ascii") for c in process.output(arguments, git_dir).split()}


def _verified(git_dir: Path, revision: str) -> tuple[str, str]:
    """The id that an expression names in a clone, or "", and git's complaint."""
    asked = ["rev-parse", "--verify", "--end-of-options", revision]
    code, out, complaint = process.run(asked, git_dir)
    words = out.decode("ascii", "replace").split()
    return ("" if code or not words else words[-1]), complaint
