"""`cache`: what minekvm keeps for itself, and what of it belongs to clones that are gone."""

from __future__ import annotations

import os
from pathlib import Path

from minekvm.adapters.files import kept
from minekvm.core.kept import CacheFolder


def cache(root: Path, *, remove_gone: bool = False) -> CacheFolder:
    """What is kept of which clone; with `remove_gone` what is of none that is there is removed.

    A clone on a disk that is not mounted is gone as well: removing costs it only time.
    """
    found = kept.kept(root)
    gone = [row for row in found if row.gone] if remove_gone else []
    for row in gone:
        kept.remove(row)
    left = tuple(row for row in found if row not in gone)
    return CacheFolder(os.fspath(root), left, kept.other(root), tuple(gone))
