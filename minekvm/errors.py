"""What can go wrong that is not our bug.

MinekvmError            one line for stderr, a hint, exit code 1
├── NotARepository      no git repository at the path, or git refuses it
├── UnknownCommit       a revision the clone has not got
├── UnknownSymbol       a symbol that no reachable version defines
├── QueryFailed         a query file that cannot be read as one
├── GitFailed           git itself failed or is absent
├── FileRefused         something is where a file should go, and was not made by minekvm
└── CacheFailed         the cache folder cannot be written
    └── IndexFailed     the index turned out to be damaged
"""


class MinekvmError(Exception):
    """A clear error of ours: `message` is one line, `hint` says what to try next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotARepository(MinekvmError):
    """No git repository at the path given, or one that git refuses to open."""


class UnknownCommit(MinekvmError):
    """The revision does not name a commit in this clone."""


class UnknownSymbol(MinekvmError):
    """No version reachable from the revision defines the symbol."""


class QueryFailed(MinekvmError):
    """A query file is absent, is no TOML, or has a key or value that means nothing."""


class GitFailed(MinekvmError):
    """The git program failed in a way no other error names."""


class FileRefused(MinekvmError):
    """A place that minekvm does not write to: what is there stays as it is."""


class CacheFailed(MinekvmError):
    """The cache folder, where the shadow of a clone is kept, cannot be written."""


class IndexFailed(CacheFailed):
    """The index turned out to be damaged while it was read; it is built anew the next time."""
