"""What the user's own git configuration says of minekvm: defaults, and the pager.

The user's and the system's files and the GIT_CONFIG variables are asked for it, as `safe.directory`
is; a clone's configuration never is.
"""

from __future__ import annotations

import os
from pathlib import Path

from minekvm.adapters.git import process, sealed

_ASKED = r"^(minekvm\..*|core\.pager|pager\.minekvm)$"
_WORDS = (b"minekvm", b"pager", b"include")  # one of which a file has that says something of it
_MOST = 1 << 20


def _settings() -> dict[str, tuple[str, ...]]:
    if not _may_say():
        return {}
    _, out, _ = process.run(["config", "-z", "--get-regexp", _ASKED], None, of_user=True)
    found: dict[str, tuple[str, ...]] = {}
    for entry in os.fsdecode(out).split("\0"):
        key, given, value = entry.partition("\n")
        if key:
            found[key] = (*found.get(key, ()), value if given else "true")
    return found


def values(key: str) -> tuple[str, ...]:
    """All values of a key such as "minekvm.scope", in their order."""
    return _settings().get(key.lower(), ())


def value(key: str) -> str | None:
    """The value of a key, the last one where there are several; None where it is not set."""
    return next(reversed(values(key)), None)


def path(key: str) -> Path | None:
    """The value of a key as a path, `~` at its start being the home folder."""
    found = value(key)
    return Path(found).expanduser() if found else None


def paths(key: str) -> list[Path]:
    """All values of a key as paths."""
    return [Path(found).expanduser() for found in values(key) if found]


def _may_say() -> bool:
    """Whether a file or a variable may say something; git need not be asked otherwise."""
    if any(sealed.variable_of_user(f"GIT_CONFIG_{name}") for name in ("COUNT", "PARAMETERS")):
        return True
    return any(_speaks(file) for file in _files())


def _files() -> list[Path]:
    """The configuration files of the user, and the usual one of the system."""
    named = sealed.variable_of_user("GIT_CONFIG_GLOBAL")
    home = os.environ.get("HOME", "")
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")  # noqa: PTH118
    own = [named] if named else [os.path.join(home, ".gitconfig"), f"{base}/git/config"]  # noqa: PTH118
    return [Path(file) for file in (*own, "/etc/gitconfig")]


def _speaks(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST).lower()
    except OSError:
        return False
    return any(word in text for word in _WORDS)
