"""Running git, on a shadow or on no repository at all, in an environment built from nothing.

Nothing here writes: `GIT_OPTIONAL_LOCKS=0` stops even the index refresh, and no protocol is
allowed, so that a partial clone answers "missing" instead of fetching. Only where it is given a
folder of `objects` of its own, which borrows from nobody, may git make some there.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import IO

from minekvm.adapters.git import sealed
from minekvm.errors import GitFailed

_CHUNK = 1 << 16
_NOWHERE = "/"  # the folder git runs in: what lies in the user's is none of its business
_FAILING = ("fatal:", "error:")
_SAID = (*_FAILING, "warning:", "hint:")  # how lines of git's own begin
_LONGEST = 600  # characters of a complaint that are shown
_WIDE = 1 << 20  # bytes of a widened pipe
_OBJECT_SIGNS = (
    "unable to read",
    "could not read",
    "cannot read",
    "missing",
    "bad object",
    "corrupt",
    "inflate",
    "unable to unpack",
    "is empty",
    "packfile",
    "pack has bad",
    "not a tree",
    "not a valid object",
    "unable to parse",
)

_failures = 0


def start(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bool = False,
    literal: bool = True,
    of_user: bool = False,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    objects: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start git with pipes on stdout and stderr (and stdin if `feed`), or with the files given.

    It runs on `git_dir` (None: on no repository), with the user's configuration only if `of_user`,
    and with no objects but those in a folder if `objects` names one. Raises GitFailed where git
    cannot be started.
    """
    environment = (
        sealed.environment_of_user() if of_user else sealed.environment(git_dir, literal=literal)
    )
    if objects is not None:
        environment["GIT_OBJECT_DIRECTORY"] = os.fspath(objects)
    try:
        return subprocess.Popen(
            [b"git", *map(os.fsencode, arguments)],
            env=environment,
            cwd=_NOWHERE,
            stdin=subprocess.PIPE if feed else stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed", "install git 2.34 or newer") from None
    except ValueError:  # a name from a file of queries
        raise GitFailed("no name in git holds a NUL byte", "leave it out") from None
    except OSError as error:
        raise GitFailed(f"git cannot be started: {error.strerror}", "is it in PATH?") from None


def run(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bytes | None = None,
    literal: bool = True,
    of_user: bool = False,
    whole: bool = False,
    objects: Path | None = None,
) -> tuple[int, bytes, str]:
    """Run git to its end: (exit code, stdout, its complaint or, if `whole`, all of stderr)."""
    process = start(
        arguments,
        git_dir,
        feed=feed is not None,
        literal=literal,
        of_user=of_user,
        objects=objects,
    )
    try:
        out, err = process.communicate(feed)
    except BaseException:  # interrupted: leave nothing running behind
        close(process)
        raise
    reason = err.decode("utf-8", "replace") if whole else complaint(err)
    return process.returncode, out, reason


def output(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bytes | None = None,
    literal: bool = True,
) -> bytes:
    """The stdout of git; GitFailed with its complaint where it fails."""
    code, out, reason = run(arguments, git_dir, feed=feed, literal=literal)
    if code:
        raise failed(arguments, reason)
    return out


def pass_through(
    arguments: Sequence[str | bytes], git_dir: Path, stdin: IO[bytes], stdout: IO[bytes]
) -> None:
    """Run git from one file into another. Raises GitFailed where it fails."""
    process = start(arguments, git_dir, stdin=stdin, stdout=stdout)
    try:
        _, err = process.communicate()
    except BaseException:
        close(process)
        raise
    if process.returncode:
        raise failed(arguments, complaint(err))


def lines(
    arguments: Sequence[str | bytes],
    git_dir: Path,
    *,
    end: bytes = b"\n",
    literal: bool = True,
    stdin: IO[bytes] | None = None,
) -> Iterator[bytes]:
    """The lines of git's stdout as they come, without the `end` that each has.

    git starts at once, before the first is asked for. A reader that stops early ends the process.
    Raises GitFailed at the end if git failed.
    """
    return read(start(arguments, git_dir, literal=literal, stdin=stdin), arguments, end)


def read(
    process: subprocess.Popen[bytes], arguments: Sequence[str | bytes], end: bytes
) -> Iterator[bytes]:
    """The same of a git that was started with these arguments, with pipes."""
    assert process.stdout is not None
    assert process.stderr is not None
    widen(process)
    # Read beside: a pipe that nobody empties would stop git once it is full.
    complaints = _Reader(process.stderr)
    complaints.start()
    try:
        rest = b""
        while chunk := os.read(process.stdout.fileno(), _CHUNK):
            *whole, rest = (rest + chunk).split(end)
            yield from whole
        if rest:
            yield rest
        code = process.wait()
    finally:
        process.kill()
        complaints.join()
        close(process)
    if code:
        raise failed(arguments, complaint(complaints.read))


def widen(process: subprocess.Popen[bytes]) -> None:
    """Let git run ahead of us: give its stdout the largest pipe that Linux allows to anyone."""
    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None and process.stdout is not None:
        with suppress(OSError):
            fcntl.fcntl(process.stdout, resize, _WIDE)


class _Reader(threading.Thread):
    """Reads a pipe to its end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self.read = b""

    def run(self) -> None:
        self.read = self._pipe.read()


def close(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and wait for it."""
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def failures() -> int:
    """How often git has failed in this process so far, however that was dealt with."""
    return _failures


def failed(arguments: Sequence[str | bytes], why: str) -> GitFailed:
    """The error for a git that failed, with a hint where its complaint is a known one."""
    global _failures  # noqa: PLW0603 - whoever remembers answers asks whether git failed meanwhile
    _failures += 1
    words = [os.fsdecode(a) for a in arguments]
    words = [w for w, before in zip(words, ["", *words], strict=False) if before != "-c"]
    verb = next((w for w in words if not w.startswith("-")), "")
    hint = "`git fsck` in the clone may tell more"
    if speaks_of_objects(why):
        hint = "the clone lacks objects (partial, damaged?): fetch them, or narrow --scope, --rev"
    return GitFailed(f"git {verb} failed: {why or 'no reason given'}", hint)


def speaks_of_objects(why: str) -> bool:
    """Whether git complains of objects that the clone lacks or that are damaged."""
    words = why.lower()
    return any(sign in words for sign in _OBJECT_SIGNS)


def complaint(err: bytes) -> str:
    """git's first complaint on stderr in one line, with the lines that go on with it."""
    lines = [line.strip() for line in err.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line]
    first = next((n for n, line in enumerate(lines) if line.startswith(_FAILING)), 0)
    whole = lines[first : first + 1]
    whole += takewhile(lambda line: not line.startswith(_SAID), lines[first + 1 :])
    text = " ".join(whole).removeprefix("fatal: ").removeprefix("error: ")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
