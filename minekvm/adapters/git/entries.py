"""Commits as the index takes them in, read from git by a process of its own.

Reading a message costs as much as git needs to find the commit and SQLite to keep it: for a long
history the reading is done beside, and what was read comes over a pipe.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from minekvm.adapters import interpreter
from minekvm.adapters.git import log, process
from minekvm.adapters.git.log import Logged
from minekvm.core.messages.read import read
from minekvm.core.messages.trailers import names_a_change, names_people, searchable
from minekvm.core.relate.series import numbered
from minekvm.errors import GitFailed

_BESIDE = 3_000  # commits from which a process of its own pays
_AT_ONCE = 256  # commits sent at once
_TOUCHES = 10_000  # or touched files
_LENGTH = 8  # bytes that say how long what follows is
_RARELY = 200_000  # new values between two looks for garbage

About = tuple[bytes, tuple[str, str], str, tuple[str, str], int, str, int]
"""Raw id, author, authored, committer, committed, subject, whether the files are unread."""
Touch = tuple[bytes, bytes | None, bytes | None]
"""Path and raw blob ids as in `log.Touch`."""
Mention = tuple[str, str, str, str, str, int, int, str]
"""The fields of `references.Mention`."""
Entry = tuple[
    About,
    tuple[bytes, ...],
    list[Touch],
    list[tuple[int, str, str]],
    list[Mention],
    list[tuple[int, str, int]],
    str,
]
"""About, parents, touches, trailers of people and changes (line, key, value), mentions, series
(which mention, key, number), the text to be searched: plain values, so that they can be sent."""


def entry(commit: Logged) -> Entry:
    """A commit of the log with what its message says."""
    message = read(commit.message)
    mentions: list[Mention] = [
        (m.kind, m.rule, m.hash, m.subject, m.target, m.first, m.last, m.quote)
        for m in message.mentions
    ]
    series = [
        (nth, place.key, place.number)
        for nth, m in enumerate(message.mentions)
        if m.kind == "link" and (place := numbered(m.target)) is not None
    ]
    return (
        (
            commit.id,
            commit.author,
            commit.authored,
            commit.committer,
            commit.committed,
            commit.subject,
            int(commit.touched is None),
        ),
        commit.parents,
        [(os.fsencode(t.path), t.old, t.new) for t in commit.touched or ()],
        [
            (t.line, t.key, t.value)
            for t in message.trailers
            if names_people(t.key) or names_a_change(t.key)
        ],
        mentions,
        series,
        searchable(commit.message, message),
    )


def searched(commit: Logged) -> tuple[str, str]:
    """A commit's subject and text as the full text of an index has them."""
    return commit.subject, searchable(commit.message, read(commit.message))


def entries(git_dir: Path, listed: Path, total: int) -> Iterator[list[Entry]]:
    """The commits of a listing, in its order, some at a time. Raises GitFailed."""
    if total < _BESIDE:
        yield from _read(git_dir, listed)
        return
    reader = interpreter.start(__name__, git_dir, listed)
    assert reader.stdout is not None
    try:
        while batch := _received(reader.stdout):
            if isinstance(batch, str):
                raise GitFailed(batch)
            yield batch
    finally:
        process.close(reader)


def serve(git_dir: str, listed: str) -> None:
    """The process beside: write the entries of a listing to stdout, and an empty list at the end.

    A failure of git's is sent as its message instead.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asked hears it, and ends us
    gc.set_threshold(_RARELY)  # many small values and no cycles
    out = sys.stdout.buffer
    try:
        try:
            for batch in _read(Path(git_dir), Path(listed)):
                _send(out, batch)
            _send(out, [])
        except GitFailed as failure:
            _send(out, failure.message)
        out.flush()
    except OSError:  # nobody listens any more
        os._exit(1)


def _send(out: IO[bytes], sent: list[Entry] | str) -> None:
    data = marshal.dumps(sent)
    out.write(len(data).to_bytes(_LENGTH, "big"))
    out.write(data)


def _received(pipe: IO[bytes]) -> list[Entry] | str:
    """What `_send` sent. Raises GitFailed where the pipe ends before."""
    length = int.from_bytes(pipe.read(_LENGTH), "big")
    data = pipe.read(length)
    if not length or len(data) < length:
        raise GitFailed("the process that reads the commits ended early")
    received: list[Entry] | str = marshal.loads(data)
    return received


def _read(git_dir: Path, listed: Path) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    touches = 0
    for part in log.in_parts(listed):
        for commit in log.read(git_dir, part):
            batch.append(entry(commit))
            touches += len(commit.touched or ())
            if len(batch) == _AT_ONCE or touches >= _TOUCHES:
                yield batch
                batch, touches = [], 0
    if batch:
        yield batch
