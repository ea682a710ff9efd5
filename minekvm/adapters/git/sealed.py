"""The environment that git runs in: built from nothing, so that nobody's configuration is in it.

git is given the shadow and our settings alone (`process.py`). What a clone, its owner or the user
set up is out of its reach: programs, protocols, attributes, ignored files, mailmaps, locks.
"""

from __future__ import annotations

import os
from pathlib import Path

# What the program needs to be found and loaded.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
_NOTHING = os.devnull
_NO_PROGRAM = "false"

# Keys that can name a program and have a fixed name: none is set where git runs, and each is
# overridden all the same. Those with a name of somebody's choice in them (`alias.*`,
# `diff.*.textconv`, `filter.*`, `remote.*.vcs`, `trailer.*`, `include.*`) have no other guard
# than that git reads no configuration but the shadow's.
_SETTINGS = {
    "core.alternateRefsCommand": _NO_PROGRAM,
    "core.askPass": "",
    "core.attributesFile": _NOTHING,
    "core.editor": _NO_PROGRAM,
    "core.excludesFile": _NOTHING,
    "core.fsmonitor": "false",
    "core.gitProxy": _NO_PROGRAM,
    "core.hooksPath": _NOTHING,
    "core.pager": "cat",
    "core.sshCommand": _NO_PROGRAM,
    "credential.helper": "",
    "diff.external": "",
    "gc.auto": "0",
    "gpg.openpgp.program": _NO_PROGRAM,
    "gpg.program": _NO_PROGRAM,
    "gpg.ssh.defaultKeyCommand": _NO_PROGRAM,
    "gpg.ssh.program": _NO_PROGRAM,
    "gpg.x509.program": _NO_PROGRAM,
    "help.autoCorrect": "0",
    "interactive.diffFilter": _NO_PROGRAM,
    "log.mailmap": "false",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "sequence.editor": _NO_PROGRAM,
    "uploadpack.packObjectsHook": _NO_PROGRAM,
}

_FIXED = {
    # "none" would allow a protocol of that name; so does this one, but the shadow has no remotes
    # and no remote's address is ever git's to read.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": _NOTHING,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": _NOTHING,
    "GIT_EDITOR": _NO_PROGRAM,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_SSH_COMMAND": _NO_PROGRAM,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    **{f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(_SETTINGS)},
    **{f"GIT_CONFIG_VALUE_{n}": value for n, value in enumerate(_SETTINGS.values())},
}

_of_user: dict[str, str] = {}


def environment(git_dir: Path | None, *, literal: bool = True) -> dict[str, str]:
    """The whole environment of a git process; without a `git_dir` it has no repository at all.

    With `literal`, paths on its command line are not patterns.
    """
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    found |= _FIXED | {"PATH": _path(), "LC_ALL": "C", "TZ": "UTC"}
    found["GIT_DIR"] = _NOTHING if git_dir is None else os.fspath(git_dir.absolute())
    if literal:
        found["GIT_LITERAL_PATHSPECS"] = "1"
    return found


def environment_of_user() -> dict[str, str]:
    """The user's own environment, for what their configuration says; without any repository."""
    found = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    kept = _of_user if _is_sealed() else os.environ
    found |= {k: v for k, v in kept.items() if k.startswith("GIT_CONFIG")}
    return found | {"GIT_DIR": _NOTHING, "PATH": _path(), "LC_ALL": "C"}


def variable_of_user(name: str) -> str | None:
    """A GIT_ variable as the user has it, sealed or not."""
    return (_of_user if _is_sealed() else os.environ).get(name)


def variables_of_user() -> dict[str, str]:
    """The user's whole environment, for a program of theirs; no relative folder is in its PATH."""
    found = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    kept = _of_user if _is_sealed() else os.environ
    return found | {k: v for k, v in kept.items() if k.startswith("GIT_")} | {"PATH": _path()}


def seal() -> None:
    """Take the user's GIT_ variables from this process, for those who start git unasked."""
    if _is_sealed():
        return
    _of_user.clear()
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        _of_user[name] = os.environ.pop(name)
    os.environ.update(_FIXED)


def _is_sealed() -> bool:
    return all(os.environ.get(name) == value for name, value in _FIXED.items())


def git_program() -> str:
    """The git that is run, by its path; "git" where there is none."""
    found = (os.path.join(entry, "git") for entry in _path().split(os.pathsep))  # noqa: PTH118
    return next((path for path in found if os.access(path, os.X_OK)), "git")


def _path() -> str:
    """Where programs are looked for: a relative entry would find them in the clone itself."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if entry.startswith("/"))
