"""Answers on stdout: through a pager where a terminal has no room for them, as git has it."""

from __future__ import annotations

import os
import sys

wanted = True  # what --no-pager says


def put(text: str) -> None:
    """Print an answer that a person may read."""
    if sys.stdout is None:
        return  # closed by whoever started us
    if wanted and sys.stdout.isatty() and os.isatty(0):
        from minekvm.adapters import pager

        sys.stdout.flush()
        if pager.shown(text, _rows()):
            return
    sys.stdout.write(text)
    sys.stdout.flush()  # a closed pipe is met here, as BrokenPipeError


def put_bytes(data: bytes) -> None:
    """Print what is no text of ours, byte by byte: another program's format."""
    if sys.stdout is None:
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _rows() -> int:
    """How many lines the terminal has."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except OSError:
        return 0
