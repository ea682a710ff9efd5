"""A pager for what a terminal has no room for, chosen as git chooses it.

$GIT_PAGER, `core.pager` of the user's own configuration, $PAGER, less; "cat" or nothing is none.
`pager.minekvm` says whether there is one, or which. A clone's configuration has no say.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from minekvm.adapters import user
from minekvm.adapters.git import sealed

_USUAL = "less"
_NONE = ("", "cat")
_NO = ("false", "no", "off", "0")
_YES = ("true", "yes", "on", "1")
# As git has it: colours pass, what fits one screen is only printed, and the screen is not cleared.
_OPTIONS = {"LESS": "FRX", "LV": "-c"}


def command() -> str | None:
    """The pager's command, for a shell; None where there is to be none."""
    own = user.value("pager.minekvm")
    if own is not None and own.lower() in _NO:
        return None
    if own is not None and own.lower() not in _YES:
        return _some(own)
    given = sealed.variable_of_user("GIT_PAGER")
    if given is None:
        given = user.value("core.pager")
    if given is None:
        given = os.environ.get("PAGER")
    return _some(_USUAL if given is None else given)


def _some(given: str) -> str | None:
    return None if given.strip() in _NONE else given


def shown(text: str, rows: int) -> bool:
    """Show text through the pager, and wait for it; False where there is none to do so.

    What fits `rows` goes without where the pager would let it pass.
    """
    chosen = command()
    if chosen is None or (chosen == _USUAL and text.count("\n") < rows):
        return False
    environment = sealed.variables_of_user()
    for name, options in _OPTIONS.items():
        environment.setdefault(name, options)
    try:
        process = subprocess.Popen(
            ["/bin/sh", "-c", chosen], stdin=subprocess.PIPE, env=environment
        )
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(text.encode("utf-8", "backslashreplace"))
        return process.wait() != _NOT_FOUND
    finally:
        signal.signal(signal.SIGINT, before)


_NOT_FOUND = 127  # what a shell ends with where there is no such command
