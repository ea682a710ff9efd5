"""What a target has: which changes are in it, under whichever hash, and which files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from minekvm.adapters.git.merging import Picker
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.adapters.git.revisions import is_ancestor
from minekvm.analyses.ports import Identity
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, Gap
from minekvm.core.needs.model import Standing
from minekvm.core.ports.model import Instance
from minekvm.core.relate import mentions
from minekvm.errors import GitFailed, UnknownCommit

ABSENT, UNKNOWN = Standing("absent"), Standing("unknown")


class Target:
    """A commit onto which changes are to be taken, and what it has already."""

    def __init__(
        self, clone: Clone, commit: CommitId, picker: Picker, same: Identity | None = None
    ) -> None:
        self.clone = clone
        self.commit = commit
        self.picker = picker
        self.same = same or Identity(clone)
        self._standings: dict[CommitId, Standing] = {}
        self._has = lru_cache(maxsize=None)(self._is_behind)
        self._files: dict[str, bytes | None] = {}

    def at(self, commit: CommitId) -> Target:
        """Another commit as the target."""
        return Target(self.clone, commit, self.picker, self.same)

    def _is_behind(self, commit: CommitId) -> bool:
        return is_ancestor(self.clone.shadow, commit, self.commit)

    def has(self, commit: CommitId) -> bool:
        """Whether the very commit is in it."""
        return self._has(commit)

    def standing(self, commit: CommitId, *, content: bool = True) -> Standing:
        """Whether a change is in it: as itself, as another commit, or by its `content` alone."""
        if commit not in self._standings:
            self._standings[commit] = self._standing(commit)
        found = self._standings[commit]
        if found.state == "absent" and content and self._is_there(commit):
            found = self._standings[commit] = Standing("present", None, "its change stands there")
        return found

    def _standing(self, commit: CommitId) -> Standing:
        try:
            self.clone.history.commit(commit)
        except UnknownCommit:
            ports = [c for c in mentions.backports(self.clone.index, commit) if self.has(c)]
            if not ports:
                return UNKNOWN
            return Standing("present", ports[0], "upstream trailer")
        if self.has(commit):
            return self._unless_reverted([Instance(commit, "hash", 1.0)])
        there = [i for i in self.same.instances(commit) if self.has(i.commit)]
        return self._unless_reverted(there) if there else ABSENT

    def _unless_reverted(self, there: Sequence[Instance]) -> Standing:
        """The first of some instances in it that was not taken back in it."""
        for instance in there:
            undone = (
                r.other
                for r in mentions.inward(self.clone.index, instance.commit)
                if r.kind == "reverts" and r.here and self.has(r.other)
            )
            revert = next(undone, None)
            if revert is None or self._reverted(revert):
                return Standing("present", instance.commit, instance.rule)
        return Standing("absent", None, "reverted there")

    def _reverted(self, revert: CommitId) -> bool:
        """Whether a revert was itself taken back."""
        found = mentions.inward(self.clone.index, revert)
        return any(r.kind == "reverts" and r.here and self.has(r.other) for r in found)

    def _is_there(self, commit: CommitId) -> bool:
        """Whether a change would change nothing."""
        parents = self.clone.history.commit(commit).parents
        if len(parents) > 1:
            return False
        try:
            merged = self.picker.pick(next(iter(parents), None), commit, self.commit)
        except GitFailed:
            return False
        return not merged.conflicts and not merged.files

    def read(self, path: str) -> bytes | None:
        """A file of it; None where there is none, or no text."""
        if path not in self._files:
            self._files[path] = read(self.clone, self.commit, path)
        return self._files[path]


def read(clone: Clone, commit: CommitId, path: str) -> bytes | None:
    """A file at a commit; None where there is none, or no text."""
    if "\n" in path:
        return None
    (data,) = clone.repository.objects.read_many([f"{commit}:{path}"])
    return None if isinstance(data, Missing) or not is_text(data) else data


def note(clone: Clone, gaps: Iterable[Gap]) -> None:
    """Keep gaps with those of the clone."""
    for gap in gaps:
        clone.history.gaps.note(gap)
