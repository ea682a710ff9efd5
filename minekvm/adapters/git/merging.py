"""A change applied to another tree in memory: what `git cherry-pick` would make of it.

git's own merge (`git merge-tree --write-tree`, from 2.38 on) does it, among copies of the files
that the change touches and of what their names lead to in the target, in a folder of one run: on
a shadow it would renew the dates of the clone's objects. Where git is older, `git merge-file`
merges the files one by one, and renames are not paired.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from minekvm.adapters.files.folder import Folder
from minekvm.adapters.files.loose import Loose
from minekvm.adapters.files.own import below, put, scratch_folder
from minekvm.adapters.git import making, process
from minekvm.adapters.git.making import Entry
from minekvm.adapters.git.objects import Missing, Objects
from minekvm.core.model import BlobId, CommitId
from minekvm.errors import GitFailed

_VERSION = re.compile(rb"(\d+)\.(\d+)")
_WITH_MERGE = (2, 38)
_RENAMES = 7_000  # as git's merges have it, by `merge.renameLimit`
_KEPT = 200  # outcomes that are asked for again
_SIDES = ("base", "ours", "theirs")

Files = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: the files that are other than the target's, with markers where they
    conflict; None for those that are gone.

    `conflicts` has the files that do, with what they are in the base, in the target and in the
    change (1, 2, 3).
    """

    files: Mapping[str, tuple[str, bytes] | None]
    conflicts: Mapping[str, Mapping[int, Entry]]


def tree(git_dir: Path, objects: Objects, target: CommitId, merged: Merged) -> str:
    """The tree that came of it, as an object of the shadow."""
    changes: dict[str, Entry | None] = {}
    for path, content in merged.files.items():
        changes[path] = None
        if content is not None:
            mode, data = content
            is_link = mode == "160000"
            blob = BlobId(data.decode("ascii")) if is_link else making.blob(git_dir, data)
            changes[path] = mode, blob
    return making.tree(git_dir, objects, target, changes)


@lru_cache(maxsize=4)
def has_merge_tree(git_dir: Path) -> bool:
    """Whether git can merge without a work tree."""
    found = _VERSION.search(process.output(["version"], git_dir))
    return found is not None and (int(found[1]), int(found[2])) >= _WITH_MERGE


class Picker:
    """Applies changes to commits of one shadow; a context manager, because it owns a folder.

    All of a question's merges are made in the one folder: what they have in common is copied once.
    With `by_files` they are made as for an older git.
    """

    def __init__(self, git_dir: Path, objects: Objects, *, by_files: bool = False) -> None:
        self.git_dir = git_dir
        self._objects = objects
        self._by_files = by_files
        self._stack = ExitStack()
        self._folder: Folder | None = None
        self._loose: Loose | None = None
        self._renames: dict[Ends, dict[str, str]] = {}
        self.pick = lru_cache(maxsize=_KEPT)(self._pick)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._folder = self._loose = None

    def _pick(self, base: CommitId | None, change: CommitId, target: CommitId) -> Merged:
        """Apply what a commit does to its `base` (None: it has no parent) to a target.

        Raises GitFailed where objects cannot be read.
        """
        sides = _sides(self.git_dir, (base, change, target), self._renamed)
        contents = _contents(self._objects, sides)
        if self._folder is None:
            self._folder = self._stack.enter_context(scratch_folder())
        if self._by_files or not has_merge_tree(self.git_dir):
            return _by_files(self.git_dir, self._folder, sides, contents)
        return self._merged(self._folder, sides, contents)

    def _renamed(self, ends: Ends) -> dict[str, str]:
        if ends not in self._renames:
            self._renames[ends] = _renamed(self.git_dir, ends)
        return self._renames[ends]

    def _merged(
        self,
        folder: Folder,
        sides: tuple[Files, Files, Files],
        contents: Mapping[BlobId, bytes],
    ) -> Merged:
        if self._loose is None:
            inside = self._stack.enter_context(below(folder, ("objects",)))
            self._loose = Loose(inside, making.digits(self.git_dir))
        loose = self._loose
        for data in contents.values():
            loose.write("blob", data)
        trees = [loose.whole_tree({os.fsencode(p): e for p, e in files.items()}) for files in sides]
        base = loose.write("commit", making.commit_body(trees[0], (), "base"))
        ends = [
            loose.write("commit", making.commit_body(tree_, (base,), name))
            for tree_, name in zip(trees[1:], _SIDES[1:], strict=True)
        ]
        place = folder.path / "objects"
        asked = ["merge-tree", "--write-tree", "-z", "--no-messages", *ends]
        code, out, complaint = process.run(asked, self.git_dir, objects=place)
        if code > 1 or not out:
            raise process.failed(asked, complaint)
        made, conflicts = _read(out)
        if made == trees[1]:
            return Merged({}, conflicts)
        return Merged(_results(self.git_dir, place, made, sides[1], contents), conflicts)


# --- the files that matter


Ends = tuple[CommitId, CommitId]


def _sides(
    git_dir: Path,
    commits: tuple[CommitId | None, CommitId, CommitId],
    renamed: Callable[[Ends], dict[str, str]],
) -> tuple[Files, Files, Files]:
    """What the files that matter are in base, target and change."""
    base, change, target = commits
    old: Files = {}
    new: Files = {}
    if base is None:
        new = making.entries(git_dir, change, ["."])
    else:
        old, new = _differing(git_dir, base, change)
    paths = [*{**old, **new}]
    ours = making.entries(git_dir, target, paths)
    ours |= _above(git_dir, target, (path for path in paths if path not in ours))
    if base is None:
        return old, ours, new
    if lost := [path for path in old if path not in ours]:
        to = renamed((base, target))
        ours |= making.entries(git_dir, target, [to[path] for path in lost if path in to])
    if fresh := [path for path in new if path not in old]:
        _follow_folders(git_dir, (base, target), fresh, (old, ours, new), renamed)
    return old, ours, new


def _differing(git_dir: Path, one: CommitId, other: CommitId) -> tuple[Files, Files]:
    asked = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", one, other]
    fields = process.output(asked, git_dir).split(b"\0")
    old: Files = {}
    new: Files = {}
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        before, after, was, now, _ = about[1:].decode("ascii").split()
        for side, mode, blob in ((old, before, was), (new, after, now)):
            if mode.strip("0"):
                side[os.fsdecode(name)] = mode, BlobId(blob)
    return old, new


def _above(git_dir: Path, target: CommitId, paths: Iterable[str]) -> Files:
    """The files of the target that stand where folders above some paths would."""
    folders = {"/".join(p.split("/")[:n]) for p in paths for n in range(1, p.count("/") + 1)}
    if not folders:
        return {}
    out = process.output(["ls-tree", "-z", target, "--", *sorted(folders)], git_dir)
    found: Files = {}
    for line in out.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, kind, blob = about.decode("ascii").split()
        if kind == "blob" and os.fsdecode(name) in folders:
            found[os.fsdecode(name)] = mode, BlobId(blob)
    return found


def _follow_folders(
    git_dir: Path,
    ends: Ends,
    fresh: list[str],
    sides: tuple[Files, Files, Files],
    renamed: Callable[[Ends], dict[str, str]],
) -> None:
    """Bring in the folders of new files that the target has renamed as a whole."""
    old, ours, new = sides
    folders = sorted({f for path in fresh if (f := posixpath.dirname(path))})
    had = [f for f in folders if _has(git_dir, ends[0], f) and not _has(git_dir, ends[1], f)]
    if not had:
        return
    to = renamed(ends)
    for path, entry in making.entries(git_dir, ends[0], had).items():
        if path in to:
            old.setdefault(path, entry)
            new.setdefault(path, entry)
            ours |= making.entries(git_dir, ends[1], [to[path]])


def _has(git_dir: Path, commit: CommitId, folder: str) -> bool:
    return process.run(["cat-file", "-e", f"{commit}:{folder}"], git_dir)[0] == 0


def _renamed(git_dir: Path, ends: Ends) -> dict[str, str]:
    """The files that were renamed from one tree to another, old path to new."""
    asked = ["diff-tree", "-r", "-z", "--raw", "-M", f"-l{_RENAMES}", "--diff-filter=R", *ends]
    fields = [*process.run(asked, git_dir)[1].split(b"\0")]
    rows = zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    return {os.fsdecode(old): os.fsdecode(new) for _, old, new in rows}


def _contents(objects: Objects, sides: Iterable[Files]) -> dict[BlobId, bytes]:
    wanted = {e[1]: None for files in sides for e in files.values() if e[0] != "160000"}
    found: dict[BlobId, bytes] = {}
    for blob, data in zip(wanted, objects.read_many(wanted), strict=True):
        if isinstance(data, Missing):
            raise GitFailed(f"blob {blob[:12]} is {data.why}", "fetch it: the clone is not whole")
        found[blob] = data
    return found


# --- by git's merge


def _results(
    git_dir: Path, place: Path, made: str, ours: Files, contents: Mapping[BlobId, bytes]
) -> dict[str, tuple[str, bytes] | None]:
    """The files of the outcome that are not as the target has them."""
    listed = process.run(["ls-tree", "-r", "-z", made], git_dir, objects=place)[1].split(b"\0")
    changed: Files = {}
    seen = set()
    for line in listed[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, blob = about.decode("ascii").split()
        path = os.fsdecode(name)
        seen.add(path)
        if ours.get(path) != (mode, blob):
            changed[path] = mode, BlobId(blob)
    fresh = {b for mode, b in changed.values() if mode != "160000" and b not in contents}
    made_here: dict[BlobId, bytes] = {}
    with Objects(git_dir, folder=place) as objects:
        for blob, data in zip(fresh, objects.read_many(fresh), strict=True):
            if isinstance(data, Missing):
                raise GitFailed(f"what git merged is {data.why}", "try it on files of less size")
            made_here[blob] = data
    known = {**contents, **made_here}
    found = {path: (entry[0], _data(known, entry)) for path, entry in changed.items()}
    return found | dict.fromkeys(ours.keys() - seen)


def _read(out: bytes) -> tuple[str, dict[str, dict[int, Entry]]]:
    """The tree and the conflicts in what `git merge-tree -z` prints."""
    made, *fields = out.split(b"\0")
    conflicts: dict[str, dict[int, Entry]] = {}
    for field in fields:
        about, _, name = field.partition(b"\t")
        if not name:
            break
        mode, blob, stage = about.decode("ascii").split()
        conflicts.setdefault(os.fsdecode(name), {})[int(stage)] = mode, BlobId(blob)
    return made.decode("ascii"), conflicts


# --- file by file, for a git without it


def _by_files(
    git_dir: Path,
    folder: Folder,
    sides: tuple[Files, Files, Files],
    contents: Mapping[BlobId, bytes],
) -> Merged:
    found: dict[str, tuple[str, bytes] | None] = {}
    conflicts: dict[str, dict[int, Entry]] = {}
    for path in {**sides[0], **sides[2]}:
        base, ours, theirs = (files.get(path) for files in sides)
        if theirs in (ours, base):
            continue
        stages = {n: e for n, e in enumerate((base, ours, theirs), 1) if e is not None}
        if base == ours:
            found[path] = None if theirs is None else (theirs[0], _data(contents, theirs))
            continue
        if ours is None or theirs is None or not _regular(ours, theirs):
            conflicts[path] = stages
            continue
        for name, entry in zip(_SIDES, (base, ours, theirs), strict=True):
            put(folder, name, _data(contents, entry) if entry is not None else b"")
        names = [str(folder.path / name) for name in ("ours", "base", "theirs")]
        code, text, _ = process.run(["merge-file", "-p", "-q", *names], git_dir)
        if code or base is None:
            conflicts[path] = stages
        found[path] = ours[0], text
    return Merged(found, conflicts)


def _regular(*entries: Entry) -> bool:
    return all(mode.startswith("100") for mode, _ in entries)


def _data(contents: Mapping[BlobId, bytes], entry: Entry) -> bytes:
    return contents.get(entry[1], entry[1].encode("ascii"))
