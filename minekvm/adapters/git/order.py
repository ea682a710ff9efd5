"""The commits of a range in one order, parents before children, held without an object for each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.model import CommitId

_WALK = ("-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=64m", "rev-list")


class Order:
    """Commits by their place."""

    def __init__(self, listed: bytes) -> None:
        """`listed` has a hash a line, all of one length."""
        self._listed = listed
        self._width = listed.find(b"\n") + 1

    def __len__(self) -> int:
        return len(self._listed) // self._width if self._width else 0

    def part(self, first: int, count: int) -> tuple[CommitId, ...]:
        """So many commits from a place on."""
        width = self._width
        found = self._listed[first * width : (first + count) * width].decode("ascii").split()
        return tuple(CommitId(c) for c in found)

    @property
    def digest(self) -> str:
        """What tells this order from any other."""
        return hashlib.blake2b(self._listed, digest_size=12).hexdigest()


def ordered(git_dir: Path, tips: Sequence[str], without: Sequence[str]) -> Order:
    """The commits that some tips reach and others do not; branches stay together."""
    fed = "".join(f"{t}\n" for t in (*tips, *(f"^{w}" for w in without)))
    asked = [*_WALK, "--topo-order", "--reverse", "--stdin"]
    return Order(process.output(asked, git_dir, feed=fed.encode("ascii")))
