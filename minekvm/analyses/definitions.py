"""What defines a symbol at a revision, without its history."""

from __future__ import annotations

from minekvm.analyses.starts import Asked, defined_at
from minekvm.clone.clone import Clone
from minekvm.core.model import Definitions
from minekvm.errors import UnknownSymbol


def definitions(clone: Clone, symbol: str, rev: str, path: str | None = None) -> Definitions:
    """The definitions of a symbol at a revision, variants each on its own.

    Raises UnknownCommit, UnknownSymbol where nothing there defines it, and MinekvmError where too
    many files do.
    """
    clone.progress(f"looking for {symbol}")
    commit = clone.resolve(rev)
    found = defined_at(clone, Asked(symbol, path, commit, rev))
    if not found:
        where = f" in {path}" if path else ""
        raise UnknownSymbol(
            f"nothing defines {symbol} at {rev}{where}",
            f"minekvm lineage {symbol} follows it from where it last lived",
        )
    return Definitions(symbol, commit, tuple(found), tuple(clone.history.gaps))
