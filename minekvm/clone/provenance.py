"""One version of what is cached, derived from the source that makes it.

Whoever changes a parser changes the version with it, so that no stale answer can be served.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

# What makes of blobs, trees and commits what is remembered under questions, with all it imports.
FACTS = (
    *("core/model.py", "core/kinds.py", "core/file_kinds.py", "core/pathspecs.py"),
    *("core/ends.py", "core/invented.py"),
    *("core/phrases.py", "core/c", "core/region", "core/callers", "core/lineage", "core/messages"),
    *("core/declarations.py", "core/declared", "core/front_ends.py", "core/kconfig"),
    *("core/assembler", "analyses/declared.py"),
    *(
        "core/blame",
        "analyses/blame",
        "core/mail",
        "core/relate",
        "core/origins",
        "core/why",
        "adapters/git",
    ),
    *("clone", "analyses/lineage.py", "analyses/starts.py", "analyses/region", "analyses/callers"),
    *("analyses/why/by_regions.py", "analyses/why/facts.py", "analyses/why/occurrences.py"),
    *("analyses/why/extent.py", "analyses/origins.py", "analyses/enabling.py"),
)
# What makes of a log the rows of the index.
ROWS = (
    *("core/model.py", "core/file_kinds.py", "core/messages", "core/relate/series.py"),
    *("core/relate/relations.py", "clone/indexing.py", "adapters/git/log.py"),
    *("adapters/git/entries.py", "adapters/git/commits.py", "adapters/git/changed_words.py"),
)
_PACKAGE = Path(__file__).parent.parent


@cache
def version(parts: tuple[str, ...]) -> str:
    """A digest of the source in some files and folders of the package."""
    told = hashlib.blake2b(digest_size=12)
    for part in parts:
        for path in _files(part):
            told.update(f"{path.name} ".encode() + path.read_bytes() + b"\0")
    return told.hexdigest()


@cache
def stamp() -> bytes:
    """A digest of when all those files were written: where it is the same, so are the versions."""
    told = hashlib.blake2b(digest_size=12)
    for part in (*FACTS, *ROWS):
        for path in _files(part):
            about = path.stat()
            told.update(f"{path} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}".encode())
    return told.digest()


def _files(part: str) -> list[Path]:
    path = _PACKAGE / part
    if path.is_dir():
        return sorted(path.glob("**/*.py"))
    return [path] if path.exists() else []
