"""Which folders are git's, and which belong to a clone that is being read.

Told from open folders on a way from the root, not from paths: a path may lead elsewhere a moment
later. A work tree has an entry `.git`: a folder, a link, or a file that names one.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from minekvm.errors import FileRefused

Way = Sequence[tuple[str, int]]
"""The folders from the root to one: the name and the descriptor of each."""
Identity = tuple[int, int]
"""Device and number of a file: the same file, whatever it is called."""

_MOST = 1 << 16  # bytes of a file of git's that are read
_WORK_TREE = re.compile(r"^[ \t]*worktree[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
_HINT = "name a folder outside of it"


class Guard:
    """Keeps minekvm's files out of git's folders and out of the clones that are read."""

    def __init__(self, keep_out: Sequence[Path]) -> None:
        self._read = {i for path in keep_out if (i := _identity(path))}
        self._tops = {i for path in keep_out if (i := _identity(_named_work_tree(path)))}

    def check(self, asked: Path, way: Way) -> None:
        """Raises FileRefused where a way ends where nothing may be written."""
        for name, fd in way:
            if name.lower() == ".git" or _is_git_folder(fd):
                raise FileRefused(f"{asked} belongs to a git folder, which stays as it is", _HINT)
            if not self._read:
                continue
            about = os.fstat(fd)
            if (about.st_dev, about.st_ino) in self._tops or self._read & _repository(fd):
                raise FileRefused(f"{asked} belongs to the clone, which is only read", _HINT)


def any_around(way: Way) -> bool:
    """Whether a way leads into a repository, of whichever kind."""
    return any(_has(fd, ".git") or _is_git_folder(fd) for _, fd in way)


def _has(fd: int, name: str, is_it: int | None = None) -> bool:
    try:
        mode = os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode
    except OSError:
        return False
    return is_it is None or stat.S_IFMT(mode) == is_it


def _is_git_folder(fd: int) -> bool:
    """Whether a folder is laid out as git asks of one: HEAD, objects, refs."""
    return _has(fd, "HEAD") and (
        (_has(fd, "objects", stat.S_IFDIR) and _has(fd, "refs", stat.S_IFDIR))
        or _has(fd, "commondir", stat.S_IFREG)  # of a further work tree
    )


def _repository(fd: int) -> set[Identity]:
    """The git folders that a work tree's top names; none where it is no top."""
    if not _has(fd, ".git"):
        return set()
    text = _text(".git", fd)
    git_dir = ".git"
    if text is not None:
        git_dir = text.removeprefix("gitdir:").strip()
    common = (_text(f"{git_dir}/commondir", fd) or "").strip()
    places = [git_dir, os.path.join(git_dir, common)]  # noqa: PTH118 - as text, behind a descriptor
    return {i for place in places if (i := _identity(place, fd))}


def _identity(path: str | Path | None, fd: int | None = None) -> Identity | None:
    if path is not None:
        with suppress(OSError, ValueError):
            about = os.stat(path, dir_fd=fd)
            return about.st_dev, about.st_ino
    return None


def _named_work_tree(git_dir: Path) -> Path | None:
    """The work tree that a clone's configuration names elsewhere."""
    named = _WORK_TREE.findall(_text(os.fspath(git_dir / "config")) or "")
    return git_dir / named[-1].strip('"') if named else None


def _text(path: str, fd: int | None = None) -> str | None:
    """The beginning of a regular file; None for anything else."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=fd)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return None
        return os.read(opened, _MOST).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    finally:
        os.close(opened)
