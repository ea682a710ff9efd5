"""The shadow: a bare repository in the user's cache folder that borrows a clone's objects.

git, and PyDriller with it, run on the shadow only, so the clone is never written to: PyDriller
writes into the configuration of the repository it opens, and a commit-graph needs a home. The
shadow's `objects/info/alternates` names the clone's objects; its refs, HEAD and shallow boundary
are copies, renewed whenever it is opened.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.errors import CacheFailed, NotARepository

_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# Packed objects from which a commit-graph pays: below, no walk takes long enough to be saved.
_PAYS_FROM = 30_000
_SMALL = 5_000  # packed objects below which a history is walked whole
_CACHE_HINT = "name a folder that can be written in XDG_CACHE_HOME"


@dataclass(frozen=True, slots=True)
class Clone:
    """A user's clone, found but not opened: where its git directory and objects lie."""

    path: Path
    git_dir: Path
    common_dir: Path
    objects: Path
    object_format: str
    ref_format: str
    shallow: bool


def cache_root() -> Path:
    """The folder for all that minekvm keeps: $XDG_CACHE_HOME/minekvm, else ~/.cache/minekvm."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        raise CacheFailed("there is no home folder for the cache", _CACHE_HINT) from None
    return root / "minekvm"


def locate(path: Path) -> Clone:
    """Find the repository at or above a path (a work tree, a bare repository, a worktree).

    Raises NotARepository with a hint where there is none.
    """
    if not os.path.lexists(path):
        raise NotARepository(f"no such folder: {path}", "give the clone's path with --repo")
    where = os.path.realpath(path if path.is_dir() else path.parent)
    asked = ["--git-dir", "--git-common-dir", "--git-path objects"]
    asked += ["--is-shallow-repository", "--show-object-format"]
    code, out, complaint = _parsed(where, " ".join(asked).split())
    if code:
        if "not a git repository" in complaint:
            raise NotARepository(
                f"not a git repository: {path}", "run inside a clone, or give one with --repo"
            )
        raise NotARepository(f"git cannot open {path}: {complaint}", "try `git status` there")
    said = out.split("\n")
    if len(said) != len(asked):  # a path holds a line break
        said = [_parsed(where, one.split())[1] for one in asked]
    git_dir, common, objects = map(Path, said[:3])
    return Clone(
        path=path,
        git_dir=git_dir,
        common_dir=common,
        objects=objects,
        object_format=said[4],
        ref_format="reftable" if (common / "reftable").is_dir() else "files",
        shallow=said[3] == "true",
    )


def _parsed(where: str, asked: list[str]) -> tuple[int, str, str]:
    """What `git rev-parse` says in a folder: (exit code, stdout without its end, complaint)."""
    arguments = ["-C", where, "rev-parse", "--path-format=absolute", *asked]
    code, out, complaint = process.run(arguments, None)
    return code, os.fsdecode(out.removesuffix(b"\n")), complaint


def open_shadow(clone: Clone, root: Path | None = None) -> Path:
    """Create or renew the shadow of a clone; returns its path.

    Only files under `root` (default: the cache folder) are written. Raises CacheFailed where they
    cannot be.
    """
    shadow = (root or cache_root()) / "shadows" / f"{name(clone)}.git"
    try:
        _lay_out(shadow, clone)
        _copy_refs(shadow, clone)
    except OSError as error:
        why = f"the cache cannot be written: {error.strerror}: {error.filename or shadow}"
        raise CacheFailed(why, _CACHE_HINT) from None
    return shadow


def index_path(clone: Clone) -> Path:
    """Where a clone's index lies, where the user names no other place."""
    return cache_root() / "indexes" / f"{name(clone)}.sqlite"


def name(clone: Clone) -> str:
    """A file name of a clone's own: the same for its worktrees, another for every other clone."""
    digest = hashlib.sha256(os.fsencode(clone.common_dir)).hexdigest()[:12]
    return f"{folder(clone)[:40]}-{digest}"


def folder(clone: Clone) -> str:
    """What a clone's folder is called."""
    common = clone.common_dir
    called = common.parent.name if common.name == ".git" else common.name
    return called.removesuffix(".git")


def _lay_out(shadow: Path, clone: Clone) -> None:
    (shadow / "objects" / "info").mkdir(parents=True, exist_ok=True)
    (shadow / "refs").mkdir(exist_ok=True)
    version = "1" if clone.object_format != "sha1" else "0"
    config = f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n"
    config += "\tlogAllRefUpdates = false\n"
    config += "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    # PyDriller would set this on opening; standing here, nothing is written for every run.
    config += "[blame]\n\tmarkUnblamableLines = true\n[advice]\n\tgraftFileDeprecated = false\n"
    if version == "1":
        config += f"[extensions]\n\tobjectFormat = {clone.object_format}\n"
    _write(shadow / "config", config.encode())
    _write(shadow / "objects" / "info" / "alternates", _alternate(clone.objects) + b"\n")


def _alternate(objects: Path) -> bytes:
    """A line for info/alternates; git reads it C-quoted where it begins with a quote."""
    raw = os.fsencode(objects)
    if raw[:1] not in (b'"', b"#") and b"\n" not in raw:
        return raw
    quoted = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + quoted + b'"'


def _copy_refs(shadow: Path, clone: Clone) -> None:
    packed = shadow / "packed-refs"
    if clone.ref_format == "files":
        _write(packed, _files_refs(clone.common_dir))
        _copy(clone.git_dir / "HEAD", shadow / "HEAD")
    else:
        listed = process.output(
            ["for-each-ref", "--format=%(objectname) %(refname)"], clone.common_dir
        )
        _write(packed, listed)
        asked = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]
        code, head, _ = process.run(asked, clone.git_dir)
        _write(shadow / "HEAD", head if not code and head else b"ref: refs/heads/unborn\n")
    (shadow / "info").mkdir(exist_ok=True)
    for name in ("shallow", "info/grafts"):
        _copy(clone.common_dir / name, shadow / name)


def _copy(source: Path, target: Path) -> None:
    """Copy a small file, or remove the copy where there is none to read."""
    try:
        data = source.read_bytes()
    except OSError:
        target.unlink(missing_ok=True)
    else:
        _write(target, data)


def _files_refs(common: Path) -> bytes:
    """packed-refs with the loose refs laid over it, sorted, peeled lines left out."""
    refs: dict[bytes, bytes] = {}
    try:
        packed = (common / "packed-refs").read_bytes()
    except OSError:
        packed = b""
    for line in packed.splitlines():
        if line[:1] in (b"#", b"^"):
            continue
        value, _, name = line.partition(b" ")
        if _HASH.fullmatch(value):
            refs[name] = value
    for folder, _, names in os.walk(os.fsencode(common / "refs")):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - bytes paths
            try:
                with open(path, "rb") as file:  # noqa: PTH123
                    value = file.read(200).strip()
            except OSError:
                continue
            if _HASH.fullmatch(value) and not name.endswith(b".lock"):
                refs[os.path.relpath(path, os.fsencode(common)).replace(b"\\", b"/")] = value
    body = b"".join(refs[name] + b" " + name + b"\n" for name in sorted(refs))
    return b"# pack-refs with: sorted \n" + body


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and only where it differs."""
    try:
        if path.read_bytes() == data:
            return
    except OSError:
        pass
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    beside.write_bytes(data)
    beside.replace(path)


def has_commit_graph(clone: Clone, shadow: Path) -> bool:
    """Whether git finds a commit-graph for these commits, the clone's own or the shadow's."""
    return any(
        (objects / "info" / name).exists()
        for objects in (*_object_folders(clone.objects), shadow / "objects")
        for name in ("commit-graph", "commit-graphs/commit-graph-chain")
    )


def is_small(clone: Clone) -> bool:
    """Whether walking every merge of a clone takes no time that anyone would notice."""
    return _packed_objects(clone.objects) < _SMALL


def write_commit_graph(clone: Clone, shadow: Path) -> subprocess.Popen[bytes] | None:
    """Start writing the shadow's commit-graph in the background where it pays; None where not.

    The caller has its answer by then and need not wait: git writes the file beside and renames it,
    holds a lock against a second writer, and the process ends by itself.
    """
    if os.environ.get("MINEKVM_NO_BACKGROUND") or has_commit_graph(clone, shadow):
        return None
    if _packed_objects(clone.objects) < _PAYS_FROM:
        return None
    try:
        return subprocess.Popen(
            ["nice", "git", "commit-graph", "write", "--reachable", "--changed-paths"],
            env=process.environment(shadow),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:  # it is only for speed
        return None


def _object_folders(objects: Path, depth: int = 5) -> list[Path]:
    """A clone's folder of objects and those it borrows from, as deep as git goes."""
    found = [objects]
    try:
        lines = (objects / "info" / "alternates").read_bytes().splitlines()
    except OSError:
        return found
    for line in lines:
        if depth and line and line[:1] not in (b"#", b'"'):
            found += _object_folders(objects / os.fsdecode(line), depth - 1)
    return found


def _packed_objects(objects: Path) -> int:
    """The number of packed objects, from the fan-out tables of the pack indexes."""
    total = 0
    for index in [i for o in _object_folders(objects) for i in (o / "pack").glob("*.idx")]:
        try:
            with index.open("rb") as file:
                head = file.read(8)
                file.seek(8 + 255 * 4 if head[:4] == b"\xfftOc" else 255 * 4)
                total += int.from_bytes(file.read(4), "big")
        except OSError:
            continue
    return total
