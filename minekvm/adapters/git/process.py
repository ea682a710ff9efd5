"""Running git: sealed from the user's configuration, from the network, and from names as options.

Nothing here writes: `GIT_OPTIONAL_LOCKS=0` stops even the index refresh, and no protocol is
allowed, so that a partial clone answers "missing" instead of fetching.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from minekvm.errors import GitFailed

_CHUNK = 1 << 16
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

_SEALED = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "TZ": "UTC",
    # Another owner's clone is only read, and none of its configuration is.
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": "*",
}


def environment(git_dir: Path | None = None, *, literal: bool = True) -> dict[str, str]:
    """The process environment for git: the user's, without its GIT_ variables, sealed."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env |= _SEALED
    if not literal:
        del env["GIT_LITERAL_PATHSPECS"]
    if git_dir is not None:
        env["GIT_DIR"] = os.fspath(git_dir)
    return env


def seal() -> None:
    """Take the user's GIT_ variables from this process, for those who start git unasked."""
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        del os.environ[name]
    os.environ |= {k: v for k, v in _SEALED.items() if k.startswith("GIT_")}
    del os.environ["GIT_LITERAL_PATHSPECS"]


def start(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bool = False,
    literal: bool = True,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start git with pipes on stdout and stderr (and stdin if `feed`), or with the files given.

    Raises GitFailed where git cannot be started.
    """
    try:
        return subprocess.Popen(
            [b"git", *map(os.fsencode, arguments)],
            env=environment(git_dir, literal=literal),
            stdin=subprocess.PIPE if feed else stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed", "install git 2.30 or newer") from None
    except OSError as error:
        raise GitFailed(f"git cannot be started: {error.strerror}", "is it in PATH?") from None


def run(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bytes | None = None,
    literal: bool = True,
    whole: bool = False,
) -> tuple[int, bytes, str]:
    """Run git to its end: (exit code, stdout, first telling line of stderr, or the whole of it)."""
    process = start(arguments, git_dir, feed=feed is not None, literal=literal)
    try:
        out, err = process.communicate(feed)
    except BaseException:  # interrupted: leave nothing running behind
        close(process)
        raise
    complaint = err.decode("utf-8", "replace") if whole else first_line(err)
    return process.returncode, out, complaint


def output(
    arguments: Sequence[str | bytes],
    git_dir: Path | None,
    *,
    feed: bytes | None = None,
    literal: bool = True,
) -> bytes:
    """The stdout of git; GitFailed with its first complaint where it fails."""
    code, out, complaint = run(arguments, git_dir, feed=feed, literal=literal)
    if code:
        raise failed(arguments, complaint)
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
        raise failed(arguments, first_line(err))


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
    return _lines(start(arguments, git_dir, literal=literal, stdin=stdin), arguments, end)


def _lines(
    process: subprocess.Popen[bytes], arguments: Sequence[str | bytes], end: bytes
) -> Iterator[bytes]:
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
        raise failed(arguments, first_line(complaints.read))


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


def failed(arguments: Sequence[str | bytes], complaint: str) -> GitFailed:
    """The error for a git that failed, with a hint where its complaint is a known one."""
    words = [os.fsdecode(a) for a in arguments if not os.fsencode(a).startswith(b"-")]
    verb = words[0] if words else ""
    hint = "`git fsck` in the clone may tell more"
    if speaks_of_objects(complaint):
        hint = "the clone lacks objects (partial, damaged?): fetch them, or narrow --scope, --rev"
    return GitFailed(f"git {verb} failed: {complaint or 'no reason given'}", hint)


def speaks_of_objects(complaint: str) -> bool:
    """Whether git complains of objects that the clone lacks or that are damaged."""
    said = complaint.lower()
    return any(sign in said for sign in _OBJECT_SIGNS)


def first_line(err: bytes) -> str:
    """The first telling line of git's stderr, without its prefix."""
    text = err.decode("utf-8", "replace")
    found = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in found if line.startswith(("fatal:", "error:"))] or found
    return told[0].removeprefix("fatal: ").removeprefix("error: ") if told else ""
