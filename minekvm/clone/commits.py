"""The commits of a clone: each one, and walks over many of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.adapters.git.repository import Repository
from minekvm.clone.answers import Answers
from minekvm.clone.gaps import Gaps
from minekvm.core.model import Commit, CommitId, Gap


class Commits:
    """Commits by hash, each read once, and walks that are remembered."""

    def __init__(self, repository: Repository, answers: Answers, gaps: Gaps) -> None:
        self._repository = repository
        self._answers = answers
        self._gaps = gaps
        self._commits: dict[CommitId, Commit] = {}

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its real parents. Raises UnknownCommit where it cannot be read."""
        if commit not in self._commits:
            self._commits[commit] = self._repository.commit(commit)
            if self._repository.cut_off(commit):
                why = "the shallow clone ends here: all of it is there since the history begins"
                self._gaps.note(Gap("parents", why, commit=commit), missing=False)
        return self._commits[commit]

    def changing(self, word: str, rev: CommitId) -> Iterator[CommitId]:
        """Commits that changed how often a word stands in C files, newest first."""
        asked = ["changing", word, *self._repository.asked_files((), rev, None)]
        found = self._answers.growing(asked, lambda: self._repository.commits_changing(word, rev))
        return map(CommitId, found)

    def samples(self, rev: CommitId, parts: Sequence[int]) -> list[CommitId]:
        """First-parent ancestors of a commit at 1/part of the history's length, newest first."""
        asked = ["samples", rev, *map(str, parts)]
        found = self._answers.listed(asked, lambda: self._repository.samples(rev, parts))
        return [CommitId(c) for c in found]

    def following(self, commit: CommitId, rev: CommitId, most: int) -> list[CommitId]:
        """The first commits after one on the way to a revision, oldest first."""
        asked = ["following", commit, rev, str(most)]
        found = self._answers.listed(asked, lambda: self._repository.following(commit, rev, most))
        return [CommitId(c) for c in found]

    def count(self, rev: CommitId) -> int:
        """How many commits are reachable from one."""
        return int(
            self._answers.listed(["count", rev], lambda: [str(self._repository.count(rev))])[0]
        )

    def root(self, rev: CommitId) -> CommitId:
        """The oldest commit without parents that is reachable from one."""
        found = self._answers.listed(["root", rev], lambda: [self._repository.root(rev)])
        return CommitId(found[0])
