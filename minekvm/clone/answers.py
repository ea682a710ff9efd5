"""Lists of words kept under the question that they answer, and read once for all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from minekvm.clone.cache import Cache
from minekvm.clone.gaps import Gaps
from minekvm.core.model import Gap


class Answers:
    """What is asked depends on nothing but the words of the question."""

    def __init__(self, cache: Cache, gaps: Gaps) -> None:
        self._cache = cache
        self._gaps = gaps

    def knows(self, asked: Sequence[str]) -> bool:
        """Whether the whole answer to a question is known."""
        return self._cache.listed(asked)[1]

    def listed(self, asked: Sequence[str], read: Callable[[], Sequence[str]]) -> Sequence[str]:
        """The answer to a question, as it is known or else as `read` gives it."""
        known, whole = self._cache.listed(asked)
        if whole:
            return known
        doubts = self._gaps.doubts
        answer = read()
        self._cache.keep_listed(asked, answer, whole=True, certain=doubts == self._gaps.doubts)
        return answer

    def growing(self, asked: Sequence[str], read: Callable[[], Iterator[str]]) -> Iterator[str]:
        """A long answer, word by word; whatever is read of it by the end is kept."""
        known, whole = self._cache.listed(asked)
        seen = list(known)
        yield from known
        if whole:
            return
        doubts = self._gaps.doubts
        try:
            for word in islice(read(), len(known), None):
                seen.append(word)
                yield word
            whole = True
        finally:
            if whole or len(seen) > len(known):
                certain = doubts == self._gaps.doubts
                self._cache.keep_listed(asked, seen, whole=whole, certain=certain)

    def remembered(self, asked: Sequence[str], read: Callable[[], Sequence[str]]) -> Sequence[str]:
        """As `listed`; what could not be read meanwhile is noted each time."""
        asked = ["with gaps", *asked]
        known, whole = self._cache.listed(asked)
        if whole:
            gaps, *words = known
            for what, why, commit, path, missing in json.loads(gaps):
                self._gaps.note(Gap(what, why, commit, path), missing=missing)
            return words
        failures = self._gaps.failures
        with self._gaps.heard() as heard:
            words = list(read())
        rows = dict.fromkeys((g.what, g.why, g.commit, g.path, missing) for g, missing in heard)
        certain = failures == self._gaps.failures
        self._cache.keep_listed(asked, [json.dumps([*rows]), *words], whole=True, certain=certain)
        return words
