"""The whole log as a stream: each commit with its people, dates, message and touched C files.

`git rev-list` names the commits, which costs a tenth of the rest and tells how many there are;
`git diff-tree --stdin` is then given them in parts, so that what git remembers of a part goes with
it and a broken commit costs only its own files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from minekvm.adapters.files.folder import Folder
from minekvm.adapters.files.own import scratch
from minekvm.adapters.git import process
from minekvm.adapters.git.commits import decode, iso
from minekvm.core.file_kinds import is_source
from minekvm.errors import GitFailed

_PART = 4096  # commits that one git process is given
_PATIENCE = 8  # broken commits of a part after which the others' files are not asked for
_FORMAT = "@%H%n%P%n%an%n%ae%n%ad%n%cn%n%ce%n%cd%n%B"
# A walk without a commit-graph goes through the whole pack: not all of it need be mapped at once.
_MAPPED = ("-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=64m")
_SHOWN = (
    "--stdin",
    "-z",
    "--no-notes",
    "--no-show-signature",
    "--no-color",
    "--encoding=UTF-8",
    "--date=raw",
    f"--format={_FORMAT}",
)
_FILES = ("-r", "--raw", "--root", "--always", "--no-renames", "--no-abbrev", "--no-ext-diff")
_WITH_FILES = ("diff-tree", *_SHOWN, *_FILES, "--ignore-submodules=none")
_WITHOUT = ("log", "--no-walk=unsorted", *_SHOWN, "--no-patch")


@dataclass(frozen=True, slots=True)
class Touch:
    """A C file that a commit changed against its only parent; None where a side has no file."""

    path: str
    old: bytes | None
    new: bytes | None


@dataclass(frozen=True, slots=True)
class Logged:
    """A commit of the log.

    Ids are raw bytes; dates are ISO 8601 with offset, `committed` also in seconds since the
    epoch. `touched` is empty for merges, and None where the trees could not be read.
    """

    id: bytes
    parents: tuple[bytes, ...]
    author: tuple[str, str]
    authored: str
    committer: tuple[str, str]
    committed: int
    message: str
    touched: tuple[Touch, ...] | None

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.lstrip("\n").split("\n", 1)[0].strip()


def listing(
    git_dir: Path, tips: Sequence[str], known: Iterable[str], into: Folder, name: str
) -> Path:
    """Write a new file with the ids of the commits to read, newest first, a line each.

    Those are reachable from `tips` but from none of `known`, of which git ignores what the clone
    no longer has. Raises GitFailed.
    """
    with scratch() as fed, into.create(name) as out:
        fed.write("".join(f"{t}\n" for t in (*tips, *(f"^{k}" for k in known))).encode("ascii"))
        fed.seek(0)
        arguments = [*_MAPPED, "rev-list", "--reverse", "--ignore-missing", "--stdin"]
        process.pass_through(arguments, git_dir, fed, out)
    return into.path / name


def reachable(git_dir: Path, rev: str) -> Iterator[bytes]:
    """The raw ids of the commits that one reaches, newest first, none before its children."""
    for line in process.lines([*_MAPPED, "rev-list", "--date-order", rev], git_dir):
        yield bytes.fromhex(line.decode("ascii"))


def length(listed: Path) -> int:
    """How many commits a listing names."""
    with listed.open("rb") as file:
        width = len(file.readline())
    return listed.stat().st_size // width if width else 0


def in_parts(listed: Path) -> Iterator[list[bytes]]:
    """The raw ids of a listing, in its order, part by part."""
    with listed.open("rb") as file:
        while lines := [line for _ in range(_PART) if (line := file.readline())]:
            yield [bytes.fromhex(line.decode("ascii")) for line in lines]


def read(git_dir: Path, commits: Sequence[bytes]) -> Iterator[Logged]:
    """The commits with these ids, in their order; what no git can read at all is left out."""
    left, broken = list(commits), 0
    while left:
        done = 0
        try:
            for logged in _read(git_dir, left, files=broken < _PATIENCE):
                yield logged
                done += 1
            return
        except GitFailed:
            # git gave up on the next one or on the one behind it, before the next was told.
            broken += 1
            left = left[done:]
            yield from _alone(git_dir, left[0])
            left = left[1:]


def read_existing(git_dir: Path, commits: Sequence[bytes]) -> Iterator[Logged]:
    """Those of some commits that the clone still has, without their files."""
    there = _there(git_dir, [c.hex() for c in commits])
    yield from _read(git_dir, [c for c in commits if c.hex() in there], files=False)


def all_there(git_dir: Path, commits: Sequence[str]) -> bool:
    """Whether the clone has every one of some commits."""
    return len(_there(git_dir, commits)) == len(commits)


def _there(git_dir: Path, commits: Sequence[str]) -> set[str]:
    asked = "".join(f"{c}\n" for c in commits).encode("ascii")
    checked = process.output(["cat-file", "--batch-check"], git_dir, feed=asked)
    lines = zip(commits, checked.splitlines(), strict=True)
    return {commit for commit, line in lines if b" commit " in line}


def _alone(git_dir: Path, commit: bytes) -> Iterator[Logged]:
    """A commit, without its files where they cannot be read; nothing where it cannot be."""
    for files in (True, False):
        try:
            yield from list(_read(git_dir, [commit], files=files))
            return
        except GitFailed:
            continue


def _read(git_dir: Path, commits: Sequence[bytes], *, files: bool) -> Iterator[Logged]:
    arguments = _WITH_FILES if files else _WITHOUT
    with scratch() as fed:
        fed.write(b"".join(c.hex().encode("ascii") + b"\n" for c in commits))
        fed.seek(0)
        fields = process.lines(arguments, git_dir, end=b"\0", stdin=fed)
        yield from _parsed(fields, files=files)


def _parsed(fields: Iterator[bytes], *, files: bool) -> Iterator[Logged]:
    """The commits among the fields of `diff-tree -z --raw --format`."""
    head = b""
    touched: list[Touch] = []
    for field in fields:
        start = field.lstrip(b"\n")
        sign = start[:1]
        if sign == b"@":
            if head:
                yield _logged(head, tuple(touched) if files else None)
            head, touched = start, []
        elif sign == b":":
            path = os.fsdecode(next(fields, b""))
            if is_source(path):
                touched.append(_touch(path, start))
    if head:
        yield _logged(head, tuple(touched) if files else None)


def _touch(path: str, entry: bytes) -> Touch:
    old_mode, new_mode, old, new, _ = entry.split(b" ", 4)
    return Touch(path, _blob(old_mode[1:], old), _blob(new_mode, new))


def _blob(mode: bytes, blob: bytes) -> bytes | None:
    """The raw id of a regular file; None for absent files, symbolic links and submodules."""
    return bytes.fromhex(blob.decode("ascii")) if mode.startswith(b"100") else None


def _logged(head: bytes, touched: tuple[Touch, ...] | None) -> Logged:
    id_, parents, name, email, authored, c_name, c_email, committed, body = head.split(b"\n", 8)
    message = decode(body)
    return Logged(
        id=bytes.fromhex(id_[1:].decode("ascii")),
        parents=tuple(bytes.fromhex(p.decode("ascii")) for p in parents.split()),
        author=(decode(name), decode(email)),
        authored=iso(*_date(authored)),
        committer=(decode(c_name), decode(c_email)),
        committed=_date(committed)[0],
        message=message,
        touched=touched,
    )


def _date(raw: bytes) -> tuple[int, str]:
    """Seconds and zone of git's raw date; the epoch where git could not read it."""
    seconds, _, zone = raw.partition(b" ")
    try:
        return int(seconds), zone.decode("ascii") or "+0000"
    except ValueError:
        return 0, "+0000"
