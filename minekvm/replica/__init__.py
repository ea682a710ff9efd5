"""The replica: a miniature kernel history of our own writing, for demos and tests.

It has the shape of the guest entry code's real history from 2015 to 2025 (files, names, the order
of calls, dates, who cites whom) and none of its text. Its people are invented as its words are:
the commit that one is modelled on, and its author, stand in a trailer. `base/` is the tree it
starts from, `chapters/` the commits that matter (the format is in patches.py), `lives/` the rest.
`mails/` are what reviewers said of two of them: invented, as each of them states.

    write(path)          builds it at a path, returns HEAD's hash
    ensure(cache)        the one in a cache folder, built if need be
    write_mails(path)    builds the archive of its mails, a bare repository of public-inbox
    ensure_mails(cache)  the one in a cache folder
    VERSION              a hash of the story, for caches
"""

from minekvm.replica.model import StoryError
from minekvm.replica.repository import ensure, ensure_mails, write, write_mails

__all__ = ["VERSION", "StoryError", "ensure", "ensure_mails", "write", "write_mails"]

VERSION: str


def __getattr__(name: str) -> str:
    # Read from a hundred files, so not before somebody asks.
    if name == "VERSION":
        from minekvm.replica.repository import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
