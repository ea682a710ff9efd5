"""What could not be read on the way to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from minekvm.core.model import CommitId, Gap
from minekvm.core.phrases import count


class Gaps(Sequence[Gap]):
    """The gaps so far, each once, in the order in which they were met.

    `whole` says whether nothing was missing: no answer that may rest on what was is kept as whole.
    """

    def __init__(self) -> None:
        self._gaps: list[Gap] = []
        self.whole = True

    def note(self, gap: Gap, *, missing: bool = True) -> None:
        """Keep a gap; `missing` where an answer may lack something for it."""
        self.whole = self.whole and not missing
        if gap not in self._gaps:
            self._gaps.append(gap)

    def note_unread(self, paths: Sequence[str], commit: CommitId) -> None:
        """Keep one gap for the files of a tree that a search could not read."""
        if paths:
            why = "missing from this clone or damaged: not searched"
            one = paths[0] if len(paths) == 1 else None
            self.note(Gap(count(len(paths), "file"), why, commit if one else None, one))

    @overload
    def __getitem__(self, at: int) -> Gap: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Gap]: ...

    def __getitem__(self, at: int | slice) -> Gap | Sequence[Gap]:
        return self._gaps[at]

    def __len__(self) -> int:
        return len(self._gaps)
