"""The headers that declare what a function's file speaks of, found through what it includes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from minekvm.adapters.git import trees
from minekvm.core.model import BlobId, CommitId
from minekvm.core.region.includes import places, telling

Named = Callable[[str, BlobId], Sequence[str]]
"""The names of the files that a file includes."""


def headers(
    git_dir: Path, commit: CommitId, files: Mapping[str, BlobId], named: Named
) -> dict[str, BlobId]:
    """What some files of a commit include, and what, through those, they likely rest on."""
    found: dict[str, BlobId] = {}
    for path, blob in files.items():
        first = _standing(git_dir, commit, named(path, blob), path)
        further = [n for h, b in first.items() for n in telling(named(h, b), h, path)]
        found |= first | _standing(git_dir, commit, further, path)
    return found


def _standing(
    git_dir: Path, commit: CommitId, names: Sequence[str], path: str
) -> dict[str, BlobId]:
    wanted = places(dict.fromkeys(names), path)
    return trees.files(git_dir, commit, wanted) if wanted else {}
