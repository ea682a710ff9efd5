"""Where a clone's commits can be looked at: a web address made from its remote's.

Nothing that may hold a secret or a machine's folder comes out: no user, no password, no path of a
file system.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from minekvm.errors import MinekvmError

_SCP = re.compile(r"(?:[^/@\s]+@)?(?P<host>[A-Za-z0-9.-]+\.[A-Za-z]+):(?P<path>[^\s:]+)")
_PATH = re.compile(r"[\w.~+/-]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?")
_KERNEL_ORG = "https://git.kernel.org/pub/scm/linux/kernel/git"
_TREES = re.compile(r"/?(?:pub/scm/)?(linux/kernel/git/[\w.~+-]+/[\w.~+-]+?\.git)/*", re.ASCII)
_LINUX = re.compile(r"/?(?:pub/scm/linux/kernel/git/)?torvalds/linux(?:\.git)?/*")
_STABLE = re.compile(r"/?\S*/linux-stable(?:-rc)?(?:\.git)?/*")
_TEMPLATE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[\w.~!$&()*+,;=:@/?%-]*)?", re.ASCII)


def public(remote: str) -> str | None:
    """A remote as `https://host/path` or the like, without user and password; None for a folder."""
    scp = _SCP.fullmatch(remote)
    if scp and _PATH.fullmatch(scp["path"]) and "://" not in remote:
        return f"ssh://{scp['host']}/{scp['path'].lstrip('/')}"
    try:
        parts = urlsplit(remote)
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return None
    known = parts.scheme in ("https", "http", "git", "ssh")
    if not known or not _HOST.fullmatch(host) or not _PATH.fullmatch(parts.path):
        return None
    return f"{parts.scheme}://{host}{parts.path}"


def name(remote: str | None, folder: str) -> str:
    """What to call a clone: the last part of its remote's path, else its folder's name."""
    last = urlsplit(remote).path.rstrip("/").rpartition("/")[2] if remote else ""
    found = (last or folder).removesuffix(".git")
    return found or "clone"


def view(remote: str | None) -> str | None:
    """The address of a commit, `%s` standing for its hash, where a public remote is Linux."""
    if remote is None:
        return None
    parts = urlsplit(remote)
    own = _TREES.fullmatch(parts.path)
    if parts.hostname in ("git.kernel.org", "kernel.org", "www.kernel.org") and own:
        return f"https://git.kernel.org/pub/scm/{own[1]}/commit/?id=%s"
    if _LINUX.fullmatch(parts.path):
        return f"{_KERNEL_ORG}/torvalds/linux.git/commit/?id=%s"
    if _STABLE.fullmatch(parts.path):
        return f"{_KERNEL_ORG}/stable/linux.git/commit/?id=%s"
    return None


def checked(template: str) -> str:
    """A template as a user gives it. Raises MinekvmError where it is none, or no web address."""
    if template.count("%s") != 1 or not _TEMPLATE.fullmatch(template):
        raise MinekvmError(
            "--web: no web address with one %s in it",
            "such as https://github.com/torvalds/linux/commit/%s",
        )
    return template
