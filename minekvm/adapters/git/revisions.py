"""What a person types for a commit or a date, asked of git: of the shadow, or of no repository."""

from __future__ import annotations

import re
import time
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.adapters.git.shadow import Clone, copy_reflogs
from minekvm.core.model import CommitId
from minekvm.errors import MinekvmError, UnknownCommit

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


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


def resolve(clone: Clone, shadow: Path, revision: str) -> CommitId:
    """The commit that a revision names in a clone, asked of its shadow.

    Raises UnknownCommit with a hint.
    """
    if revision.startswith(":") and not revision.startswith(":/"):
        raise UnknownCommit(
            f"{revision} names an entry of the index, which is not read",
            "name a commit: HEAD, a branch, a tag or a hash",
        )
    if "@{" in revision:
        copy_reflogs(shadow, clone)
    if "\0" in revision:
        raise UnknownCommit("no commit has a NUL byte in its name", "name a branch, tag or hash")
    found, complaint = _verified(shadow, f"{revision}^{{commit}}")
    if found:
        return CommitId(found)
    # `:/text` takes what follows for text, and an object of another kind deserves its name.
    named, _ = _verified(shadow, revision)
    if named:
        return _peeled(shadow, revision, named)
    if revision == "HEAD":
        raise UnknownCommit("HEAD names no commit yet", "commit first, or name a branch or a hash")
    hint = "a branch, tag or hash of this clone; an upstream hash may be absent from it"
    if "ambiguous" in complaint:
        hint = "the hash is ambiguous: more digits make it unique"
    raise UnknownCommit(f"no such commit: {revision}", hint)


def _peeled(shadow: Path, revision: str, named: str) -> CommitId:
    """The commit that an object is, or leads to. Raises UnknownCommit."""
    found, _ = _verified(shadow, f"{named}^{{commit}}")
    if found:
        return CommitId(found)
    kind = process.run(["cat-file", "-t", named], shadow)[1].decode("ascii").strip()
    if kind and kind != "commit":
        raise UnknownCommit(f"{revision} is a {kind}, not a commit", "name a commit")
    raise UnknownCommit(
        f"commit {named[:12]} is not in this clone", "fetch it, or name one that is there"
    )


def tips(git_dir: Path) -> set[str]:
    """The commits that the refs and HEAD of a repository name; tags are peeled.

    Refs to other things, or to what the repository has not got, are left out.
    """
    arguments = ["rev-list", "--no-walk=unsorted", "--ignore-missing", "--all"]
    return {c.decode("ascii") for c in process.output(arguments, git_dir).split()}


def _verified(shadow: Path, revision: str) -> tuple[str, str]:
    """The id that an expression names, or "", and git's complaint."""
    asked = ["rev-parse", "--verify", "--end-of-options", revision]
    code, out, complaint = process.run(asked, shadow)
    words = out.decode("ascii", "replace").split()
    # `^main` names what is not reachable from a commit: git prints it with the sign.
    return (words[-1] if not code and words and _ID.fullmatch(words[-1]) else ""), complaint


def is_ancestor(git_dir: Path, one: CommitId, other: CommitId) -> bool:
    """Whether a commit is reachable from another; False where that cannot be read."""
    return process.run(["merge-base", "--is-ancestor", one, other], git_dir)[0] == 0
