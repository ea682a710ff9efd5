"""What git tells of the past of files: what a commit did to them line by line, and who did before.

One walk gives every version's diff, from which the core follows lines further back than `git blame`
does, and reads who first wrote a name. White space does not count as a change.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from minekvm.adapters.git import long_walks, process
from minekvm.adapters.git.commits import decode, iso
from minekvm.adapters.git.object_folders import unquoted
from minekvm.core.file_kinds import is_c
from minekvm.core.model import BlobId, Commit, CommitId, Gap
from minekvm.core.origins.lines import FileEdit, Hunk, Record
from minekvm.errors import GitFailed

_BYTES = 48 << 20  # of diffs that are read of one past
_MOST = 200  # files of a commit that are compared line by line
_HOPS = 8  # file renames that are followed
_RENAME_LIMIT = 1_000
_START, _FIELD, _END = b"\x01", b"\x02", b"\x03"  # around and in a commit's head
_HEAD = "%x01%H%x02%P%x02%an%x02%ae%x02%at%x02%ct%x02%B%x03"
_PATCH = ["-p", "-U0", "-w", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"]
_DIFF = [*_PATCH, "--raw", "--no-abbrev", "--root"]
_QUOTING = ["-c", "core.quotePath=false"]
_HUNK = re.compile(rb"@@ -(\d++)(?:,(\d++))?+ \+(\d++)(?:,(\d++))?+ @@")
_INDEX = re.compile(rb"index ([0-9a-f]++)\.\.([0-9a-f]++)")
_RENAMED = (b"R", b"C")


@dataclass
class _Entry:
    """A raw line of a diff: paths, blobs, and whether the file is new here."""

    old_path: str
    path: str
    old: bytes
    new: bytes
    regular: tuple[bool, bool]
    status: bytes

    def edit(self, hunks: Sequence[Hunk]) -> FileEdit:
        old, new = (
            BlobId(blob.decode("ascii")) if regular and blob.strip(b"0") else None
            for blob, regular in zip((self.old, self.new), self.regular, strict=True)
        )
        return FileEdit(self.old_path, self.path, old, new, tuple(hunks))


@dataclass
class _Reading:
    """The diffs of one commit, as their lines come."""

    commit: Commit | None = None
    entries: list[_Entry] = field(default_factory=list)
    hunks: dict[tuple[bytes, bytes], list[Hunk]] = field(default_factory=dict)
    _here: list[Hunk] | None = None
    _places: tuple[int, int] = (0, 0)
    _wanted: tuple[int, int] = (0, 0)
    _old: list[bytes] = field(default_factory=list)
    _new: list[bytes] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        sign = line[:1]
        if sign == b"-" and len(self._old) < self._wanted[0]:
            self._old.append(line[1:])
        elif sign == b"+" and len(self._new) < self._wanted[1]:
            self._new.append(line[1:])
        elif sign == b"@":
            self._close()
            match = _HUNK.match(line)
            if match is not None and self._here is not None:
                old, many, new, more = match.groups()
                self._places = int(old), int(new)
                self._wanted = int(many or 1), int(more or 1)
        elif sign == b":":
            self.entries.append(_entry(line))
        elif sign == b"d":
            self._close()
            self._here = None
        elif sign == b"i":
            match = _INDEX.match(line)
            if match is not None:
                self._close()
                self._here = self.hunks.setdefault((match.group(1), match.group(2)), [])
                self._here.clear()  # two files with the same content changed alike

    def _close(self) -> None:
        if self._here is not None and self._wanted != (0, 0):
            old, new = self._places
            self._here.append(Hunk(old, tuple(self._old), new, tuple(self._new)))
        self._wanted, self._old, self._new = (0, 0), [], []

    def edits(self) -> tuple[FileEdit, ...]:
        self._close()
        return tuple(e.edit(self.hunks.get((e.old, e.new), ())) for e in self.entries)


def _entry(line: bytes) -> _Entry:
    """`:100644 100644 <old> <new> R090<tab>path<tab>path`."""
    about, *paths = line.split(b"\t")
    old_mode, new_mode, old, new, status = about[1:].split()
    names = [os.fsdecode(unquoted(p)) for p in paths]
    regular = (old_mode.startswith(b"100"), new_mode.startswith(b"100"))
    return _Entry(names[0], names[-1], old, new, regular, status)


def edits(
    git_dir: Path, commit: CommitId, parent: CommitId | None, most: int = _MOST
) -> tuple[tuple[FileEdit, ...], list[Gap]]:
    """What a commit did to files against a parent (None: the empty tree), and what is not known.

    File renames are paired. C comes first, and only so many files are compared line by line: what a
    first commit brought in never is. Where an object is missing, each is compared on its own.
    """
    listing = [*_QUOTING, "diff-tree", "-r", "--no-commit-id", "--raw", "--no-abbrev"]
    sides = ["--root", commit] if parent is None else [parent, commit]
    gaps: list[Gap] = []
    pairing = [] if parent is None else ["-M", f"-l{_RENAME_LIMIT}"]
    code, out, complaint = process.run([*listing, *pairing, *sides], git_dir)
    if code:
        gaps.append(Gap("files renamed with a change", complaint, commit=commit))
        out = process.output([*listing, *sides], git_dir)
    entries = [_entry(line) for line in out.split(b"\n") if line[:1] == b":"]
    entries.sort(key=lambda e: not is_c(e.path))
    hunks: dict[tuple[bytes, bytes], list[Hunk]] = {}
    if parent is not None and entries:
        diff = [*_QUOTING, "diff-tree", "-r", "--no-commit-id", *_PATCH]
        diff += [*([] if code else pairing), *sides]
        hunks = _compared(git_dir, diff, entries[:most], gaps)
    return tuple(e.edit(hunks.get((e.old, e.new), ())) for e in entries), gaps


def _compared(
    git_dir: Path, diff: Sequence[str], entries: Sequence[_Entry], gaps: list[Gap]
) -> dict[tuple[bytes, bytes], list[Hunk]]:
    """The hunks of files by their blobs; those that cannot be read become gaps."""
    paths = dict.fromkeys(p for e in entries for p in (e.old_path, e.path))
    code, out, complaint = process.run([*diff, "--", *paths], git_dir)
    if code and len(entries) > 1:
        found: dict[tuple[bytes, bytes], list[Hunk]] = {}
        for entry in entries:
            found |= _compared(git_dir, diff, [entry], gaps)
        return found
    if code:
        gaps.append(Gap("file", complaint, path=entries[0].path))
        return {}
    return _read(out).hunks


def _read(out: bytes) -> _Reading:
    reading = _Reading()
    for line in out.split(b"\n"):
        reading.take(line)
    reading.edits()
    return reading


@dataclass
class Past:
    """The commits that changed some files, newest first, and what could not be read of them.

    Those that `stop` has behind it are left out. With `spaces` white space counts as a change.
    """

    stop: CommitId | None = None
    spaces: bool = False
    records: list[Record] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _left: int = _BYTES

    def read(self, git_dir: Path, start: CommitId, paths: Sequence[str]) -> None:
        """Add the commits from `start` back that changed the paths, also under former names."""
        todo = [(start, tuple(paths))]
        for hops in range(_HOPS + 1):
            if not todo:
                return
            begin, names = todo.pop(0)
            at = len(self.records)
            self._walk(git_dir, begin, names)
            for index in range(at, len(self.records)):
                former = self._renamed(git_dir, index, names)
                todo += former
            if hops == _HOPS and todo:
                why = f"renamed more than {_HOPS} times: what is older is not looked at"
                self.gaps.append(Gap("former names", why, path=todo[0][1][0]))

    def _walk(self, git_dir: Path, start: CommitId, paths: Sequence[str]) -> None:
        """The same for these names alone; one by one where an object is missing."""
        before = len(self.records)
        try:
            self._take(git_dir, start, paths)
        except GitFailed as failure:
            if len(paths) == 1 or not process.speaks_of_objects(failure.message):
                why = f"{failure.message}: what is older is not looked at"
                self.gaps.append(Gap("history", why, path=paths[0]))
                return
            del self.records[before:]
            for path in paths:
                self._walk(git_dir, start, [path])

    def _take(self, git_dir: Path, start: CommitId, paths: Sequence[str]) -> None:
        diff = [a for a in _DIFF if a != "-w" or not self.spaces]
        diff += ["-m", "--no-renames", "--encoding=UTF-8", f"--format={_HEAD}"]
        walk = ["-m", start, *([f"^{self.stop}"] if self.stop else [])]
        shown = long_walks.shown(git_dir, walk, diff, paths, settings=_QUOTING)
        for record, size in _records(shown):
            self._left -= size
            if self._left < 0:
                why = f"more than {_BYTES >> 20} MiB of changes: the oldest are not looked at"
                self.gaps.append(Gap("history", why, path=paths[0]))
                return
            self.records.append(record)

    def _renamed(
        self, git_dir: Path, index: int, paths: Sequence[str]
    ) -> list[tuple[CommitId, tuple[str, ...]]]:
        """Tell a record's file renames, and from where to go on under which former names."""
        record = self.records[index]
        fresh = {e.path for e in record.edits if e.old is None and e.path in paths}
        if not fresh or len(record.commit.parents) != 1:
            return []
        found = _origins(git_dir, record.commit, fresh)
        if not found:
            return []
        edits = [found.get(e.path, e) if e.old is None else e for e in record.edits]
        self.records[index] = replace(record, edits=tuple(edits))
        former = tuple(dict.fromkeys(e.old_path for e in found.values()))
        return [(record.commit.parents[0], former)]


def _origins(git_dir: Path, commit: Commit, fresh: set[str]) -> dict[str, FileEdit]:
    """The edits by which a commit made new files out of others, by new path."""
    arguments = [*_QUOTING, "diff-tree", "-r", "-M", "-C", "--no-commit-id"]
    arguments += [f"-l{_RENAME_LIMIT}", "--raw", "--no-abbrev", commit.parents[0], commit.id]
    code, out, _ = process.run(arguments, git_dir)
    if code:
        return {}
    found: dict[str, FileEdit] = {}
    for line in out.split(b"\n"):
        entry = _entry(line) if line[:1] == b":" else None
        if entry is None or entry.path not in fresh or entry.status[:1] not in _RENAMED:
            continue
        code, out, _ = process.run(["diff", *_PATCH, entry.old, entry.new], git_dir)
        hunks = {} if code else _read(out).hunks
        found[entry.path] = entry.edit(next(iter(hunks.values()), []))
    return found


def _records(lines: Iterator[bytes]) -> Iterator[tuple[Record, int]]:
    """The records in a log's lines, each with the bytes it took."""
    reading, size = _Reading(), 0
    for line in lines:
        size += len(line) + 1
        if line[:1] == _START:
            if reading.commit is not None:
                yield Record(reading.commit, reading.edits()), size
            head = [line]
            while not head[-1].endswith(_END):
                head.append(next(lines, _END))
            reading, size = _Reading(_commit(b"\n".join(head)[1:-1])), 0
        else:
            reading.take(line)
    if reading.commit is not None:
        yield Record(reading.commit, reading.edits()), size


def _commit(head: bytes) -> Commit:
    ident, parents, name, email, authored, committed, message = head.split(_FIELD, 6)
    text = decode(message)
    return Commit(
        id=CommitId(ident.decode("ascii")),
        parents=tuple(map(CommitId, parents.decode("ascii").split())),
        author=decode(name),
        email=decode(email),
        authored=iso(int(authored or 0), "+0000"),
        committed=int(committed or 0),
        subject=text.lstrip("\n").split("\n", 1)[0].strip(),
        message=text,
    )


def blob_hunks(git_dir: Path, old: BlobId, new: BlobId) -> tuple[Hunk, ...]:
    """How two versions of a file differ, white space as well."""
    diff = ["diff", "--histogram", *(a for a in _PATCH if a != "-w"), old, new]
    code, out, complaint = process.run(diff, git_dir)
    if code > 1:
        raise process.failed(diff, complaint)
    return tuple(next(iter(_read(out).hunks.values()), ()))


def holds_more(git_dir: Path, commit: CommitId, files: int) -> bool:
    """Whether a commit's tree has more than so many files."""
    names = process.lines(["ls-tree", "-r", "--name-only", "-z", commit], git_dir, end=b"\0")
    try:
        return sum(1 for _ in islice(names, files + 1)) > files
    except GitFailed:
        return False


def sizes(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, int]:
    """How many files each commit changed; 0 for merges. Empty where objects are missing."""
    feed = "".join(f"{c}\n" for c in commits).encode("ascii")
    arguments = ["diff-tree", "--stdin", "-r", "--root", "--raw", "--no-renames"]
    _, out, _ = process.run(arguments, git_dir, feed=feed)
    found = dict.fromkeys(commits, 0)
    current = CommitId("")
    for line in out.split(b"\n"):
        if line[:1] == b":":
            found[current] += 1
        elif line:
            current = CommitId(line.decode("ascii"))
    return found


def writers(git_dir: Path, start: CommitId, path: str, line: int, since: int) -> set[CommitId]:
    """Who last wrote a line and the next one, if that was after some second; empty if unreadable.

    Git goes back no further than that, which keeps it cheap in long histories.
    """
    asked = ["blame", "-w", "--porcelain", f"--since={max(since, 100_000_000)}"]
    code, out, _ = process.run([*asked, "-L", f"{line},+2", start, "--", path], git_dir)
    found = [part.split(b" ", 1)[0] for part in out.split(b"\n")] if code == 0 else []
    return {CommitId(h.decode("ascii")) for h in found if len(h) >= 40 and h.isalnum()}
