"""Commits as the index takes them in, read from git by a process of its own.

Reading a message costs as much as git needs to find the commit and SQLite to keep it: for a long
history the reading is done beside, and what was read comes over a pipe.
"""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from minekvm.adapters.git import log
from minekvm.adapters.git.log import Logged
from minekvm.core.messages.read import read
from minekvm.core.relate.series import numbered
from minekvm.errors import GitFailed

_BESIDE = 3_000  # commits from which a process of its own pays
_AT_ONCE = 256  # commits sent at once
_TOUCHES = 10_000  # or touched files
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
"""About, parents, touches, trailers (line, key, value), mentions, series (which mention, key,
number), message: plain values all through, so that they can be sent."""


def entry(commit: Logged) -> Entry:
    """A commit of the log with what its message says."""
    said = read(commit.message)
    mentions: list[Mention] = [
        (m.kind, m.rule, m.hash, m.subject, m.target, m.first, m.last, m.quote)
        for m in said.mentions
    ]
    series = [
        (nth, place.key, place.number)
        for nth, m in enumerate(said.mentions)
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
        [(t.line, t.key, t.value) for t in said.trailers],
        mentions,
        series,
        commit.message,
    )


def entries(git_dir: Path, listed: Path, total: int) -> Iterator[list[Entry]]:
    """The commits of a listing, in its order, some at a time. Raises GitFailed."""
    if total < _BESIDE:
        yield from _read(git_dir, listed)
        return
    spawning = multiprocessing.get_context("spawn")  # a fork would inherit locks
    receiver, sender = spawning.Pipe(duplex=False)
    reader = spawning.Process(target=_send, args=(sender, git_dir, listed), daemon=True)
    reader.start()
    sender.close()
    try:
        while some := marshal.loads(receiver.recv_bytes()):
            if isinstance(some, str):
                raise GitFailed(some)
            yield some
    except EOFError:
        raise GitFailed("the process that reads the commits ended early") from None
    finally:
        reader.kill()
        reader.join()
        receiver.close()


def _send(sender: Connection, git_dir: Path, listed: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asked hears it, and ends us
    gc.set_threshold(_RARELY)  # many small values and no cycles
    try:
        try:
            for some in _read(git_dir, listed):
                sender.send_bytes(marshal.dumps(some))
            sender.send_bytes(marshal.dumps([]))
        except GitFailed as failure:
            sender.send_bytes(marshal.dumps(failure.message))
    except OSError:  # nobody listens any more
        os._exit(1)


def _read(git_dir: Path, listed: Path) -> Iterator[list[Entry]]:
    some: list[Entry] = []
    touches = 0
    for part in log.in_parts(listed):
        for commit in log.read(git_dir, part):
            some.append(entry(commit))
            touches += len(commit.touched or ())
            if len(some) == _AT_ONCE or touches >= _TOUCHES:
                yield some
                some, touches = [], 0
    if some:
        yield some
