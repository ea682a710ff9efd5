"""What a clone's refs say, read as files for its shadow; no git runs in the clone for it.

Loose and packed refs, HEAD, the refs that git leaves beside it (ORIG_HEAD and others), reflogs for
who asks for one. Of reftables git makes sense in a place of ours that only links to them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from minekvm.adapters.files import own as files
from minekvm.adapters.files.folder import Folder
from minekvm.adapters.git import entry_files, process
from minekvm.adapters.git.discovery import Clone, head_of
from minekvm.errors import NotARepository

BESIDE_HEAD = (
    *("ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"),
    *("REBASE_HEAD", "BISECT_HEAD", "AUTO_MERGE"),
)
NEWER = "a newer git may: see `git version`"
UNBORN = b"ref: refs/heads/unborn\n"
_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAME = re.compile(rb"refs/[^\x00-\x20\x7f~^:?*\[\\]+")
_PACKED = 512 << 20  # bytes of packed refs, of all reflogs
_ONE = 1 << 16  # bytes of a loose ref
_MOST = 1_000_000  # files below a clone's `refs` or `logs`


def listed(clone: Clone, place: Folder) -> bytes:
    """All refs of a clone as a file of packed refs; `place` is a folder for what it needs.

    Those of a clone beside it stand below `refs/beside`.
    Raises NotARepository where they are no regular files or git refuses them, OSError where the
    place cannot be written.
    """
    refs = _refs(clone, place, "reftables.git")
    if clone.beside is not None:
        more = _refs(clone.beside, place, "beside.git")
        refs |= {b"refs/beside/" + name.removeprefix(b"refs/"): more[name] for name in more}
    return _packed(refs)


def _refs(clone: Clone, place: Folder, called: str) -> dict[bytes, bytes]:
    """What the refs of a clone name; `called` is a name for what is needed in a place."""
    if clone.ref_format == "files":
        return _of_files(clone.common_dir)
    reader = _reader(clone, clone.common_dir, place, called)
    asked = ["for-each-ref", "--format=%(objectname) %(refname)"]
    code, lines, complaint = process.run(asked, reader)
    if code:
        raise NotARepository(f"git cannot open {clone.path}: {complaint}", NEWER)
    pairs = [line.partition(b" ") for line in lines.splitlines()]
    return {name: value for value, _, name in pairs}


def names(clone: Clone) -> list[str]:
    """The names of a clone's refs, as far as they lie in files. Raises NotARepository."""
    if clone.ref_format != "files":
        return []
    lines = _packed(_of_files(clone.common_dir)).splitlines()[1:]
    return [os.fsdecode(line.partition(b" ")[2]) for line in lines]


def head(clone: Clone, place: Folder) -> bytes:
    """What the shadow's HEAD is to say. Raises as `listed`."""
    if clone.ref_format == "files":
        return head_of(clone.git_dir) + b"\n"
    reader = _reader(clone, clone.git_dir, place, "head.git")
    code, name, _ = process.run(["symbolic-ref", "--quiet", "HEAD"], reader)
    if not code and _NAME.fullmatch(name.strip()):
        return b"ref: " + name
    code, commit, _ = process.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], reader)
    return commit if not code and commit else UNBORN


def beside_head(clone: Clone) -> Iterator[tuple[str, bytes | None]]:
    """The refs that git leaves beside HEAD, by name; None for one that is not there."""
    for name in BESIDE_HEAD:
        value = (entry_files.read(clone.git_dir / name, _PACKED) or b"")[:64]
        found = _HASH.match(value)
        yield name, found.group() + b"\n" if found else None


def reflogs(clone: Clone) -> Iterator[tuple[str, bytes]]:
    """The reflogs of a clone by their paths below `logs`: its worktree's HEAD, all branches."""
    left = _PACKED
    for folder, only in ((clone.git_dir, b"HEAD"), (clone.common_dir, b"refs")):
        logs = os.path.join(os.fsencode(folder), b"logs")  # noqa: PTH118 - bytes paths
        for path in _files(logs):
            name = os.path.relpath(path, logs)
            if name.split(b"/")[0] == only:
                log = entry_files.read(Path(os.fsdecode(path)), left) or b""
                left -= len(log)
                yield os.fsdecode(name), log


def _of_files(common: Path) -> dict[bytes, bytes]:
    """The packed refs with the loose ones laid over them."""
    refs: dict[bytes, bytes] = {}
    for line in (entry_files.read(common / "packed-refs", _PACKED) or b"").splitlines():
        value, _, name = line.partition(b" ")
        if _HASH.fullmatch(value):  # the rest are comments, and what tags are peeled to
            refs[name] = value
    top = os.fsencode(common)
    for path in _files(os.path.join(top, b"refs")):  # noqa: PTH118 - bytes paths
        if path.endswith(b".lock"):
            continue
        value = (entry_files.read(Path(os.fsdecode(path)), _ONE) or b"").strip()
        if _HASH.fullmatch(value):
            refs[os.path.relpath(path, top)] = value
    return refs


def _packed(refs: dict[bytes, bytes]) -> bytes:
    names = sorted(name for name in refs if _NAME.fullmatch(name) and b".." not in name)
    return b"# pack-refs with: sorted \n" + b"".join(refs[n] + b" " + n + b"\n" for n in names)


def _files(top: bytes) -> Iterator[bytes]:
    """The paths of what lies below a folder and is none, links to folders not followed."""
    todo, count = [top], 0
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(folder) as opened:
                entries = list(opened)
        except OSError:
            continue
        count += len(entries)
        if count > _MOST:
            raise NotARepository(f"more than {_MOST} refs: {os.fsdecode(top)}", "git pack-refs")
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                todo.append(entry.path)
            elif not entry.is_dir():
                yield entry.path


def _reader(clone: Clone, owner: Path, place: Folder, name: str) -> Path:
    """A repository of ours in a folder, in which git reads the reftables of a clone's folder."""
    for path in _files(os.fsencode(owner / "reftable")):
        entry_files.must_be_regular(os.fsdecode(path))
    config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n"
    config += f"\tobjectFormat = {clone.object_format}\n\trefStorage = reftable\n"
    with files.below(place, (name,)) as reader:
        with files.below(reader, ("refs",)) as folder:
            files.put(folder, "heads", b"this repository uses the reftable format\n")
        files.put(reader, "HEAD", b"ref: refs/heads/.invalid\n")
        files.put(reader, "config", config.encode())
        with files.below(reader, ("objects", "info")) as folder:
            files.put(folder, "alternates", quoted(os.fsencode(clone.objects)) + b"\n")
        files.point(reader, "reftable", owner / "reftable")
        return reader.path


def quoted(path: bytes) -> bytes:
    """A line for info/alternates; git reads it C-quoted where it begins with a quote."""
    if path[:1] not in (b'"', b"#") and b"\n" not in path:
        return path
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
