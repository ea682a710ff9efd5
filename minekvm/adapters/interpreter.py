"""A second Python beside this one, for work that would hold this one up.

It starts isolated (`-I`): neither the folder in which the user stands, which may be a stranger's
clone, nor the environment says where modules come from. It looks where this process has looked,
without that folder, and runs in the root folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import minekvm

# What the child runs: it takes over the path to look for modules on, then serves.
_BEGIN = """\
import sys
count = int(sys.argv[2])
sys.path[:] = sys.argv[3 : 3 + count]
from importlib import import_module
import_module(sys.argv[1]).serve(*sys.argv[3 + count :])
"""


def start(module: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start `serve(*arguments)` of a module of ours in a process of its own; its stdout is a pipe.

    Paths are absolute. What it complains of is not heard: who reads the pipe sees
    that it ended early. Raises OSError.
    """
    path = _path()
    return subprocess.Popen(
        [sys.executable, "-I", *_flags(), "-c", _BEGIN, module, str(len(path)), *path, *arguments],
        cwd=os.sep,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _flags() -> list[str]:
    return ["-B"] if sys.flags.dont_write_bytecode else []


def _path() -> list[str]:
    """Where this process looks for modules, but for the current folder; last, where ours are."""
    try:
        here = str(Path.cwd())
    except OSError:  # it was removed
        here = ""
    home = os.path.dirname(os.path.dirname(os.path.abspath(minekvm.__file__)))  # noqa: PTH100, PTH120
    # A relative folder, "" among them, means another one wherever the child runs.
    kept = [p for p in sys.path if os.path.isabs(p) and os.path.realpath(p) != here]  # noqa: PTH117
    return [*kept, home]
