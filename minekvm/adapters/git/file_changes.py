"""The files that commits changed, of many commits at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.model import BlobId, CommitId

_RENAME_LIMIT = 1_000
Pair = tuple[CommitId, CommitId]
"""A commit and one of its parents."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file on both sides of a diff; a blob is None where that side has no regular file.

    The paths differ where git found that the file was renamed.
    """

    old_path: str
    path: str
    old: BlobId | None
    new: BlobId | None


def file_changes(git_dir: Path, pairs: Sequence[Pair]) -> tuple[dict[Pair, list[FileChange]], str]:
    """What commits changed against a parent each, renames paired; and git's complaint, "" if none.

    Where an object is missing that pairing needs, files are told that were renamed as they were.
    """
    if not pairs:
        return {}, ""
    feed = "".join(f"{commit} {parent}\n" for commit, parent in pairs).encode("ascii")
    arguments = ["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev"]
    pairing = ["-M", f"-l{_RENAME_LIMIT}"]
    code, out, complaint = process.run([*arguments, *pairing], git_dir, feed=feed)
    if code:
        _, out, _ = process.run([*arguments, "-M100%"], git_dir, feed=feed)
    found: dict[Pair, list[FileChange]] = {pair: [] for pair in pairs}
    waiting = list(reversed(pairs))
    current: list[FileChange] = []
    fields = iter(out.split(b"\0"))
    for field in fields:
        if field[:1] == b":":
            current.append(_change(field, fields))
        elif field:
            commit = field.decode("ascii").strip()
            while waiting and waiting[-1][0] != commit:
                waiting.pop()  # nothing differs: git does not name it
            current = found[waiting.pop()] if waiting else []
    return found, complaint if code else ""


def _change(field: bytes, fields: object) -> FileChange:
    """`:100644 100644 <old> <new> R090`, its path and, of a rename, the other one."""
    words = field[1:].split()
    paths = iter(fields)  # type: ignore[call-overload]
    old_path = path = os.fsdecode(next(paths))
    if words[4][:1] in (b"R", b"C"):
        path = os.fsdecode(next(paths))
    old, new = (
        BlobId(blob.decode("ascii")) if mode.startswith(b"100") else None
        for mode, blob in zip(words[:2], words[2:4], strict=True)
    )
    return FileChange(old_path, path, old, new)
