"""The commits of a clone: each one, and walks over many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from minekvm.adapters.git import searches
from minekvm.adapters.git.repository import Repository
from minekvm.clone.answers import Answers
from minekvm.clone.gaps import Gaps
from minekvm.core.model import Commit, CommitId, Gap

Horizon = tuple[str, int | None]


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

    def ahead(self, commits: Sequence[CommitId]) -> None:
        """Read some commits in one go, and forget the others; what cannot be read is left out."""
        self._commits = self._repository.commits(commits)

    def changing(self, word: str, rev: CommitId, since: int | None = None) -> Iterator[CommitId]:
        """Commits that changed how often a word stands in C files, newest first.

        With `since`, a date, those that were committed then and later.
        """
        limit = [] if since is None else ["since", str(since)]
        asked = ["changing", word, *limit, *self._repository.asked_files((), rev, None)]
        found = self._answers.growing(
            asked, lambda: self._repository.commits_changing(word, rev, since)
        )
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

    def are_more(self, rev: CommitId, most: int) -> bool:
        """Whether more than so many commits are reachable from one."""

        def read() -> list[str]:
            return ["more"] * searches.more_than(self._repository.path, [rev], (), most)

        return bool(self._answers.listed(["more", rev, str(most)], read))

    def horizon(
        self, rev: CommitId, most: int, read: Callable[[], Horizon] | None = None
    ) -> Horizon:
        """The commit in the middle of the newest so many, and the date of the next behind them;
        `read`, if given, tells what git says of it."""

        def words() -> list[str]:
            look = read or (lambda: searches.horizon(self._repository.path, rev, most))
            middle, since = look()
            return [middle, *([str(since)] if since is not None else [])]

        middle, *since = self._answers.listed(self.asked_horizon(rev, most), words)
        return middle, int(since[0]) if since else None

    def knows_horizon(self, rev: CommitId, most: int) -> bool:
        """Whether `horizon` has been asked before."""
        return self._answers.knows(self.asked_horizon(rev, most))

    def asked_horizon(self, rev: CommitId, most: int) -> list[str]:
        """All that the answer of `horizon` depends on."""
        return ["horizon", rev, str(most)]

    def count(self, rev: CommitId) -> int:
        """How many commits are reachable from one."""
        return int(
            self._answers.listed(["count", rev], lambda: [str(self._repository.count(rev))])[0]
        )

    def root(self, rev: CommitId) -> CommitId:
        """The oldest commit without parents that is reachable from one."""
        found = self._answers.listed(["root", rev], lambda: [self._repository.root(rev)])
        return CommitId(found[0])
