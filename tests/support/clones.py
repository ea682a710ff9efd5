"""What a clone is made of, byte for byte: proof that nothing was written into it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path


def snapshot(root: Path) -> dict[str, tuple[int, int, int, str]]:
    """Every entry below a folder: mode, owner, modification time and the hash of its bytes."""
    found: dict[str, tuple[int, int, int, str]] = {}
    pending = [os.fspath(root)]
    while pending:
        path = pending.pop()
        about = os.lstat(path)
        digest = ""
        if stat.S_ISDIR(about.st_mode):
            pending += [entry.path for entry in os.scandir(path)]
        elif stat.S_ISLNK(about.st_mode):
            digest = os.fspath(Path(path).readlink())
        else:
            digest = hashlib.sha1(Path(path).read_bytes(), usedforsecurity=False).hexdigest()
        found[path] = (about.st_mode, about.st_uid, about.st_mtime_ns, digest)
    return found
