"""Blame in the very form of `git blame --porcelain`, for editors and scripts that read that.

Entries are runs of lines that stood in a row in the commit that wrote them. A commit is described
where it is named first; where its lines come from several paths, the path is told each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from minekvm.core.blame.model import Blame, Line
from minekvm.core.model import CommitId


def text(found: Blame) -> bytes:
    """The whole output."""
    return b"".join(_entries(found))


def _entries(found: Blame) -> Iterator[bytes]:
    paths: dict[CommitId, set[str]] = {}
    for line in found.lines:
        paths.setdefault(line.commit, set()).add(line.old_path)
    described: set[CommitId] = set()
    for run in _runs(found.lines):
        first = run[0]
        for number, line in enumerate(run):
            many = f" {len(run)}" if number == 0 else ""
            yield f"{line.commit} {line.old_line} {line.line}{many}\n".encode("ascii")
            if number == 0 and first.commit not in described:
                described.add(first.commit)
                yield from _about(found, first)
                yield from _file(found, first)
            elif number == 0 and len(paths[first.commit]) > 1:
                yield from _file(found, first)
            yield b"\t" + _bytes(line.text) + b"\n"


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that follow one another here as in the commit that wrote them."""
    run: list[Line] = []
    for line in lines:
        if run and not (
            (line.path, line.commit, line.old_path)
            == (run[-1].path, run[-1].commit, run[-1].old_path)
            and line.line == run[-1].line + 1
            and line.old_line == run[-1].old_line + 1
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _about(found: Blame, line: Line) -> Iterator[bytes]:
    commit, origin = found.commits[line.commit], found.origins[line.commit]
    rows = (
        ("author", commit.author),
        ("author-mail", f"<{commit.email}>"),
        ("author-time", str(origin.author_time)),
        ("author-tz", origin.author_zone),
        ("committer", origin.committer),
        ("committer-mail", f"<{origin.committer_email}>"),
        ("committer-time", str(origin.committer_time)),
        ("committer-tz", origin.committer_zone),
        ("summary", commit.subject or f"({commit.id})"),
    )
    yield b"".join(f"{key} ".encode() + _bytes(value) + b"\n" for key, value in rows)
    if origin.boundary:
        yield b"boundary\n"


def _file(found: Blame, line: Line) -> Iterator[bytes]:
    previous = found.previous.get((line.commit, line.old_path))
    if previous is not None:
        yield f"previous {previous[0]} ".encode("ascii") + _quoted(previous[1]) + b"\n"
    yield b"filename " + _quoted(line.old_path) + b"\n"


def _quoted(path: str) -> bytes:
    """A path as git writes it: in quotes where it has signs that a line cannot hold."""
    raw = os.fsencode(path)
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return raw
    return b'"' + b"".join(_escaped(byte) for byte in raw) + b'"'


def _escaped(byte: int) -> bytes:
    known = b'a\x07b\x08t\x09n\x0av\x0bf\x0cr\x0d""\\\\'
    for letter, value in zip(known[::2], known[1::2], strict=True):
        if byte == value:
            return b"\\" + bytes((letter,))
    return bytes((byte,)) if 32 <= byte < 127 else b"\\%03o" % byte


def _bytes(words: str) -> bytes:
    return words.encode("utf-8", "surrogateescape")
