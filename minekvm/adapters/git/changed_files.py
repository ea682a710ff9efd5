"""The files that commits changed, renames paired: of one commit, or of many in one go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId
from minekvm.errors import GitFailed

RENAME_LIMIT = 2_000  # files added or deleted by one commit up to which inexact renames are sought

Pair = tuple[CommitId, CommitId | None]
"""A commit and the parent that it is compared with; None is the empty tree."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file on both sides of a diff; a blob is None where that side has no regular file."""

    old_path: str
    new_path: str
    old: BlobId | None
    new: BlobId | None


def changed_in_bulk(
    git_dir: Path, pairs: Sequence[Pair], scope: Sequence[str] = (), *, paired: bool = True
) -> dict[Pair, list[ChangedFile]] | None:
    """What `Repository.changed_files` finds of many commits and parents, by one process.

    Without `paired` renames are left as what is gone and what came: git reads no file for that.
    None where an object is missing: then each has to be asked on its own.
    """
    feed = "".join(f"{c} {p}\n" if p is not None else f"{c}\n" for c, p in pairs)
    arguments = ["diff-tree", "--stdin", "--root", "--always", "-r", "-z", "--raw", "--no-abbrev"]
    arguments += ["-M", f"-l{RENAME_LIMIT}"] if paired else ["--no-renames"]
    arguments += ["--", *scope] if scope else []
    try:
        out = process.output(arguments, git_dir, feed=feed.encode("ascii"), literal=False)
    except GitFailed:
        return None
    found: dict[Pair, list[ChangedFile]] = {}
    entries: list[bytes] = []
    waiting = iter(pairs)
    current: Pair | None = None
    fields = iter(out.split(b"\0"))
    for field in fields:
        if field[:1] == b":":
            entries += (field, next(fields, b""))
            if field.rsplit(b" ", 1)[-1][:1] in (b"R", b"C"):
                entries.append(next(fields, b""))
        elif field.strip():
            if current is not None:
                found[current] = list(changed_entries(entries, scope))
            current, entries = next(waiting, None), []
            if current is None or field.strip() != current[0].encode("ascii"):
                return None
    if current is not None:
        found[current] = list(changed_entries(entries, scope))
    return found if len(found) == len(pairs) else None


def changed_of(
    git_dir: Path, pair: Pair, scope: Sequence[str], reads: Callable[[str], bool]
) -> list[ChangedFile]:
    """The files that differ between a commit and a parent and that `reads` says yes to.

    Renames are paired; where an object lacks for that, those without a change.
    """
    commit, parent = pair
    sides = [parent, commit] if parent is not None else ["--root", commit]
    arguments = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-commit-id"]
    sides += ["--", *scope] if scope else []
    code, out, _ = process.run(
        [*arguments, "-M", f"-l{RENAME_LIMIT}", *sides], git_dir, literal=False
    )
    if code:
        out = process.output([*arguments, "-M100%", *sides], git_dir, literal=False)
    return list(changed_entries(out.split(b"\0"), scope, reads))


def changed_entries(
    fields: list[bytes], scope: Sequence[str], reads: Callable[[str], bool] = is_source
) -> Iterator[ChangedFile]:
    """The files among the fields of `diff-tree --raw -z` that `reads` says yes to.

    Those, too, whose ending the scope names: `*.y`, `parse/gram.y`.
    """
    named = {end.lower() for end in (Path(spec).suffix for spec in scope) if len(end) > 1}
    at = 0
    while at + 1 < len(fields):
        words = fields[at].lstrip(b":").split()
        old_path = new_path = os.fsdecode(fields[at + 1])
        at += 2
        if words[4][:1] in (b"R", b"C"):
            new_path = os.fsdecode(fields[at])
            at += 1
        is_ours = reads(old_path) or reads(new_path)
        if named and not is_ours:
            is_ours = any(Path(p).suffix.lower() in named for p in (old_path, new_path))
        if is_ours:
            old, new = regular(words[0], words[2]), regular(words[1], words[3])
            yield ChangedFile(old_path, new_path, old, new)


def regular(mode: bytes, blob: bytes) -> BlobId | None:
    """The id of a regular file's blob; None for absent files, symbolic links and submodules."""
    if not mode.startswith(b"100") or not blob.strip(b"0"):
        return None
    return BlobId(blob.decode("ascii"))
