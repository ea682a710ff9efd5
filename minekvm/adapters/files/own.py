"""The cache folder: whatever minekvm keeps for itself, in folders that nobody else may enter.

    shadows/   a shadow a clone
    indexes/   an index a clone
    locks/     a lock an index, wherever that lies
    reports/   reports that have no better place
    tmp/       what one run needs; what a killed one left is cleared by the next

What is at a name of ours in here is ours, and is replaced as it is: files are always written beside
and renamed, so that a second name that somebody gave one of them keeps what it had.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from minekvm.adapters.files.folder import Folder, found, locked, unguessable
from minekvm.errors import CacheFailed, FileRefused

_HINT = "name a folder that can be written in XDG_CACHE_HOME"
_OURS_ALONE = 0o700  # the mode of our folders
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_root() -> Path:
    """The folder for all that minekvm keeps: $XDG_CACHE_HOME/minekvm, else ~/.cache/minekvm.

    Raises CacheFailed where the environment names none.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        raise CacheFailed("there is no home folder for the cache", _HINT) from None
    if not root.is_absolute():
        raise CacheFailed(f"HOME is no absolute path: {root.parent}", _HINT)
    return root / "minekvm"


def own(*names: str, root: Path | None = None, keep_out: tuple[Path, ...] = ()) -> Folder:
    """A folder below the cache folder (or below `root`), made where it is not there.

    `keep_out` as in `folder.found`. Raises CacheFailed where it cannot be made, or is another
    user's.
    """
    path = root or cache_root()
    try:
        # Who sets the environment says where the cache is, links on the way there included.
        place = Path(os.path.realpath(path.parent), path.name)
        folder = found(place, make=True, keep_out=keep_out, mode=_OURS_ALONE)
        with _checked(folder):
            return below(folder, names)
    except FileRefused as error:
        raise CacheFailed(f"the cache cannot be written: {error}", _HINT) from None
    except OSError as error:
        raise failed(error, path) from None


def failed(error: OSError, path: Path) -> CacheFailed:
    """The error for a cache folder that cannot be used."""
    why = f"the cache cannot be written: {error.strerror}: {error.filename or path}"
    return CacheFailed(why, _HINT)


def _checked(folder: Folder) -> Folder:
    """The folder, once it is certain that no other user can put anything into it."""
    about = os.fstat(folder.fd)
    if about.st_uid != os.geteuid():
        os.close(folder.fd)
        raise CacheFailed(f"the cache belongs to another user: {folder.path}", _HINT)
    if about.st_mode & _OTHERS_WRITE:
        os.chmod(".", stat.S_IMODE(about.st_mode) & ~_OTHERS_WRITE, dir_fd=folder.fd)
    return folder


def below(folder: Folder, names: Sequence[str]) -> Folder:
    """A folder some steps below one of ours, made where it is not there.

    Raises CacheFailed, FileRefused, OSError.
    """
    inside = Folder(folder.path, os.dup(folder.fd))
    for name in names:
        with inside:
            if name in ("", ".", ".."):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)
            inside = _checked(inside.within(name, _OURS_ALONE))
    return inside


def remove(folder: Folder, name: str) -> None:
    """Remove a folder of ours with all that is in it, following no link. Raises OSError."""
    shutil.rmtree(name, dir_fd=folder.fd)


def put(folder: Folder, name: str, data: bytes) -> None:
    """Write a file of ours whole or not at all, and only where it differs. Raises OSError."""
    try:
        with folder.descriptor(name, alone=False) as fd, os.fdopen(os.dup(fd), "rb") as file:
            if file.read(len(data) + 1) == data:
                return
    except FileNotFoundError:
        pass
    beside = f"{name}.{unguessable()}.tmp"
    try:
        with folder.create(beside, 0o600) as file:
            file.write(data)
        folder.move(beside, name)
    except BaseException:
        folder.delete(beside)
        raise


def point(folder: Folder, name: str, to: Path) -> None:
    """A link of ours, which leads where it is to. Raises OSError."""
    with suppress(OSError):
        if os.readlink(name, dir_fd=folder.fd) == os.fspath(to):
            return
    folder.delete(name)
    os.symlink(to, name, dir_fd=folder.fd)


@contextmanager
def lock_file(name: str) -> Iterator[IO[str]]:
    """A file to lock and to write a note into, made where it is not there."""
    with own("locks") as folder:
        with suppress(FileExistsError), folder.create(name, 0o600):
            pass
        with folder.descriptor(name, writing=True) as fd, os.fdopen(os.dup(fd), "r+") as file:
            yield file


def note(file: IO[str], state: Mapping[str, object]) -> None:
    """Write what is to be known of a lock's thing into the lock."""
    file.seek(0)
    file.truncate()
    file.write(json.dumps(dict(state)))
    file.flush()


def noted(file: IO[str]) -> dict[str, object]:
    """What was noted last; nothing where that cannot be read."""
    file.seek(0)
    try:
        state = json.loads(file.read(1000))
    except ValueError:
        return {}
    return state if isinstance(state, dict) and "state" in state else {}


# --- for one run


def scratch() -> IO[bytes]:
    """A file without a name, which goes when it is closed. Raises CacheFailed."""
    with own("tmp") as folder:
        try:
            fcntl.flock(held := _listable(folder), fcntl.LOCK_SH)
            try:
                name = unguessable()
                file = folder.create(name, 0o600)
                folder.delete(name)
            finally:
                os.close(held)
        except OSError as error:
            raise failed(error, folder.path) from None
    return file


@contextmanager
def scratch_folder(root: Path | None = None) -> Iterator[Folder]:
    """A folder for one run, with all that is in it removed in the end. Raises CacheFailed."""
    with own("tmp", root=root) as parent:
        name = unguessable()
        try:
            # While a folder is made and not yet locked, nobody clears.
            fcntl.flock(held := _listable(parent), fcntl.LOCK_SH)
            folder = parent.within(name, _OURS_ALONE)
            mine = _listable(folder)
            locked(mine, wait=True)
            os.close(held)
        except OSError as error:
            raise failed(error, parent.path) from None
        try:
            with folder:
                yield folder
        finally:
            shutil.rmtree(name, ignore_errors=True, dir_fd=parent.fd)
            os.close(mine)


def clear_left(root: Path | None = None) -> None:
    """Remove what killed runs left in the folder for temporary files; living ones hold theirs."""
    with suppress(OSError), own("tmp", root=root) as parent:
        if not (names := parent.names()):
            return
        held = _listable(parent)
        try:
            if not locked(held):  # somebody is making one: the next run will do
                return
            for name in names:
                with suppress(OSError):
                    _clear(parent, name)
        finally:
            os.close(held)


def _clear(parent: Folder, name: str) -> None:
    about = parent.about(name)
    if about is None or not stat.S_ISDIR(about.st_mode):
        parent.delete(name)
        return
    with parent.within(name) as folder:
        held = _listable(folder)
    try:
        if locked(held):
            shutil.rmtree(name, ignore_errors=True, dir_fd=parent.fd)
    finally:
        os.close(held)


def _listable(folder: Folder) -> int:
    """A descriptor of a folder that can be locked and listed."""
    return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)
