"""Archives of mail, read, never written: public-inbox repositories, mbox files, maildirs, folders.

    epoch     a bare repository of public-inbox, a commit for each mail: in its file `m` (v2), or in
              a file of its own (v1); a folder with `git/0.git`, `git/1.git` ... is opened as those
    mbox      one file of many mails, also compressed; a file with a single mail is one, too, and of
              a folder each file that is one
    maildir   a folder with `cur` and `new`
    letters   a folder of `.eml` files, a mail each, or of numbered ones, as MH has them

An archive is read from where it was left: `state` is its last commit, or what `mbox` says of a
file; the names of the files of a maildir or a folder are their own record.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from minekvm.adapters import mbox
from minekvm.adapters.git import discovery, process, shadow
from minekvm.adapters.git.objects import Missing, Objects
from minekvm.errors import MinekvmError, NotARepository

Kind = Literal["epoch", "mbox", "maildir", "letters"]

_SORT = "a mail"
_LARGEST = 16 << 20  # bytes of a mail that is read
_AT_ONCE = 256  # mails asked of git together
_BY_NAME = "by name"  # the state of a maildir
_BOX = re.compile(r"\.mbo?x\b|\.(?:gz|bz2|xz)\Z", re.IGNORECASE)
_HINT = "name a public-inbox repository, an mbox file, a maildir or a folder of .eml files"


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive that mails are read from; `path` is absolute."""

    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Item:
    """One mail of an archive, at a place that `read` finds again.

    `raw` is its bytes, a Missing where they cannot be read, None where the mail was taken out of
    the archive. `state` is that of the archive once this is taken in, `done` how many of `total`
    are by then, counted in what the archive is made of.
    """

    place: str
    raw: bytes | Missing | None
    state: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class News:
    """What an archive has beyond a state; `afresh` where all that was taken in must go first."""

    afresh: bool
    items: Iterator[Item]


def archives(path: Path) -> list[Archive]:
    """The archives at a path, the oldest epoch first. Raises MinekvmError where there is none."""
    if not os.path.lexists(path):
        raise MinekvmError(f"no such archive: {path}", _HINT)
    path = path.resolve()
    if not path.is_dir():
        if not mbox.is_mbox(path):
            raise MinekvmError(f"no mail in {path}", _HINT)
        return [Archive(path, "mbox")]
    if (path / "cur").is_dir() or (path / "new").is_dir():
        return [Archive(path, "maildir")]
    for repository in (path, path / ".git"):
        if (repository / "objects").is_dir() and (repository / "HEAD").is_file():
            return [Archive(repository, "epoch")]
    epochs = [e for folder in (path / "git", path) for e in folder.glob("*.git") if e.is_dir()]
    if not epochs and next(_letters(path), None) is not None:
        return [Archive(path, "letters")]
    if not epochs:
        boxes = [Archive(file, "mbox") for file in sorted(path.iterdir()) if _is_box(file)]
        if boxes:
            return boxes
        raise MinekvmError(f"no archive of mail in {path}", _HINT)
    epochs.sort(key=lambda e: (len(e.name), e.name))
    return [a for epoch in epochs for a in archives(epoch)]


def news(archive: Archive, state: str, known: Callable[[str], bool]) -> News:
    """What an archive has that was not taken in up to a state; "" is the state of nothing.

    `known` tells whether a place was taken in before. Raises MinekvmError, GitFailed.
    """
    if archive.kind == "epoch":
        return _epoch(archive.path, state)
    if archive.kind == "mbox":
        return _mbox(archive.path, state)
    folder = _in_folders if archive.kind == "maildir" else _letters
    return News(False, _files(folder(archive.path), known))


class Shelf:
    """Reads single mails back; a context manager's child: `close` ends its processes."""

    def __init__(self) -> None:
        self._open: dict[str, Objects] = {}

    def close(self) -> None:
        for objects in self._open.values():
            objects.close()
        self._open.clear()

    def read(self, archive: Archive, place: str) -> bytes | None:
        """The mail at a place; None where it cannot be read any more."""
        try:
            if archive.kind == "epoch":
                key = str(archive.path)
                if key not in self._open:
                    self._open[key] = Objects(_mirror(archive.path), _SORT, _LARGEST)
                return self._open[key].read(place)
            if archive.kind == "mbox":
                return mbox.read(archive.path, place, _LARGEST)
            if archive.kind == "letters":
                return _read(archive.path / place) if ".." not in Path(place).parts else None
            return _in_maildir(archive.path, place)
        except (Missing, NotARepository, OSError, EOFError, ValueError):
            return None


# --- public-inbox


def _mirror(archive: Path) -> Path:
    """The shadow of an archive, in which git reads it. Raises NotARepository, CacheFailed."""
    return shadow.open_shadow(discovery.at(archive))


def _epoch(archive: Path, state: str) -> News:
    git_dir = _mirror(archive)
    code, head, _ = process.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], git_dir)
    if code:
        return News(bool(state), iter(()))
    tip = head.decode("ascii").strip()
    if tip == state:
        return News(False, iter(()))
    # An archive whose history was rewritten, as when a mail was purged, is read anew.
    asked = ["merge-base", "--is-ancestor", state, tip]
    afresh = bool(state) and process.run(asked, git_dir)[0] != 0
    span = tip if not state or afresh else f"{state}..{tip}"
    return News(afresh, _commits(git_dir, span))


def _commits(git_dir: Path, span: str) -> Iterator[Item]:
    """The mails that commits brought or took out, the oldest commit first."""
    total = int(process.output(["rev-list", "--count", span, "--"], git_dir))
    arguments = ["log", "--reverse", "--raw", "--root", "--no-abbrev", "--no-renames", "-r", "-m"]
    lines = process.lines([*arguments, "--no-color", "--format=@%H", span, "--"], git_dir)
    with Objects(git_dir, _SORT, _LARGEST) as objects:
        batch: list[tuple[str, str, int]] = []  # blob, commit, its number; no blob to take out
        for number, commit, blob, taken in _changes(lines):
            batch.append((f"-{blob}" if taken else blob, commit, number))
            if len(batch) >= _AT_ONCE:
                yield from _items(objects, batch, total)
                batch = []
        yield from _items(objects, batch, total)


def _changes(lines: Iterator[bytes]) -> Iterator[tuple[int, str, str, bool]]:
    """Each blob that a commit brought or, where its file is `d` or gone, took out.

    Before it the commit, and how many commits came up to it.
    """
    commit, number = "", 0
    for line in lines:
        if line[:1] == b"@":
            commit = line[1:].decode("ascii")
            number += 1
        elif line[:1] == b":":
            about, _, path = line.partition(b"\t")
            _, mode, old, new, _ = about.split(b" ", 4)
            if path == b"d":
                yield number, commit, new.decode("ascii"), True
            elif mode == b"000000":
                # In a v2 archive the next commit's mail takes the file's place: only `d` tells.
                if path != b"m":
                    yield number, commit, old.decode("ascii"), True
            else:
                yield number, commit, new.decode("ascii"), False


def _items(objects: Objects, batch: list[tuple[str, str, int]], total: int) -> Iterator[Item]:
    wanted = [blob for blob, _, _ in batch if blob[0] != "-"]
    contents = objects.read_many(wanted)
    for i, (blob, commit, number) in enumerate(batch):
        raw = None if blob[0] == "-" else next(contents)
        # A commit may bring several mails: it is behind us with the last of them.
        last = i + 1 == len(batch) or batch[i + 1][1] != commit
        yield Item(blob.lstrip("-"), raw, commit if last else "", number, total)
    next(contents, None)  # read to its end, so that git need not be started again


# --- files


def _mbox(path: Path, state: str) -> News:
    try:
        size, start, afresh = mbox.start(path, state)
    except OSError as error:
        raise MinekvmError(f"cannot be read: {path}: {error.strerror}", _HINT) from None
    letters = mbox.letters(path, start, size, _LARGEST) if start < size else iter(())
    return News(
        afresh,
        (
            Item(
                one.place,
                _too_large(one.size) if one.raw is None else one.raw,
                one.state,
                one.end,
                size,
            )
            for one in letters
        ),
    )


def _too_large(size: int) -> Missing:
    return Missing(f"too large to be {_SORT} ({size >> 20} MiB)")


def _files(found: Iterator[tuple[str, Path]], known: Callable[[str], bool]) -> Iterator[Item]:
    """The mails of files that were not taken in, each under its key."""
    fresh = sorted((key, file) for key, file in found if not known(key))
    for done, (key, file) in enumerate(fresh, 1):
        raw: bytes | Missing
        try:
            size = file.stat().st_size
            raw = file.read_bytes() if size <= _LARGEST else _too_large(size)
        except OSError as error:
            raw = Missing(f"unreadable: {error.strerror}")
        yield Item(key, raw, _BY_NAME, done, len(fresh))


def _is_box(file: Path) -> bool:
    """Whether a file of a folder is an mbox, by its name and by how it begins; no link."""
    named = _BOX.search(file.name) is not None
    return named and not file.is_symlink() and mbox.is_mbox(file)


def _letters(path: Path) -> Iterator[tuple[str, Path]]:
    """The `.eml` files of a folder and those below it, by their place in it; no links.

    MH numbers its letters instead.
    """
    for folder, _, names in os.walk(path):
        for name in names:
            file = Path(folder, name)
            named = name.lower().endswith(".eml") or (name.isdecimal() and mbox.is_mbox(file))
            if named and file.is_file() and not file.is_symlink():
                yield file.relative_to(path).as_posix(), file


def _in_folders(path: Path) -> Iterator[tuple[str, Path]]:
    """The files of a maildir by their names without flags."""
    for folder in ("cur", "new"):
        yield from ((_key(name), at / name) for at, name in _names(path / folder))


def _names(folder: Path) -> Iterator[tuple[Path, str]]:
    if folder.is_dir():
        for entry in os.scandir(folder):
            if entry.is_file() and not entry.name.startswith("."):
                yield folder, entry.name


def _key(name: str) -> str:
    """A file's name without the flags, which change as its mail is read and answered."""
    return name.partition(":2,")[0]


def _in_maildir(path: Path, key: str) -> bytes | None:
    for folder in (path / "cur", path / "new"):
        for name in (key, *(n for _, n in _names(folder) if _key(n) == key)):
            if (folder / name).is_file():
                return _read(folder / name)
    return None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)
