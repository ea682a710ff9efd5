"""Of which refs the commits are that were taken in for single questions, before all others."""

from __future__ import annotations

from pathlib import Path

from minekvm.adapters.git import log, searches
from minekvm.adapters.index.index import Index

_KIND, _TIPS = "partial", b"tips"


def is_begun(index: Index, tips: set[str]) -> bool:
    """Whether commits were taken in for single questions while the refs were as they are."""
    return set(_kept(index)) == tips


def _kept(index: Index) -> list[str]:
    return index.recall(_KIND, [_TIPS]).get(_TIPS, b"").decode("ascii").split()


def begin(index: Index, mirror: Path, tips: set[str]) -> bool:
    """Whether what was taken in for single questions still is of this history.

    What the refs of then no longer reach may be gone: then all that is not known to be there is
    forgotten, or, where much else is there, False says that this is for who takes in everything.
    """
    kept = _kept(index)
    lost = set(kept) - tips
    if lost and (
        not log.all_there(mirror, sorted(lost)) or searches.more_than(mirror, lost, tips, 0)
    ):
        if index.tips():
            return False
        index.forget_commits()
    if set(kept) != tips:
        index.keep([(_KIND, _TIPS, "\n".join(sorted(tips)).encode("ascii"))])
    return True


def settle(index: Index, mirror: Path, tips: set[str]) -> None:
    """Forget that single commits were taken in, before all are."""
    if _kept(index):
        if not begin(index, mirror, tips):
            index.forget_commits()
        index.keep([(_KIND, _TIPS, b"")])
