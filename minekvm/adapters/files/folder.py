"""A folder held open by its descriptor: found step by step, so that no link leads astray.

Links that the user made (a home folder elsewhere, /tmp) are followed. A link inside a repository
is not: whoever made the clone made it. Nor is a link at the end of a path: what it leads to can be
named instead.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shlex
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

from minekvm.adapters.files import repositories
from minekvm.errors import FileRefused

# A folder may be passed through by who may not list it: O_PATH asks for no right to read.
_PASS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # never waits for a FIFO's other end
_LINKS = 40  # links on a way, as the system has it
_LONGEST = 4000  # bytes of a path that other programs can open


def identity(about: os.stat_result) -> repositories.Identity:
    """Which file this is."""
    return about.st_dev, about.st_ino


class Folder:
    """A folder held open; `path` is where it was found, without links. A context manager."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self.fd)

    def about(self, name: str) -> os.stat_result | None:
        """What is at a name, a link itself and not what it leads to; None where nothing is."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """The names in it."""
        fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self.fd)
        try:
            return os.listdir(fd)  # noqa: PTH208 - by descriptor
        finally:
            os.close(fd)

    def within(self, name: str, mode: int = 0o777) -> Folder:
        """A folder in it, made where there is none. Raises FileRefused for what is no folder."""
        with suppress(FileExistsError):
            os.mkdir(name, mode, dir_fd=self.fd)
        try:
            return Folder(self.path / name, os.open(name, _PASS, dir_fd=self.fd))
        except NotADirectoryError:
            raise in_the_way(self.path / name, self.about(name), "a folder") from None

    @contextmanager
    def descriptor(self, name: str, *, writing: bool = False, alone: bool = True) -> Iterator[int]:
        """The descriptor of a regular file in it, opened without following a link.

        With `alone`, one that has no second name elsewhere. Raises FileRefused for anything else,
        FileNotFoundError where nothing is.
        """
        flags = _PLAIN | (os.O_RDWR if writing else os.O_RDONLY)
        regular(self.path / name, os.stat(name, dir_fd=self.fd, follow_symlinks=False), alone)
        try:
            fd = os.open(name, flags, dir_fd=self.fd)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENXIO):
                raise
            raise in_the_way(self.path / name, self.about(name), "a file") from None
        try:
            regular(self.path / name, os.fstat(fd), alone)  # it may be another one by now
            yield fd
        finally:
            os.close(fd)

    def create(self, name: str, mode: int = 0o666) -> IO[bytes]:
        """A new file to write into. Raises FileExistsError where anything is at that name."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _PLAIN
        return os.fdopen(os.open(name, flags, mode, dir_fd=self.fd), "w+b")

    def move(self, name: str, to: str, folder: Folder | None = None) -> None:
        """Give what is at a name another one, in this folder or another, over what is there."""
        where = (folder or self).fd
        os.rename(name, to, src_dir_fd=self.fd, dst_dir_fd=where)

    def delete(self, name: str) -> None:
        """Remove a file, or the link itself; nothing where nothing is."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.fd)


def locked(fd: int, *, wait: bool = False) -> bool:
    """Lock an open file or folder until it is closed; False where another process has."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unguessable() -> str:
    """A part of a name that nobody can have prepared."""
    return os.urandom(16).hex()


def found(
    path: Path, *, make: bool = False, keep_out: Sequence[Path] = (), mode: int = 0o777
) -> Folder:
    """The folder at a path; with `make`, what of it is missing is made.

    `keep_out` are the git folders of clones that are being read: their files and work trees are
    refused, and so is the inside of any git folder. Raises FileRefused, and OSError.
    """
    if len(os.fsencode(Path.cwd() / path)) > _LONGEST:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), os.fspath(path)[:200])
    with _Walk(path, repositories.Guard(keep_out)) as walk:
        walk.to_the_end(make=make, mode=mode)
        return walk.taken()


class _Walk:
    """The way from the root to a folder, each step held open."""

    def __init__(self, path: Path, guard: repositories.Guard) -> None:
        self._guard = guard
        self._asked = path
        whole = os.fspath(Path.cwd() / path)
        self._left = _steps(whole)[::-1]
        self._links = 0
        self._way: list[tuple[str, int]] = [("/", os.open("/", _PASS))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _name, fd in self._way:
            os.close(fd)

    @property
    def _path(self) -> Path:
        return Path("/", *(name for name, _ in self._way[1:]))

    def taken(self) -> Folder:
        """The folder at the end, no longer closed with the way."""
        path = self._path
        return Folder(path, self._way.pop()[1])

    def to_the_end(self, *, make: bool, mode: int) -> None:
        """Take all steps. Raises FileRefused, OSError."""
        while self._left:
            step: str = self._left.pop()
            if step == "..":
                self._back()
            else:
                self._down(step, make=make, mode=mode)
        self._guard.check(self._asked, self._way)

    def _back(self) -> None:
        if len(self._way) > 1:
            os.close(self._way.pop()[1])

    def _down(self, step: str, *, make: bool, mode: int) -> None:
        here = self._way[-1][1]
        try:
            fd = os.open(step, _PASS, dir_fd=here)
        except FileNotFoundError:
            if not make:
                raise FileNotFoundError(
                    errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(self._path / step)
                ) from None
            self._guard.check(self._asked, self._way)  # before anything is made
            with suppress(FileExistsError):
                os.mkdir(step, mode, dir_fd=here)
            fd = os.open(step, _PASS, dir_fd=here)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise OSError(error.errno, error.strerror, os.fspath(self._path / step)) from None
            self._follow(step)
            return
        self._way.append((step, fd))

    def _follow(self, step: str) -> None:
        """Go on where a link leads, if it may be followed."""
        here = self._way[-1][1]
        about = os.stat(step, dir_fd=here, follow_symlinks=False)
        place = self._path / step
        if not stat.S_ISLNK(about.st_mode):
            raise in_the_way(place, about, "a folder")
        leads = os.readlink(step, dir_fd=here)
        if not self._left or repositories.any_around(self._way):
            raise in_the_way(place, about, "a folder", f"name what it leads to: {_shown(leads)}")
        self._links += 1
        if self._links > _LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(place))
        if leads.startswith("/"):
            while len(self._way) > 1:
                os.close(self._way.pop()[1])
        self._left += _steps(leads)[::-1]


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step not in ("", ".")]


def regular(path: Path, about: os.stat_result, alone: bool = True) -> None:
    """See to it that a file is a plain one, with no second name if `alone`. Raises FileRefused."""
    if not stat.S_ISREG(about.st_mode) or (alone and about.st_nlink > 1):
        raise in_the_way(path, about, "a file")


def in_the_way(
    path: Path, about: os.stat_result | None, wanted: str, hint: str = ""
) -> FileRefused:
    """The refusal for what stands where minekvm wants a file or a folder."""
    what = "something else" if about is None else _kind(about)
    return FileRefused(
        f"there is {what} where {wanted} should be; it stays as it is: {path}",
        hint or "name another place",
    )


def _kind(about: os.stat_result) -> str:
    if stat.S_ISREG(about.st_mode):
        return "a file with several names" if about.st_nlink > 1 else "a file"
    return _KINDS.get(stat.S_IFMT(about.st_mode), "something else")


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def _shown(path: str | Path) -> str:
    return shlex.quote(os.fspath(path))
