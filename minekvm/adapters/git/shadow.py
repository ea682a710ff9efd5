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
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from minekvm.adapters.files import own as files
from minekvm.adapters.files.folder import Folder, locked
from minekvm.adapters.git import entry_files, object_folders, process, refs, sealed
from minekvm.adapters.git.discovery import Clone, Setting, locate
from minekvm.errors import CacheFailed, FileRefused, NotARepository

__all__ = [
    "Clone",
    "copy_reflogs",
    "folder",
    "has_commit_graph",
    "index_path",
    "is_small",
    "locate",
    "name",
    "objects",
    "open_shadow",
    "write_commit_graph",
]

# Packed objects from which a commit-graph pays: below, no walk takes long enough to be saved.
_PAYS_FROM = 30_000
_GRAPH_WRITER = ("nice", "git", "commit-graph", "write", "--reachable", "--changed-paths")
_SMALL = 5_000  # packed objects below which a history is walked whole
_CHANGED_PARENTS = 64 << 20  # bytes of grafts or of a shallow boundary
_DEEPEST = 50  # folders below one another in the name of a ref
# Whatever attributes a git finds elsewhere, these are above them and leave none.
_NO_ATTRIBUTES = b"* !text !eol !diff !merge !filter !ident !whitespace !working-tree-encoding\n"
_EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


def open_shadow(clone: Clone, root: Path | None = None) -> Path:
    """Create or renew the shadow of a clone; returns its path.

    Only files under `root` (default: the cache folder) are written. Raises CacheFailed where they
    cannot be, NotARepository where the clone has what git could not read, or not end to read.
    """
    for one in clone.both:
        object_folders.look_over(one.objects)
    boundary = _boundary(clone, root)
    with _entered(clone, root) as shadow:
        _lay_out(shadow, clone)
        _copy_refs(shadow, clone)
        _put(shadow, "shallow", boundary)
    files.clear_left(root)
    if not set(clone.format) <= _USUAL:
        _must_be_opened(shadow.path, clone)
    return shadow.path


@contextmanager
def _entered(clone: Clone, root: Path | None) -> Iterator[Folder]:
    """The folder of a clone's shadow, made where it is not there, to be written into.

    Raises CacheFailed where that fails, with what heals it where something else is in there.
    """
    called = f"{name(clone)}.git"
    with files.own(
        "shadows", root=root, keep_out=tuple(c.common_dir for c in clone.both)
    ) as shadows:
        path = shadows.path / called
        try:
            with files.below(shadows, (called,)) as shadow:
                yield shadow
        except (FileRefused, IsADirectoryError, NotADirectoryError) as error:
            raise CacheFailed(
                f"the shadow of the clone is not as it was made: {error}",
                f"remove it, it will be made anew: rm -r {shlex.quote(os.fspath(path))}",
            ) from None
        except OSError as error:
            raise files.failed(error, path) from None


_USUAL = {("core.repositoryformatversion", "0")}


def _must_be_opened(shadow: Path, clone: Clone) -> None:
    """Raises NotARepository, with git's reason, where git refuses the format of a clone."""
    code, _, complaint = process.run(["rev-parse", "--git-dir"], shadow)
    if code:
        why = complaint.replace(
            os.fspath(shadow / "config"), os.fspath(clone.common_dir / "config")
        )
        raise NotARepository(f"git cannot open {clone.path}: {why}", refs.NEWER)


def copy_reflogs(shadow: Path, clone: Clone) -> None:
    """Give the shadow the clone's reflogs, for revisions like `main@{1}`.

    Raises as `open_shadow` does.
    """
    with _entered(clone, shadow.parent.parent) as folder:
        if folder.about("logs") is not None:
            files.remove(folder, "logs")
        for path, log in refs.reflogs(clone):
            *folders, last = path.split("/")
            if len(folders) > _DEEPEST:  # no name that somebody asks for
                continue
            with files.below(folder, ("logs", *folders)) as inside:
                files.put(inside, last, log)


def index_path(clone: Clone) -> Path:
    """Where a clone's index lies, where the user names no other place."""
    return files.cache_root() / "indexes" / f"{name(clone)}.sqlite"


def name(clone: Clone) -> str:
    """A file name of a clone's own: the same for its worktrees, another for every other clone."""
    digest = hashlib.sha256(os.fsencode(clone.names)).hexdigest()[:12]
    return f"{folder(clone)[:40]}-{digest}"


def folder(clone: Clone) -> str:
    """What a clone's folder is called."""
    common = clone.common_dir
    called = common.parent.name if common.name == ".git" else common.name
    return called.removesuffix(".git")


def _lay_out(shadow: Folder, clone: Clone) -> None:
    config = "[core]\n\tbare = true\n\tlogAllRefUpdates = false\n"
    # A pack of gigabytes is mapped by the piece: whole, it would count as memory of each process.
    config += "\tpackedGitWindowSize = 32m\n\tpackedGitLimit = 256m\n"
    config += "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    # PyDriller would set this on opening; standing here, nothing is written for every run.
    config += "[blame]\n\tmarkUnblamableLines = true\n[advice]\n\tgraftFileDeprecated = false\n"
    if clone.object_format in _EMPTY_TREE:  # some versions take a bare repository's from HEAD
        config += f"[attr]\n\ttree = {_EMPTY_TREE[clone.object_format]}\n"
    settings = clone.format or (("core.repositoryformatversion", "0"),)
    config += "".join(_line(setting) for setting in (*settings, *clone.tracking))
    with files.below(shadow, ("refs",)):
        pass
    with files.below(shadow, ("info",)) as info:
        files.put(info, "attributes", _NO_ATTRIBUTES)
    with files.below(shadow, ("objects", "info")) as info:
        lines = [refs.quoted(os.fsencode(one.objects)) + b"\n" for one in clone.both]
        files.put(info, "alternates", b"".join(lines))
    files.put(shadow, "config", os.fsencode(config))


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


def _copy_refs(shadow: Folder, clone: Clone) -> None:
    files.put(shadow, "packed-refs", refs.listed(clone, shadow))
    files.put(shadow, "HEAD", refs.head(clone, shadow))
    for name, value in refs.beside_head(clone):
        _put(shadow, name, value)
    with shadow.within("info") as info:
        _put(info, "grafts", _file(n for one in clone.both for n in _lines(one, "info/grafts")))


def _lines(clone: Clone, name: str) -> list[bytes]:
    """The lines of a file of a clone."""
    return (entry_files.read(clone.common_dir / name, _CHANGED_PARENTS) or b"").splitlines()


def _file(lines: Iterable[bytes]) -> bytes | None:
    """A file of some lines, each once; None where there are none."""
    return b"".join(line + b"\n" for line in dict.fromkeys(lines) if line) or None


def _boundary(clone: Clone, root: Path | None) -> bytes | None:
    """Where the history ends that can be read: not where only one of two clones is cut off."""
    found: list[bytes] = []
    for one, other in zip(clone.both, clone.both[::-1], strict=True):
        ends = _lines(one, "shallow")
        if ends and one is not other:
            whole = _whole(open_shadow(replace(other, beside=None), root), ends)
            ends = [line for line in ends if line not in whole or line in _lines(other, "shallow")]
        found += ends
    return _file(found)


def _whole(shadow: Path, commits: Sequence[bytes]) -> set[bytes]:
    """Those of some commits that a clone has."""
    feed = b"".join(line + b"\n" for line in commits)
    answers = process.run(["cat-file", "--batch-check"], shadow, feed=feed)[1].splitlines()
    return {a.split()[0] for a in answers if a.split()[1:2] == [b"commit"]}


def _put(folder: Folder, name: str, data: bytes | None) -> None:
    """Write a file, or remove it where it is to be none."""
    if data is not None:
        files.put(folder, name, data)
    else:
        folder.delete(name)


def objects(clone: Clone) -> list[Path]:
    """The folders that the objects of a clone and of the one beside it lie in."""
    every = (folder for one in clone.both for folder in object_folders.found(one.objects))
    return list(dict.fromkeys(every))


def has_commit_graph(clone: Clone, shadow: Path) -> bool:
    """Whether git finds a commit-graph for these commits, the clone's own or the shadow's."""
    return any(
        (folder / "info" / name).exists()
        for folder in (*objects(clone), shadow / "objects")
        for name in ("commit-graph", "commit-graphs/commit-graph-chain")
    )


def is_small(clone: Clone) -> bool:
    """Whether walking every merge of a clone takes no time that anyone would notice."""
    return object_folders.packed(objects(clone)) < _SMALL


def write_commit_graph(clone: Clone, shadow: Path) -> subprocess.Popen[bytes] | None:
    """Start writing the shadow's commit-graph in the background where it pays; None where not.

    The caller has its answer by then and need not wait: git writes the file beside and renames it,
    and the process ends by itself. While it runs it holds a lock against a second one: git takes
    its own only when all is computed.
    """
    if os.environ.get("MINEKVM_NO_BACKGROUND") or has_commit_graph(clone, shadow):
        return None
    if object_folders.packed(objects(clone)) < _PAYS_FROM:
        return None
    held = -1
    try:
        held = os.open(shadow / "objects" / "info", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if not locked(held):
            return None
        return subprocess.Popen(
            _GRAPH_WRITER,
            env=sealed.environment(shadow),
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(held,),
        )
    except OSError:  # it is only for speed
        return None
    finally:
        if held >= 0:
            os.close(held)  # the process has it still
