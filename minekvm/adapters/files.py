"""Files written whole or not at all: a folder gets all of them, or keeps what it had."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def put(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, which is made where it is not there; returns their paths.

    Everything is written beside its place first and moved there last, so that whoever is
    interrupted, or has no room left, leaves no half of a file. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = {name: folder / f".{name}.{os.getpid()}.tmp" for name in files}
    try:
        for name, data in files.items():
            beside[name].write_bytes(data)
        for name, written in beside.items():
            written.replace(folder / name)
    finally:
        for written in beside.values():
            with suppress(OSError):
                written.unlink()
    return [folder / name for name in files]
