"""The shadow: a bare repository in the user's cache folder that borrows a clone's objects.

git, and PyDriller with it, run on the shadow only: nothing is written to the clone, and nothing
that its configuration names is ever run. The shadow's `objects/info/alternates` names the clone's
objects; its refs, HEAD, grafts and shallow boundary are copies, renewed whenever it is opened; of
its configuration it has what says how the repository is to be read, and what branches follow.
Attributes, ignore files and mailmaps, the user's or the clone's, are out of play.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from minekvm.adapters.git import entry_files, object_folders, process, refs, sealed
from minekvm.adapters.git.discovery import Clone, Setting, locate
from minekvm.errors import CacheFailed, NotARepository

__all__ = [
    "Clone",
    "cache_root",
    "copy_reflogs",
    "folder",
    "has_commit_graph",
    "index_path",
    "is_small",
    "locate",
    "name",
    "open_shadow",
    "write_commit_graph",
]

# Packed objects from which a commit-graph pays: below, no walk takes long enough to be saved.
_PAYS_FROM = 30_000
_SMALL = 5_000  # packed objects below which a history is walked whole
_CHANGED_PARENTS = 64 << 20  # bytes of grafts or of a shallow boundary
_CACHE_HINT = "name a folder that can be written in XDG_CACHE_HOME"
# Whatever attributes a git finds elsewhere, these are above them and leave none.
_NO_ATTRIBUTES = b"* !text !eol !diff !merge !filter !ident !whitespace !working-tree-encoding\n"
_EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


def cache_root() -> Path:
    """The folder for all that minekvm keeps: $XDG_CACHE_HOME/minekvm, else ~/.cache/minekvm."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        raise CacheFailed("there is no home folder for the cache", _CACHE_HINT) from None
    return root / "minekvm"


def open_shadow(clone: Clone, root: Path | None = None) -> Path:
    """Create or renew the shadow of a clone; returns its path.

    Only files under `root` (default: the cache folder) are written. Raises CacheFailed where they
    cannot be, NotARepository where the clone has what git could not read, or not end to read.
    """
    shadow = (root or cache_root()) / "shadows" / f"{name(clone)}.git"
    object_folders.looked_over(clone.objects)
    try:
        _lay_out(shadow, clone)
        _copy_refs(shadow, clone)
    except OSError as error:
        why = f"the cache cannot be written: {error.strerror}: {error.filename or shadow}"
        raise CacheFailed(why, _CACHE_HINT) from None
    if not set(clone.format) <= _USUAL:
        _must_be_opened(shadow, clone)
    return shadow


_USUAL = {("core.repositoryformatversion", "0")}


def _must_be_opened(shadow: Path, clone: Clone) -> None:
    """Raises NotARepository, with git's reason, where git refuses the format of a clone."""
    code, _, complaint = process.run(["rev-parse", "--git-dir"], shadow)
    if code:
        why = complaint.replace(
            os.fspath(shadow / "config"), os.fspath(clone.common_dir / "config")
        )
        raise NotARepository(
            f"git cannot open {clone.path}: {why}", "a newer git may: see `git version`"
        )


def copy_reflogs(shadow: Path, clone: Clone) -> None:
    """Give the shadow the clone's reflogs, for revisions like `main@{1}`.

    Raises as `open_shadow` does.
    """
    logs = shadow / "logs"
    try:
        if logs.is_dir():
            shutil.rmtree(logs)
        for path, log in refs.reflogs(clone):
            (logs / path).parent.mkdir(parents=True, exist_ok=True)
            _write(logs / path, log)
    except OSError as error:
        why = f"the cache cannot be written: {error.strerror}: {error.filename or logs}"
        raise CacheFailed(why, _CACHE_HINT) from None


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
    for folder in ("objects/info", "info", "refs"):
        (shadow / folder).mkdir(parents=True, exist_ok=True)
    config = "[core]\n\tbare = true\n\tlogAllRefUpdates = false\n"
    config += "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    # PyDriller would set this on opening; standing here, nothing is written for every run.
    config += "[blame]\n\tmarkUnblamableLines = true\n[advice]\n\tgraftFileDeprecated = false\n"
    if clone.object_format in _EMPTY_TREE:  # some versions take a bare repository's from HEAD
        config += f"[attr]\n\ttree = {_EMPTY_TREE[clone.object_format]}\n"
    settings = clone.format or (("core.repositoryformatversion", "0"),)
    config += "".join(_line(setting) for setting in (*settings, *clone.tracking))
    _write(shadow / "config", os.fsencode(config))
    _write(shadow / "info" / "attributes", _NO_ATTRIBUTES)
    alternate = refs.quoted(os.fsencode(clone.objects))
    _write(shadow / "objects" / "info" / "alternates", alternate + b"\n")


def _line(setting: Setting) -> str:
    """A setting as lines of a configuration."""
    key, value = setting
    section, _, rest = key.partition(".")
    below, dot, name = rest.rpartition(".")
    head = f'[{section} "{_escaped(below)}"]' if dot else f"[{section}]"
    if value is None:
        return f"{head}\n\t{name}\n"
    text = _escaped(value).replace("\n", "\\n").replace("\t", "\\t").replace("\b", "\\b")
    return f'{head}\n\t{name} = "{text}"\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _copy_refs(shadow: Path, clone: Clone) -> None:
    _write(shadow / "packed-refs", refs.listed(clone, shadow))
    _write(shadow / "HEAD", refs.head(clone, shadow))
    for name, value in refs.beside_head(clone):
        _put(shadow / name, value)
    for name in ("shallow", "info/grafts"):
        _put(shadow / name, entry_files.read(clone.common_dir / name, _CHANGED_PARENTS))


def _put(path: Path, data: bytes | None) -> None:
    """Write a file, or remove it where it is to be none."""
    if data is not None:
        _write(path, data)
    else:
        path.unlink(missing_ok=True)


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
        for objects in (*object_folders.looked_over(clone.objects), shadow / "objects")
        for name in ("commit-graph", "commit-graphs/commit-graph-chain")
    )


def is_small(clone: Clone) -> bool:
    """Whether walking every merge of a clone takes no time that anyone would notice."""
    return object_folders.packed(object_folders.looked_over(clone.objects)) < _SMALL


def write_commit_graph(clone: Clone, shadow: Path) -> subprocess.Popen[bytes] | None:
    """Start writing the shadow's commit-graph in the background where it pays; None where not.

    The caller has its answer by then and need not wait: git writes the file beside and renames it,
    holds a lock against a second writer, and the process ends by itself.
    """
    if os.environ.get("MINEKVM_NO_BACKGROUND") or has_commit_graph(clone, shadow):
        return None
    if object_folders.packed(object_folders.looked_over(clone.objects)) < _PAYS_FROM:
        return None
    try:
        return subprocess.Popen(
            ["nice", "git", "commit-graph", "write", "--reachable", "--changed-paths"],
            env=sealed.environment(shadow),
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:  # it is only for speed
        return None
