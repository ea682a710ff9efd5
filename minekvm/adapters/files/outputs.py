"""Files that the user asked for, where the user wants them: whole or not at all, and over nothing.

A file is written beside its place, under a name that nobody can have prepared, and then changed
places with what is there, in one step of the system's: so it can still be looked at, and put back,
if somebody put it there between the check and that step.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from minekvm.adapters.files.folder import Folder, found, identity, in_the_way, locked
from minekvm.adapters.files.own import own
from minekvm.adapters.files.repositories import Identity
from minekvm.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of files that minekvm makes: what may be replaced by another of it.

    `is_one` knows a file by its beginning and end, `what` is what one is called, and `hint` what to
    do where another file is in the way.
    """

    what: str
    is_one: Callable[[bytes], bool]
    hint: str


_LONGEST = 60  # characters of a name, each up to four bytes, with room for an ending
_ENDS = 4096  # bytes of a file's beginning and end by which it is known
_NO_REPLACE, _EXCHANGE = 1, 2  # of Linux's renameat2
_TEMPORARY = re.compile(r"\.minekvm-([0-9a-f]{16})-([0-9a-f]{32})-([0-9a-f]{32})\.tmp")


def clean(stem: str) -> str:
    """A name for files that comes from elsewhere: printable, not hidden, no option, not endless."""
    kept = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in stem)
    return kept.strip().lstrip(".-")[:_LONGEST] or "report"


def check(folder: Path, names: Sequence[str], sort: Sort, keep_out: Sequence[Path] = ()) -> None:
    """See to it, before any work is done, that files can be put; makes nothing.

    Raises FileRefused, and OSError where the folder cannot be entered.
    """
    try:
        where = found(folder, keep_out=keep_out)
    except FileNotFoundError:
        return  # it will be made, and what is above it checked then
    with where:
        for name in names:
            _standing(where, name, sort)


def put(where: Folder, files: Mapping[str, bytes], sort: Sort, mode: int = 0o666) -> None:
    """Write files into a folder of the user's, over those of the same sort only.

    `mode` is theirs, less what the user's mask takes away. The folder has all of the new ones in
    the end, or what it had. Raises FileRefused, OSError.
    """
    with ExitStack() as undone:
        clear_left(where)
        staged = [_staged(where, name, data, sort, mode, undone) for name, data in files.items()]
        for one in staged:
            one.place()
        undone.pop_all()
        for one in staged:
            one.done()


def begin(path: Path, data: bytes) -> None:
    """Write a file where nothing is yet. Raises FileRefused, OSError."""
    hint = "name another file: nothing is overwritten"
    with found(path.parent) as where:
        put(where, {path.name: data}, Sort("a new file", lambda _: False, hint))


def clear_left(where: Folder) -> None:
    """Remove the temporary files of ours that killed runs left in a folder of the user's.

    Their names hold a proof that only who reads our cache folder can have made, of either file.
    """
    for name in where.names():
        if match := _TEMPORARY.fullmatch(name):
            with suppress(OSError, FileRefused), where.descriptor(name) as fd:
                proof = _proof(match[1], identity(os.fstat(fd)))
                if proof in match.groups() and locked(fd):
                    where.delete(name)


def _standing(where: Folder, name: str, sort: Sort) -> Identity | None:
    """Which file is at a name; None where none is. Raises FileRefused for another sort."""
    try:
        with where.descriptor(name) as fd:
            about = os.fstat(fd)
            begins = os.pread(fd, _ENDS, 0)
            ends = os.pread(fd, _ENDS, max(0, about.st_size - _ENDS))
            if sort.is_one(begins + b"\n" + ends):
                return identity(about)
    except FileNotFoundError:
        return None
    raise FileRefused(
        f"there is a file that is not {sort.what}; it stays as it is: {where.path / name}",
        sort.hint,
    )


@dataclass(frozen=True, slots=True)
class _Staged:
    """A file written beside its place; `stood` is what was at its place when that was checked.

    It is open and locked until its end, so that nobody takes it for what a killed run left.
    """

    where: Folder
    name: str
    beside: str
    file: IO[bytes]
    stood: Identity | None

    def place(self) -> None:
        """Put it at its place. Raises FileRefused, leaving all as it was, if that changed."""
        try:
            _rename(self.where, self.beside, self.name, exchange=self.stood is not None)
        except (FileExistsError, FileNotFoundError):
            raise self._changed() from None
        if self.stood is not None and self._is_at(self.beside) != self.stood:
            _rename(self.where, self.name, self.beside, exchange=True)
            raise self._changed()

    def take_back(self) -> None:
        """Undo everything: what stood at its place is there again, and this file is gone."""
        made = identity(os.fstat(self.file.fileno()))
        with suppress(OSError):
            if self._is_at(self.name) == made:
                _rename(self.where, self.name, self.beside, exchange=self.stood is not None)
            if self._is_at(self.beside) == made:
                self.where.delete(self.beside)
        self.file.close()

    def done(self) -> None:
        """Remove what it took the place of."""
        if self.stood is not None:
            self.where.delete(self.beside)
        self.file.close()

    def _is_at(self, name: str) -> Identity | None:
        about = self.where.about(name)
        return None if about is None else identity(about)

    def _changed(self) -> FileRefused:
        about = self.where.about(self.name)
        return in_the_way(self.where.path / self.name, about, "a file of ours")


def _staged(
    where: Folder, name: str, data: bytes, sort: Sort, mode: int, undone: ExitStack
) -> _Staged:
    """A file written beside its place, which `undone` takes back."""
    stood = _standing(where, name, sort)
    nonce = os.urandom(8).hex()
    made = f".minekvm-{nonce}.tmp"
    file = where.create(made, mode)
    # Under this name lies the new file first, and then the one that it took the place of.
    proofs = (_proof(nonce, one) for one in (identity(os.fstat(file.fileno())), stood or (0, 0)))
    beside = f".minekvm-{nonce}-{'-'.join(proofs)}.tmp"
    where.move(made, beside)
    staged = _Staged(where, name, beside, file, stood)
    undone.callback(staged.take_back)
    locked(file.fileno())
    file.write(data)
    file.flush()
    return staged


def _proof(nonce: str, made: Identity) -> str:
    """What only we can say of a file: a digest of it with a key that lies in our cache folder."""
    with own() as folder:
        with suppress(FileExistsError), folder.create("key", 0o600) as file:
            file.write(os.urandom(32))
        with folder.descriptor("key") as fd:
            key = os.pread(fd, 32, 0)
    told = f"{nonce} {made[0]} {made[1]}"
    import hmac

    return hmac.digest(key, told.encode("ascii"), "sha256").hex()[:32]


def _rename(where: Folder, name: str, to: str, *, exchange: bool) -> None:
    """Rename over nothing, or exchange two files; in one step where the system can.

    Raises FileExistsError, FileNotFoundError, OSError.
    """
    flags = _EXCHANGE if exchange else _NO_REPLACE
    import ctypes  # for a report alone: it costs more than a short answer may

    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # not Linux, or an old C library
        return _rename_in_steps(where, name, to, exchange=exchange)
    if call(where.fd, os.fsencode(name), where.fd, os.fsencode(to), flags) == 0:
        return None
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):  # this file system cannot
        return _rename_in_steps(where, name, to, exchange=exchange)
    raise OSError(code, os.strerror(code), os.fspath(where.path / to))


def _rename_in_steps(where: Folder, name: str, to: str, *, exchange: bool) -> None:
    about = where.about(to)
    if exchange:
        if about is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), to)
        aside = f"{name}.old"
        where.move(to, aside)
        where.move(name, to)
        where.move(aside, name)
    elif about is not None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), to)
    else:
        where.move(name, to)
