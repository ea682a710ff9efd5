"""What could not be read on the way to an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import overload

from minekvm.adapters.git import process
from minekvm.core.model import CommitId, Gap
from minekvm.core.phrases import count


class Gaps(Sequence[Gap]):
    """The gaps so far, each once, in the order in which they were met.

    What may rest on something missing is not kept, but with the gap that says so: whoever reads
    compares `doubts` before and after, or listens to what is `heard` meanwhile.
    """

    def __init__(self) -> None:
        self._gaps: list[Gap] = []
        self._missed = 0
        self._hearers: list[list[tuple[Gap, bool]]] = []
        self._failures = process.failures()

    @property
    def doubts(self) -> int:
        """How often anything was missing, or git failed, so far."""
        return self._missed + self.failures

    @property
    def failures(self) -> int:
        """How often git failed so far, which no gap need say."""
        return process.failures() - self._failures

    def doubt(self) -> None:
        """Something was missing, which no gap says."""
        self._missed += 1

    def note(self, gap: Gap, *, missing: bool = True) -> None:
        """Keep a gap; `missing` where an answer may lack something for it."""
        self._missed += missing
        for heard in self._hearers:
            heard.append((gap, missing))
        if gap not in self._gaps:
            self._gaps.append(gap)

    @contextmanager
    def heard(self) -> Iterator[list[tuple[Gap, bool]]]:
        """Every gap that is noted meanwhile, also one that is known, and whether it is missing."""
        heard: list[tuple[Gap, bool]] = []
        self._hearers.append(heard)
        try:
            yield heard
        finally:
            self._hearers = [each for each in self._hearers if each is not heard]

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
