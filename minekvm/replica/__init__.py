"""The replica: a miniature kernel history of our own writing, for demos and tests.

It has the shape of the guest entry code's real history from 2015 to 2025 (files, names, the order
of calls, dates, who cites whom) and none of its text. `base/` is the tree it starts from,
`chapters/` the commits that matter (the format is in patches.py), `lives/` the rest.

    write(path)      builds it at a path, returns HEAD's hash
    ensure(cache)    the one in a cache folder, built if need be
    VERSION          a hash of the story, for caches
"""

from minekvm.replica.model import StoryError
from minekvm.replica.repository import ensure, write

__all__ = ["VERSION", "StoryError", "ensure", "write"]

VERSION: str


def __getattr__(name: str) -> str:
    # Read from a hundred files, so not before somebody asks.
    if name == "VERSION":
        from minekvm.replica.repository import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
