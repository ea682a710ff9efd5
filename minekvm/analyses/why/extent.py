"""How much of the history a question is answered from: all of it, or what concerns its names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.adapters.index.changed_lines import Place
from minekvm.clone import changed_words as worded
from minekvm.clone import surroundings
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId

_SPEAKING = 4  # letters of a name that is looked for in messages, where these are not all here


class Extent:
    """Changed lines and messages up to a revision; `partial` as `Clone.narrow` gives it."""

    def __init__(self, clone: Clone, rev: CommitId, scope: Sequence[str]) -> None:
        self._clone = clone
        self._rev = rev
        self._scope = tuple(scope)
        self.partial = clone.narrow()
        if self.partial is not None:
            self.partial.follows = True
        self._has_commits = self.partial is None or self.partial.has_commits
        self._numbers: frozenset[int] = frozenset()  # of commits: those that count
        self._lacking: list[int] = []
        self._looked_into: set[str] = set()

    def places(self, word: str) -> list[Place]:
        """Where commits changed a line that holds a word."""
        if self.partial is None:
            return self._all_places(word)
        numbers = frozenset(self.partial.symbol(self._rev, word, self._scope))
        self._numbers |= numbers
        files = self.partial.paths(word)
        every = self.partial.index.changing(word)
        return [p for p in every if p.path in files and p.number in numbers]

    def _all_places(self, word: str) -> list[Place]:
        index, mirror = self._clone.index, self._clone.shadow
        if not self._numbers:
            order = worded.order(index, mirror, self._rev)
            self._lacking = worded.ready(index, mirror, order, self._scope, self._clone.progress)
            self._numbers = self._reached
        found = index.changing(word)
        if self._lacking:
            asked = word, self._scope, self._clone.progress
            found += worded.looked_for(index, mirror, self._lacking, *asked)[0]
        return [p for p in found if p.number in self._numbers]

    def look_into(self, paths: Sequence[str]) -> None:
        """See to it that what commits changed in some files is here."""
        if self.partial is not None:
            self._numbers |= frozenset(self.partial.files(self._rev, paths))
            self._looked_into |= set(paths)

    def looked_into(self, word: str, paths: Collection[str]) -> list[Place] | None:
        """The places of a word in files that were looked into; None where that says nothing."""
        if self.partial is None or not self._looked_into.issuperset(paths):
            return None
        every = self.partial.index.changing(word)
        return [p for p in every if p.path in paths and p.number in self._numbers]

    def have(self, commits: Iterable[CommitId]) -> None:
        """See to it that some commits are here."""
        if self.partial is not None:
            self.partial.take_in(map(bytes.fromhex, commits))

    def have_cited(self, commit: CommitId) -> None:
        """See to it that what a commit names is here."""
        if self.partial is not None:
            surroundings.cited(self.partial, commit)

    def have_citing(self, commit: CommitId) -> None:
        """See to it that those are here who name a commit."""
        if self.partial is not None:
            self.have([commit])
            surroundings.citing(self.partial, commit, self.partial.since(self._rev))

    def paths(self) -> tuple[str, ...]:
        """Every C file that a commit touched, or of a part of the history that the tree has."""
        if not self._has_commits:
            return tuple(path for path, _ in self._clone.repository.tree(self._rev))
        return tuple(self._clone.index.paths())

    @property
    def size(self) -> int:
        """How many commits there are whose messages are searched."""
        if self.partial is None or self._has_commits:
            return len(self._reached)
        self.partial.sample(self._rev)
        return self.partial.index.count()

    @cached_property
    def _reached(self) -> frozenset[int]:
        return frozenset(worded.order(self._clone.index, self._clone.shadow, self._rev))

    def reaches(self, commit: CommitId) -> bool:
        """Whether a commit is the revision or comes before it."""
        number = self._clone.index.number(commit)
        if self._has_commits:
            return number in self._reached
        return number in self._numbers or is_ancestor(self._clone.shadow, commit, self._rev)

    def searched(self, terms: Sequence[str], most: int) -> list[tuple[CommitId, float]]:
        """The commits whose messages have some terms, best first."""
        reached = self._reached if self._has_commits else self._speaking(terms)
        found = self._clone.index.searched(terms, 2 * most + 100)
        return [(commit, weight) for n, commit, weight in found if n in reached][:most]

    def _speaking(self, terms: Sequence[str]) -> frozenset[int]:
        """The commits of a part of the history that count, with those that speak of names."""
        assert self.partial is not None
        rev, names = self._rev, [t for t in terms if t[-1:] != "*" and len(t) >= _SPEAKING]
        named = self.partial.speaking([rev], names, self.partial.since(rev))
        return self._numbers.union(self.partial.sample(rev), named)
