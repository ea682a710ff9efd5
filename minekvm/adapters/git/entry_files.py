"""Files of somebody else's folder, read as data: regular files alone, and no more than is sane.

A clone is what its maker put there: a device or a named pipe where git keeps a file would never
end, and is refused here before git can come upon it.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from minekvm.errors import NotARepository

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}
_HINT = "git would not end there: look at it, or clone afresh"


def read(path: Path, most: int) -> bytes | None:
    """The bytes of a regular file; None where there is none, or it may not be read.

    Links are followed. Raises NotARepository where it is no regular file, or has more than `most`
    bytes.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket, or a device without its driver
            raise refusal(path) from None
        return None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise refusal(path, mode)
    with os.fdopen(descriptor, "rb") as file:
        try:
            data = file.read(most + 1)
        except OSError:
            return None
    if len(data) > most:
        raise NotARepository(f"too large to be what git keeps there: {path}", _HINT)
    return data


def must_be_regular(path: str) -> None:
    """Raises NotARepository where there is something at a path that is neither file nor folder."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - thousands of them
    except OSError as error:
        if error.errno in _ABSENT or error.errno == errno.EACCES:
            return
        raise refusal(Path(path)) from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise refusal(Path(path), mode)


def refusal(path: Path, mode: int = 0) -> NotARepository:
    """The error for an entry that is no regular file."""
    kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
    return NotARepository(f"{kind} where git keeps a file: {path}", _HINT)
