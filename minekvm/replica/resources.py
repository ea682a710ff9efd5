"""The story's files, wherever the package is installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

# A file or folder of the package; a name of our own, so that others need not know the long one.
Resource = Traversable


def root() -> Resource:
    """The folder that holds the story and the code that reads it."""
    return files("minekvm.replica")


def texts(folder: Resource) -> Iterator[tuple[str, str]]:
    """Every file under a folder: its path from there and its text, in the order of the paths.

    Line ends come out as line feeds, whatever a checkout on another system made of them.
    """
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            for path, text in texts(entry):
                yield f"{entry.name}/{path}", text
        else:
            yield entry.name, entry.read_text(encoding="utf-8")
