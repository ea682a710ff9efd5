"""The commits that a project lists for `git blame` to look through."""

from __future__ import annotations

import re

IGNORE_FILE = ".git-blame-ignore-revs"
_HASH = re.compile(r"[0-9a-fA-F]{40,64}")


def listed(text: str) -> frozenset[str]:
    """The commits that a file of revisions to ignore names, whole hashes, one a line."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line.lower() for line in lines if _HASH.fullmatch(line))
