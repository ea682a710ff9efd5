"""Run minekvm: in this process where that is enough, in one of its own where it matters."""

from __future__ import annotations

import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from minekvm import cli
from minekvm.adapters.files.own import cache_root
from minekvm.adapters.index.store import lock_name
from support import schemas
from support.clones import snapshot


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def run(
    *arguments: str,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    untouched: Path | None = None,
) -> Ran:
    """Run a command in this process. `untouched` is a folder that it must leave as it was."""
    before = snapshot(untouched) if untouched else None
    out, err = _stream("strict"), _stream("backslashreplace")
    code: int | str | None = 0
    with (
        mock.patch.object(sys, "argv", ["minekvm", *arguments]),
        mock.patch.dict(os.environ),
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        _apply(env)
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
    if untouched is not None:
        assert snapshot(untouched) == before, "the clone was written to"
    assert code is None or isinstance(code, int)
    ran = Ran(code or 0, _text(out), _text(err))
    if not ran.code and "--json" in arguments:
        assert schemas.mistakes(ran.json) == []
    return ran


def spawn(
    *arguments: str | bytes,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    untouched: Path | None = None,
) -> Ran:
    """Run a command as a process of its own, with its stdin closed."""
    before = snapshot(untouched) if untouched else None
    with mock.patch.dict(os.environ):
        _apply(env)
        done = subprocess.run(
            [sys.executable, "-m", "minekvm", *arguments],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=180,
        )
    if untouched is not None:
        assert snapshot(untouched) == before, "the clone was written to"
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def index_locked(path: Path) -> Iterator[None]:
    """While another process writes an index."""
    with (cache_root() / "locks" / lock_name(path)).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def assert_clear(ran: Ran, *words: str, code: int = 1) -> None:
    """An error of ours: one line that holds the words, a hint, nothing on stdout."""
    assert ran.code == code, ran
    assert ran.out == ""
    lines = ran.err.splitlines()
    assert len(lines) == 2, ran.err
    assert lines[0].startswith("minekvm: ")
    assert lines[1].startswith("hint: ")
    assert len(lines[1]) > len("hint: ")
    for word in words:
        assert word in ran.err


def _apply(env: Mapping[str, str | None] | None) -> None:
    for name, value in (env or {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _stream(errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors, newline="\n")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    held = stream.buffer
    assert isinstance(held, io.BytesIO)
    return held.getvalue().decode()
