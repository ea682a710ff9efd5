"""Objects made in a shadow for one question: a patch as a commit, a change as it would be applied.

They are never named by a ref, and go with the cache folder. git does not write them, for it would
renew the date of those that the clone has: what is there already is left alone. Dates and names
are fixed, so that the same question makes the same objects.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from minekvm.adapters.files.loose import Loose, tree_body
from minekvm.adapters.files.own import below, failed, own
from minekvm.adapters.git import process
from minekvm.core.model import BlobId, CommitId

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
    """An object, written if it is nowhere yet."""
    with _written(git_dir, digits) as loose:
        name = loose.name(kind, body)
        if process.run(["cat-file", "-e", name], git_dir)[0]:
            loose.write(kind, body)
        return name


@lru_cache(maxsize=64)
def digits(git_dir: Path) -> int:
    """How many digits a hash has here."""
    asked = ["rev-parse", "--show-object-format"]
    return 64 if process.output(asked, git_dir).strip() == b"sha256" else 40


def blob(git_dir: Path, data: bytes) -> BlobId:
    """A file's content as an object."""
    return BlobId(_made(git_dir, digits(git_dir), "blob", data))


def tree(git_dir: Path, on: str, changes: Mapping[str, Entry | None]) -> str:
    """The tree of a commit or tree with some files put, or taken away (None)."""
    raw = {os.fsencode(path): entry for path, entry in changes.items()}
    return _laid(git_dir, _tree_named(git_dir, on), raw) or _made(git_dir, len(on), "tree", b"")


def _laid(git_dir: Path, on: str, changes: Mapping[bytes, Entry | None]) -> str:
    """The same for one level; "" where nothing is left."""
    entries: dict[bytes, tuple[str, str]] = dict(_level(git_dir, on)) if on else {}
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
        made = _laid(git_dir, below_ if mode == _FOLDER else "", inside)
        if made:
            entries[name] = _FOLDER, made
        else:
            entries.pop(name, None)
    if not entries:
        return ""
    size = len(next(iter(entries.values()))[1])
    return _made(git_dir, size, "tree", tree_body(entries))


def _level(git_dir: Path, tree_: str) -> Iterator[tuple[bytes, tuple[str, str]]]:
    """What a tree has at its top: mode and hash, by name."""
    for line in process.output(["ls-tree", "-z", tree_], git_dir).split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, id_ = about.decode("ascii").split()
        yield name, (mode.lstrip("0"), id_)


def commit(git_dir: Path, tree_: str, parents: Sequence[CommitId], message: str) -> CommitId:
    """A commit of a tree, by nobody and of no time."""
    return CommitId(_made(git_dir, len(tree_), "commit", commit_body(tree_, parents, message)))


def commit_body(tree_: str, parents: Sequence[str], message: str) -> bytes:
    """A commit as git writes it."""
    lines = [f"tree {tree_}", *(f"parent {p}" for p in parents)]
    lines += [f"author {_WHO}", f"committer {_WHO}", "", message]
    return "\n".join(lines).encode("utf-8", "replace")


def tree_of(git_dir: Path, commit_: CommitId) -> str:
    """The tree of a commit."""
    return _tree_named(git_dir, commit_)


def _tree_named(git_dir: Path, name: str) -> str:
    asked = ["rev-parse", "--verify", "--end-of-options", f"{name}^{{tree}}"]
    return process.output(asked, git_dir).decode("ascii").strip()


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


def full_blob(git_dir: Path, first: str) -> BlobId | None:
    """The blob that some first digits name; None where there is none, or several."""
    asked = ["rev-parse", "--verify", "-q", "--end-of-options", f"{first}^{{blob}}"]
    code, out, _ = process.run(asked, git_dir)
    return BlobId(out.decode("ascii").strip()) if code == 0 else None
