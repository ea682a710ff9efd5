"""Objects made in a shadow for one question: a patch as a commit, a change as it would be applied.

They are never named by a ref, and go with the cache folder. git does not write them, for it would
renew the date of those that the clone has: what is there already is left alone. Dates and names
are fixed, so that the same question makes the same objects.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from minekvm.adapters.files.loose import Loose, tree_body
from minekvm.adapters.files.own import below, failed, own
from minekvm.adapters.git import process
from minekvm.adapters.git.objects import Missing, Objects
from minekvm.core.model import BlobId, CommitId
from minekvm.errors import GitFailed

_WHO = "minekvm <minekvm@localhost> 0 +0000"
_FOLDER = "40000"

Entry = tuple[str, BlobId]
"""A file of a tree: its mode (`100644`) and its blob."""


@contextmanager
def _written(git_dir: Path, digits: int) -> Iterator[Loose]:
    """Where objects of a shadow are written. Raises CacheFailed."""
    try:
        with (
            own(git_dir.parent.name, root=git_dir.parent.parent) as shadows,
            below(shadows, (git_dir.name, "objects")) as objects,
        ):
            yield Loose(objects, digits)
    except OSError as error:
        raise failed(error, git_dir) from None


def _made(git_dir: Path, digits: int, kind: str, body: bytes) -> str:
    """An object, written if the shadow itself has not got it."""
    with _written(git_dir, digits) as loose:
        return loose.write(kind, body)


@lru_cache(maxsize=64)
def digits(git_dir: Path) -> int:
    """How many digits a hash has here."""
    asked = ["rev-parse", "--show-object-format"]
    return 64 if process.output(asked, git_dir).strip() == b"sha256" else 40


def blob(git_dir: Path, data: bytes) -> BlobId:
    """A file's content as an object."""
    return BlobId(_made(git_dir, digits(git_dir), "blob", data))


def tree(git_dir: Path, objects: Objects, on: str, changes: Mapping[str, Entry | None]) -> str:
    """The tree of a commit or tree with some files put, or taken away (None)."""
    raw = {os.fsencode(path): entry for path, entry in changes.items()}
    making = _Making(git_dir, objects, digits(git_dir))
    return making.laid(f"{on}^{{tree}}", raw) or _made(git_dir, making.digits, "tree", b"")


@dataclass(frozen=True, slots=True)
class _Making:
    git_dir: Path
    objects: Objects
    digits: int

    def laid(self, on: str, changes: Mapping[bytes, Entry | None]) -> str:
        """The same for one level; "" where nothing is left."""
        entries: dict[bytes, tuple[str, str]] = dict(self.level(on)) if on else {}
        deeper: dict[bytes, dict[bytes, Entry | None]] = {}
        for path, entry in changes.items():
            first, slash, rest = path.partition(b"/")
            if slash:
                deeper.setdefault(first, {})[rest] = entry
            elif entry is None:
                entries.pop(first, None)
            else:
                entries[first] = entry
        for name, inside in deeper.items():
            mode, below_ = entries.get(name, (_FOLDER, ""))
            made = self.laid(below_ if mode == _FOLDER else "", inside)
            if made:
                entries[name] = _FOLDER, made
            else:
                entries.pop(name, None)
        return _made(self.git_dir, self.digits, "tree", tree_body(entries)) if entries else ""

    def level(self, tree_: str) -> Iterator[tuple[bytes, tuple[str, str]]]:
        """What a tree has at its top: mode and hash, by name."""
        try:
            body = self.objects.read(tree_)
        except Missing as missing:
            why = f"tree {tree_[:12]} is {missing.why}"
            raise GitFailed(why, "fetch it: the clone is not whole") from None
        size, at = self.digits // 2, 0
        while at < len(body):
            end = body.find(b"\0", at)
            if end < 0:
                raise GitFailed(f"tree {tree_[:12]} is damaged", "git fsck tells what is broken")
            mode, _, name = body[at:end].partition(b" ")
            at = end + 1 + size
            yield name, (mode.decode("ascii").lstrip("0"), body[end + 1 : at].hex())


def commit(git_dir: Path, tree_: str, parents: Sequence[CommitId], message: str) -> CommitId:
    """A commit of a tree, by nobody and of no time."""
    return CommitId(_made(git_dir, len(tree_), "commit", commit_body(tree_, parents, message)))


def commit_body(tree_: str, parents: Sequence[str], message: str) -> bytes:
    """A commit as git writes it."""
    lines = [f"tree {tree_}", *(f"parent {p}" for p in parents)]
    lines += [f"author {_WHO}", f"committer {_WHO}", "", message]
    return "\n".join(lines).encode("utf-8", "replace")


def entries(git_dir: Path, commit_: str, paths: Sequence[str]) -> dict[str, Entry]:
    """The files at some paths of a commit, with their modes; below a path that is a folder, all."""
    if not paths:
        return {}
    found_: dict[str, Entry] = {}
    out = process.output(["ls-tree", "-r", "-z", commit_, "--", *paths], git_dir)
    for line in out.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, blob_ = about.decode("ascii").split()
        found_[os.fsdecode(name)] = mode, BlobId(blob_)
    return found_


def in_the_way(git_dir: Path, commit_: str, paths: Sequence[str]) -> dict[str, str]:
    """Where files cannot be made at some paths of a commit: what stands there, by path.

    That is the path itself, or a file where one of its folders would be.
    """
    found_: dict[str, str] = {}
    split = {path: path.split("/") for path in paths}
    for depth in range(1, max(map(len, split.values()), default=0) + 1):
        tops = {p: "/".join(s[:depth]) for p, s in split.items() if len(s) >= depth}
        out = process.output(["ls-tree", "-z", commit_, "--", *sorted(set(tops.values()))], git_dir)
        rows = (line.partition(b"\t") for line in out.split(b"\0")[:-1])
        there = {os.fsdecode(name): about.split()[1] for about, _, name in rows}
        for path, top in tops.items():
            if top in there and (top == path or there[top] != b"tree"):
                found_.setdefault(path, top)
    return found_


def full_blob(git_dir: Path, first: str) -> BlobId | None:
    """The blob that some first digits name; None where there is none, or several."""
    asked = ["rev-parse", "--verify", "-q", "--end-of-options", f"{first}^{{blob}}"]
    code, out, _ = process.run(asked, git_dir)
    return BlobId(out.decode("ascii").strip()) if code == 0 else None
