"""What was asked about: commits, ranges of them, mails, patch files; each as commits in the shadow.

A patch without a commit is made one: on the very files that it was made for, where the clone has
them (as `git am --3way` does), else on the target's files, where its hunks fit with some fuzz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from minekvm.adapters.git import making
from minekvm.adapters.git.making import Entry
from minekvm.adapters.git.process import run
from minekvm.adapters.index.index import Index
from minekvm.adapters.mail_archives import Shelf
from minekvm.analyses.needs.target import read
from minekvm.clone.clone import Clone, stored_index
from minekvm.core.mail.ids import asked_id
from minekvm.core.model import BlobId, CommitId
from minekvm.core.needs.apply import apply
from minekvm.core.needs.model import Change, Conflict
from minekvm.core.needs.patch import LARGEST, PatchFile, PatchText, patches
from minekvm.errors import MinekvmError, UnknownCommit

_MOST = 100  # changes that are asked about at once


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change as a commit in the shadow, and what it is based on (None: nothing).

    `failed` are the hunks of a patch that fit nowhere, `fuzz` says that some had to be bent, and
    `direct` that it was put onto the target's own files.
    """

    change: Change
    base: CommitId | None
    failed: tuple[Conflict, ...] = ()
    fuzz: bool = False
    direct: bool = False


def proposed(
    clone: Clone, asked: Sequence[str], onto: CommitId, *, files: bool = True
) -> list[Proposed]:
    """The changes that some arguments name, in order; without `files` none of them is a file.

    Raises UnknownCommit, MinekvmError.
    """
    found: list[Proposed] = []
    for text in asked:
        on = onto if not found else found[-1].change.commit
        file = Path(text).expanduser()
        if files and file.is_file():
            found += _posted(clone, _read(file), text, on)
        else:
            found += _one(clone, text, on)
    if len(found) > _MOST:
        raise MinekvmError(f"{len(found)} changes are too many", f"name at most {_MOST}")
    if not found:
        raise MinekvmError(f"{' '.join(asked)} names no change", "name a commit or a patch file")
    return found


def _one(clone: Clone, text: str, onto: CommitId) -> list[Proposed]:
    if ".." in text and not asked_id(text):
        return [_commit(clone, commit, text) for commit in _range(clone, text)]
    try:
        commit = clone.resolve_indexed(text)
    except UnknownCommit:
        data = _mailed(clone, text)
        if data is None:
            raise
        return _posted(clone, data, text, onto)
    return [_commit(clone, commit, text)]


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise MinekvmError(f"{file}: {file.stat().st_size >> 20} MiB are no patch", "name a patch")
    return file.read_bytes()


def _range(clone: Clone, text: str) -> list[CommitId]:
    start, _, end = text.partition("..")
    if end.startswith("."):
        raise MinekvmError(f"{text} has two sides", "name a range A..B: what B has and A has not")
    ends = [clone.resolve_indexed(side or "HEAD") for side in (end, start)]
    asked = ["rev-list", "--no-merges", "--topo-order", "--reverse", ends[0], f"^{ends[1]}"]
    out = run(asked, clone.shadow)[1].split()
    return [CommitId(c.decode("ascii")) for c in out]


def _commit(clone: Clone, commit: CommitId, name: str) -> Proposed:
    about = clone.history.commit(commit)
    if len(about.parents) > 1:
        raise MinekvmError(
            f"{commit[:12]} is a merge", f"name what it brought: {commit[:12]}^1..{commit[:12]}^2"
        )
    return Proposed(Change(commit, name, about.subject), next(iter(about.parents), None))


def _mailed(clone: Clone, text: str) -> bytes | None:
    """The mail of a patch that is indexed; None where there is none.

    Mails are indexed with a clone, not with it and another beside it.
    """
    message_id = asked_id(text)
    if not message_id:
        return None
    if clone.location.beside is None:
        return _letter(clone.index, message_id)
    with stored_index(clone.location.path) as index:
        return None if index is None else _letter(index, message_id)


def _letter(index: Index, message_id: str) -> bytes | None:
    shelf = Shelf()
    try:
        for archive, place in index.mails.places(message_id):
            data = shelf.read(archive, place)
            if data is not None:
                return data
    finally:
        shelf.close()
    return None


# --- patches without a commit


def _posted(clone: Clone, data: bytes, name: str, onto: CommitId) -> list[Proposed]:
    found: list[Proposed] = []
    for number, patch in enumerate(patches(data, name), 1):
        on = found[-1].change.commit if found else onto
        called = name if number == 1 else f"{name} ({number})"
        found.append(_made(clone, patch, called, on))
    return found


def _made(clone: Clone, patch: PatchText, name: str, onto: CommitId) -> Proposed:
    """A patch as a commit: on the files that it names, or on those of a target."""
    known = {f.path: _original(clone, f, onto) for f in patch.files if f.old_path}
    if all(blob is not None for blob in known.values()):
        base = _based(clone, patch, known, onto)
        made = _put(clone, patch, name, base)
        if not made.failed:
            return made
    return replace(_put(clone, patch, name, onto), direct=True)


def _original(clone: Clone, file: PatchFile, onto: CommitId) -> BlobId | None:
    """The version of a file that a patch was made for, where the clone has it."""
    if file.old_blob:
        return making.full_blob(clone.shadow, file.old_blob)
    return clone.repository.blob(onto, file.old_path)


def _based(
    clone: Clone, patch: PatchText, known: dict[str, BlobId | None], onto: CommitId
) -> CommitId:
    """The target with the files that a patch was made for in their places."""
    git_dir = clone.shadow
    modes = making.entries(git_dir, onto, [f.old_path for f in patch.files if f.old_path])
    put: dict[str, Entry | None] = {}
    for file in patch.files:
        blob = known.get(file.path)
        if blob is not None and modes.get(file.old_path, ("", ""))[1] != blob:
            put[file.old_path] = modes.get(file.old_path, (file.mode or "100644", blob))[0], blob
    if not put:
        return onto
    tree = making.tree(git_dir, clone.repository.objects, onto, put)
    return making.commit(git_dir, tree, (onto,), "what a patch was made for")


def _put(clone: Clone, patch: PatchText, name: str, base: CommitId) -> Proposed:
    """A patch applied to a base, with the hunks that did not fit."""
    git_dir = clone.shadow
    files = _Files(clone, patch, base)
    for file in patch.files:
        files.take(file)
    put = {
        path: None if made is None else (made[0], making.blob(git_dir, made[1]))
        for path, made in files.made.items()
    }
    tree = making.tree(git_dir, clone.repository.objects, base, put)
    message = f"{patch.message or name}\n"
    commit = making.commit(git_dir, tree, (base,), message)
    subject = patch.subject or name
    return Proposed(
        Change(commit, name, subject, posted=True), base, tuple(files.failed), files.fuzz
    )


class _Files:
    """The files of a base as a patch makes them, one after another: mode and content, None for
    those that go."""

    def __init__(self, clone: Clone, patch: PatchText, base: CommitId) -> None:
        self._clone = clone
        self._base = base
        old = [f.old_path for f in patch.files if f.old_path]
        self._modes = {p: e[0] for p, e in making.entries(clone.shadow, base, old).items()}
        fresh = [f.path for f in patch.files if f.path and f.path != f.old_path]
        self._taken = making.in_the_way(clone.shadow, base, fresh)
        self._gone = {f.old_path for f in patch.files if f.old_path != f.path}
        self.made: dict[str, tuple[str, bytes] | None] = {}
        self.failed: list[Conflict] = []
        self.fuzz = False

    def take(self, file: PatchFile) -> None:
        """Apply what a patch does to one file; nothing of it where it cannot be."""
        data = self._now(file.old_path) if file.old_path else b""
        if data is None:
            self._refuse(file.old_path, "the target has no such file")
            return
        if file.path and file.path != file.old_path and self._is_taken(file.path):
            self._refuse(file.path, "something stands there already")
            return
        result = apply(data.split(b"\n"), file.hunks)
        self.fuzz = self.fuzz or result.fuzz > 0
        for hunk in result.failed:
            last = hunk.old_start + len(hunk.old) - 1
            why = "a hunk fits nowhere"
            path = file.path or file.old_path
            self.failed.append(Conflict(path, "", hunk.old_start, last, why))
        mode = file.new_mode or self._modes.get(file.old_path, file.mode or "100644")
        if file.old_path and file.old_path != file.path:
            self.made[file.old_path] = None
        if file.path:
            self.made[file.path] = mode, b"\n".join(result.lines)
            self._modes[file.path] = mode

    def _now(self, path: str) -> bytes | None:
        if path in self.made:
            made = self.made[path]
            return None if made is None else made[1]
        return read(self._clone, self._base, path)

    def _is_taken(self, path: str) -> bool:
        """Whether something stands where a file is to be made, which the patch does not remove."""
        there = self._taken.get(path)
        if self.made.get(path) is not None:
            return True
        below = f"{there}/"
        return there is not None and not any(
            gone == there or gone.startswith(below) for gone in self._gone
        )

    def _refuse(self, path: str, why: str) -> None:
        self.failed.append(Conflict(path, "", 0, 0, why))
