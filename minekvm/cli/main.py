"""Run the command line: exit codes, errors of ours, interruption, readers that leave."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

from minekvm.adapters.git.sealed import seal
from minekvm.cli.commands import app
from minekvm.cli.options import one_line
from minekvm.errors import MinekvmError


class _Interrupted(BaseException):
    """Ctrl-C, under a name that typer does not know: its versions end differently on the other."""


def _interrupt(*_: object) -> NoReturn:
    raise _Interrupted


def main() -> NoReturn:
    """Run the command line; the exit code is 0, 1 (our errors), 2 (usage) or 130 (interrupted)."""
    seal()
    gc.set_threshold(50_000)  # many small values and few cycles: looking for them costs a tenth
    if sys.stdout is not None and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names may be made of any bytes
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        code = _run()
    finally:
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)
    sys.exit(code)


def entry() -> NoReturn:
    """`main` as a program of its own, which leaves taking the interpreter apart to the system.

    Python would spend a tenth of a short command on that.
    """
    try:
        main()
    except SystemExit as end:
        code = _code(end)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _run() -> int:  # noqa: PLR0911 - an end of each kind
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except MinekvmError as error:
        return _fail(error.message, error.hint)
    except _Interrupted:
        return _fail("interrupted", code=130)
    except SystemExit as end:  # typer's end, also where it found that nobody reads on
        return _unread() if isinstance(end.__context__, BrokenPipeError) else _code(end)
    except BrokenPipeError:
        return _unread()
    except UnicodeEncodeError as error:  # a name or a question of bytes that are no text
        what = error.object[:60].encode("utf-8", "backslashreplace").decode()
        return _fail(f"no text, nothing can be looked up by it: {what}", "write it in UTF-8")
    except OSError as error:  # a full disk, a folder without rights: not a bug of ours
        what = f": {error.filename}" if error.filename else ""
        return _fail(f"{error.strerror or error}{what}", "mind disk space and rights")
    return 0


def _code(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else 0


def _unread() -> int:
    """The reader of our output, a pager or head, has seen enough: end quietly."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
    return 0


def _fail(message: str, hint: str = "", code: int = 1) -> int:
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"minekvm: {one_line(message)}", file=sys.stderr)
            if hint:
                print(f"hint: {one_line(hint)}", file=sys.stderr)
    return code
