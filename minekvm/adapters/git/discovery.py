"""Finding a clone without running git in it: its folders, its owner, what its configuration says.

git's own rules (setup.c), on files that are read as data. Only its parser of configuration is
borrowed: git is handed the text, and nothing in it takes effect.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from minekvm.adapters.git import entry_files, process
from minekvm.errors import NotARepository

_SMALL = 1 << 20  # bytes of a file of one line, or of a few
_CONFIGURATION = 16 << 20
_HEAD = re.compile(rb"ref:\s*refs/|[0-9a-f]{40}")
# Of no matter to who only reads; git would look for a promisor, or for a second configuration.
_DROPPED = ("noop", "partialclone", "preciousobjects", "worktreeconfig")
_TRACKING = re.compile(r"(?:branch\..*\.(?:remote|merge)|remote\..*\.fetch)", re.DOTALL)

Setting = tuple[str, str | None]
"""A key of git's configuration in git's spelling, and its value; None where it is only named."""


@dataclass(frozen=True, slots=True)
class Clone:
    """A user's clone, found but not opened: where its git directory and objects lie.

    `format` are the settings that say how its repository is to be read, `tracking` those that say
    what its branches follow; `origin` is the address that it says it came from, "" for none.
    `beside` is another clone whose objects and refs are to be seen with its own.
    """

    path: Path
    git_dir: Path
    common_dir: Path
    objects: Path
    object_format: str
    ref_format: str
    shallow: bool
    format: tuple[Setting, ...] = ()
    tracking: tuple[Setting, ...] = ()
    origin: str = ""
    beside: Clone | None = None

    @property
    def both(self) -> tuple[Clone, ...]:
        """The clone, and the one beside it."""
        return (self,) if self.beside is None else (self, self.beside)

    @property
    def names(self) -> str:
        """What tells it from other clones: its git directory, and that of the one beside it."""
        return "\n".join(str(clone.common_dir) for clone in self.both)


@dataclass(frozen=True, slots=True)
class _Place:
    """A repository: its git directory, the work tree and the `.git` file that led there."""

    git_dir: str
    work_tree: str | None = None
    git_file: str | None = None


def locate(path: Path) -> Clone:
    """Find the repository at or above a path (a work tree, a bare repository, a worktree).

    Raises NotARepository with a hint where there is none, or none that git would open.
    """
    if not os.path.lexists(path):
        raise NotARepository(f"no such folder: {path}", "give the clone's path with --repo")
    folder = os.path.realpath(path if path.is_dir() else path.parent)
    place = _upwards(folder)
    if place is None:
        raise NotARepository(
            f"not a git repository: {path}", "run inside a clone, or give one with --repo"
        )
    return _clone(path, place)


def joined(clone: Clone, other: Clone) -> Clone:
    """A clone with another beside it. Raises NotARepository where their hashes are of two kinds."""
    if clone.common_dir == other.common_dir:
        return clone
    if clone.object_format != other.object_format:
        why = f"{other.path} has {other.object_format} hashes, {clone.path} {clone.object_format}"
        raise NotARepository(why, "name a clone of the same project")
    return replace(clone, beside=other, shallow=clone.shallow or other.shallow)


def prefix(path: Path) -> str:
    """The way from the top of a work tree to a folder in it; "" at the top, or outside."""
    folder = os.path.realpath(path if path.is_dir() else path.parent)
    place = _upwards(folder)
    if place is None or place.work_tree is None:
        return ""
    way = os.path.relpath(folder, os.path.realpath(place.work_tree))
    return "" if way == "." else way


def at(git_dir: Path) -> Clone:
    """The repository whose git directory this is. Raises NotARepository."""
    folder = os.path.realpath(git_dir)
    if not _is_git_dir(folder):
        raise NotARepository(f"not a git repository: {git_dir}", "name a bare repository")
    return _clone(git_dir, _Place(folder))


def _upwards(folder: str) -> _Place | None:
    """The nearest repository at or above a folder, on the same file system."""
    try:
        device = os.stat(folder).st_dev  # noqa: PTH116
    except OSError:
        return None
    while True:
        place = _in(folder)
        if place is not None:
            return place
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder or os.stat(above).st_dev != device:  # noqa: PTH116
            return None
        folder = above


def _in(folder: str) -> _Place | None:
    """The repository that a folder holds, or is."""
    dot_git = os.path.join(folder, ".git")  # noqa: PTH118
    try:
        mode = os.stat(dot_git).st_mode  # noqa: PTH116
    except OSError:
        mode = 0
    if stat.S_ISREG(mode):
        return _Place(_named(dot_git), folder, dot_git)
    if stat.S_ISDIR(mode) and _is_git_dir(dot_git):
        return _Place(dot_git, folder)
    return _Place(folder) if _is_git_dir(folder) else None


def _named(git_file: str) -> str:
    """The git directory that a `.git` file names."""
    text = entry_files.read(Path(git_file), _SMALL) or b""
    named = text.removeprefix(b"gitdir: ").rstrip(b"\r\n")
    hint = "try `git status` there"
    if named == text or not named:
        raise NotARepository(f"git cannot open it: invalid gitfile format: {git_file}", hint)
    git_dir = os.path.join(os.path.dirname(git_file), os.fsdecode(named))  # noqa: PTH118, PTH120
    if not _is_git_dir(git_dir):
        raise NotARepository(f"git cannot open it: not a git repository: {git_dir}", hint)
    return os.path.realpath(git_dir)


def _is_git_dir(folder: str) -> bool:
    """Whether git takes a folder for a git directory."""
    head = os.path.join(folder, "HEAD")  # noqa: PTH118
    if not os.path.lexists(head):
        return False
    common = _common_dir(folder)
    if not all(os.access(os.path.join(common, n), os.X_OK) for n in ("objects", "refs")):  # noqa: PTH118
        return False
    return _HEAD.match(head_of(Path(folder))) is not None


def head_of(git_dir: Path) -> bytes:
    """What HEAD says, `ref: refs/...` or a hash; "" where it cannot be read."""
    head = git_dir / "HEAD"
    if head.is_symlink():
        target = os.fsencode(head.readlink())
        if target.startswith(b"refs/"):
            return b"ref: " + target
    return (entry_files.read(head, _SMALL) or b"").strip()


def _common_dir(git_dir: str) -> str:
    """The folder that the worktrees of a repository have in common."""
    named = entry_files.read(Path(git_dir, "commondir"), _SMALL)
    if named is None:
        return git_dir
    return os.path.realpath(os.path.join(git_dir, os.fsdecode(named.rstrip(b"\r\n"))))  # noqa: PTH118


def _clone(path: Path, place: _Place) -> Clone:
    _must_be_trusted(place)
    git_dir = Path(os.path.realpath(place.git_dir))
    common = Path(_common_dir(os.fspath(git_dir)))
    settings = _settings(common / "config", path)
    named = dict(settings)
    return Clone(
        path=path,
        git_dir=git_dir,
        common_dir=common,
        objects=common / "objects",
        object_format=named.get("extensions.objectformat") or "sha1",
        ref_format="reftable" if (common / "reftable").is_dir() else "files",
        shallow=bool(entry_files.read(common / "shallow", _CONFIGURATION)),
        format=tuple(_format(settings)),
        tracking=tuple(s for s in settings if _TRACKING.fullmatch(s[0])),
        origin=named.get("remote.origin.url") or "",
    )


def _settings(file: Path, path: Path) -> list[Setting]:
    """What a configuration says, without what it includes."""
    text = entry_files.read(file, _CONFIGURATION)
    if not text:
        return []
    asked = ["config", "--file", "-", "--no-includes", "--list", "-z"]
    code, out, complaint = process.run(asked, None, feed=text)
    if code:
        why = complaint.replace("standard input", os.fspath(file))
        raise NotARepository(f"git cannot open {path}: {why}", "try `git status` there")
    pairs = [entry.partition("\n") for entry in os.fsdecode(out).split("\0") if entry]
    return [(key, value if given else None) for key, given, value in pairs]


def _format(settings: list[Setting]) -> Iterator[Setting]:
    """The settings by which git tells whether and how it can read a repository."""
    for key, value in settings:
        section, _, name = key.rpartition(".")
        if key == "core.repositoryformatversion" or (
            section == "extensions" and name not in _DROPPED and (name, value) != _REFTABLE
        ):
            yield key, value


_REFTABLE = ("refstorage", "reftable")  # read in a place of its own: see ref_tables


def _must_be_trusted(place: _Place) -> None:
    """Raises NotARepository where git would: it is somebody else's, and the user does not say so.

    As root, what belongs to the user who called sudo is as good as one's own.
    """
    if all(_is_own(p) for p in (place.git_file, place.work_tree, place.git_dir) if p):
        return
    named = os.path.realpath(place.work_tree or place.git_dir)
    if not _is_allowed(named):
        raise NotARepository(
            f"git refuses it: detected dubious ownership in repository at {named}",
            f"to trust it: git config --global --add safe.directory {shlex.quote(named)}",
        )


def _is_own(path: str) -> bool:
    try:
        owner = os.lstat(path).st_uid
    except OSError:
        return False
    user = os.geteuid()
    if user == 0 and owner != 0 and os.environ.get("SUDO_UID", "").isdecimal():
        user = int(os.environ["SUDO_UID"])
    return owner == user


def _is_allowed(path: str) -> bool:
    """Whether the user's own configuration (`safe.directory`) trusts a folder."""
    asked = ["config", "--type=path", "-z", "--get-all", "safe.directory"]
    _, out, _ = process.run(asked, None, of_user=True)
    allowed = False
    for value in os.fsdecode(out).split("\0")[:-1]:
        if value in ("", "*"):
            allowed = value == "*"
        elif value.endswith("/*"):
            allowed |= path.startswith(os.path.realpath(value[:-1]).rstrip("/") + "/")
        elif value.startswith("/"):
            allowed |= path == os.path.realpath(value)
    return allowed
