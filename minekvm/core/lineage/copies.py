"""Definitions that are new and yet copies: of one that stands beside them, in the same commit."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence

from minekvm.core.lineage.similarity import Body, could_reach, similarity
from minekvm.core.model import Change

_ALIKE = 0.85  # likeness from which a definition is another's copy; hand-set
_TELLING = 20  # tokens in a body from which its copy tells anything
_SHORTLIST = 8  # originals that are compared, those with the most rare words in common
_LONGER = 2.5  # times the text of a copy that its original has at most, comments and all
_COMMON = 200  # definitions from which a word that all of them hold leads to none of them


class Copies:
    """Tells of new definitions what they are copied from."""

    def __init__(self, standing: Sequence[Body], appeared: Sequence[Body]) -> None:
        """`standing` are the definitions that the commit left in its files, `appeared` those of
        which it may be asked."""
        sizes = [len(b.function.text) for b in appeared if len(b.body) >= _TELLING]
        least, most = min(sizes, default=1) / _LONGER, max(sizes, default=0) * _LONGER
        near = (b for b in standing if least <= len(b.function.text) <= most)
        self._standing = [b for b in near if len(b.body) >= _TELLING]
        self._holders: defaultdict[bytes, list[int]] = defaultdict(list)
        for at, body in enumerate(self._standing):
            for word in body.words:
                self._holders[word].append(at)

    def told(self, body: Body) -> Change | None:
        """The addition of a definition that is a copy; None where it is not."""
        if len(body.body) < _TELLING:
            return None
        best, most = None, 0.0
        for other in self._likely(body):
            if could_reach(other, body, _ALIKE):
                alike = similarity(other, body)
                if alike >= max(_ALIKE, most):
                    best, most = other, alike
        if best is None:
            return None
        rule = f"copy of {best.name}, which stays"
        return Change(("added",), None, body.version, rule, most, (best.version,))

    def _likely(self, body: Body) -> list[Body]:
        gain: defaultdict[int, float] = defaultdict(float)
        for word in body.words:
            holders = self._holders.get(word, ())
            if len(holders) <= _COMMON:
                for at in holders:
                    gain[at] += 1 / len(holders)
        best = heapq.nsmallest(_SHORTLIST, ((-value, at) for at, value in gain.items()))
        return [self._standing[at] for _, at in best]
