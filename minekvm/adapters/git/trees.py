"""Some files of a clone in all their versions: the commits that changed any, and what they left."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.adapters.git.repository import new_blob
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId

_AT_ONCE = 500  # paths on a command line


@dataclass(frozen=True, slots=True)
class Version:
    """A commit that changed some files: `parents` are the nearest that did too.

    `changed` has the blobs that differ from the first parent, None for files that are gone; all
    files where there is no parent.
    """

    commit: CommitId
    parents: tuple[CommitId, ...]
    changed: tuple[tuple[str, BlobId | None], ...]


def versions(
    git_dir: Path, start: CommitId, paths: Sequence[str], *, every_side: bool
) -> Iterator[Version]:
    """The commits from `start` back that changed any of some files, children before parents.

    Merges that git simplifies are followed on every side where that is asked for.
    """
    arguments = ["log", "--no-color", "--no-show-signature", "--date-order", "--parents"]
    arguments += ["--no-renames", "--root", "--raw", "--diff-merges=first-parent", "-z"]
    arguments += ["--no-abbrev", "--format=@%H %P", *(["--full-history"] if every_side else [])]
    wanted = frozenset(os.fsencode(path) for path in paths)
    fields = process.lines([*arguments, start, "--", *paths], git_dir, end=b"\0")
    ids: list[CommitId] = []
    changed: list[tuple[str, BlobId | None]] = []
    for field in fields:
        text = field.lstrip(b"\n")
        if text[:1] == b"@":
            if ids:
                yield Version(ids[0], tuple(ids[1:]), tuple(changed))
            ids, changed = [CommitId(i) for i in text[1:].decode("ascii").split()], []
        elif text[:1] == b":":
            path = next(fields, b"")
            if path in wanted:
                changed.append((os.fsdecode(path), new_blob(text)))
    if ids:
        yield Version(ids[0], tuple(ids[1:]), tuple(changed))


def files(
    git_dir: Path, commit: CommitId, paths: Sequence[str], *, below: bool = True
) -> dict[str, BlobId]:
    """The source files at a commit among some paths, with what lies `below` those that are folders.

    Without paths: those at the top, or `below` it the whole tree.
    """
    found: dict[str, BlobId] = {}
    for at in range(0, max(len(paths), 1), _AT_ONCE):
        arguments = ["ls-tree", "-z", *(["-r"] if below else []), commit, "--"]
        out = process.output([*arguments, *paths[at : at + _AT_ONCE]], git_dir)
        for entry in out.split(b"\0"):
            about, _, name = entry.partition(b"\t")
            path = os.fsdecode(name)
            if about.startswith(b"100") and is_source(path):
                found[path] = BlobId(about.split()[2].decode("ascii"))
    return found
