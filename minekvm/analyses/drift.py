"""The same functions in two trees: where the one's lineage leaves the other's, and what it lacks.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.analyses.check.regions import crossing
from minekvm.analyses.check.subject import Subject
from minekvm.analyses.lineage import Question as Symbol
from minekvm.analyses.lineage import lineage
from minekvm.analyses.ports import Identity
from minekvm.clone.clone import Clone
from minekvm.core.drift.drift import Parting, parting, ranked, steps
from minekvm.core.drift.model import Drift, Drifted, Lack, Tree
from minekvm.core.lineage.narrowed import narrowed_changes
from minekvm.core.model import Change, CommitId, FilePair, FunctionVersion, Gap
from minekvm.core.phrases import count
from minekvm.core.relate import mentions
from minekvm.core.report.story import Rule
from minekvm.errors import MinekvmError

MOST = 100  # hand-set: functions of a tree whose lineages are followed


@dataclass(frozen=True, slots=True)
class Question:
    """Which tree is compared: what it is called, its revision and upstream's.

    Of `most` functions that stand on both sides the lineages are followed; `rules` tell regions
    beside those of the functions' own markers.
    """

    tree: str
    revision: str = "HEAD"
    upstream: str = "HEAD"
    most: int = MOST
    rules: tuple[Rule, ...] = ()


def drift(clone: Clone, question: Question) -> Drift:
    """What stands otherwise in the clone beside this one. Raises UnknownCommit."""
    there = clone.resolve_indexed(question.upstream)
    here = clone.resolve_beside(question.revision)
    clone.progress("comparing the trees")
    files = clone.history.changes.files(here, there)
    changes = narrowed_changes(clone.history.changes.pairs(files, keep=False), "")
    look = _Look(clone, there, here, question.rules)
    found: list[Drifted] = []
    left_out = 0
    both = [c for c in changes if c.old is not None and c.new is not None]
    for change in changes:
        if change.old is None or change.new is None:
            found.append(Drifted(change.kinds, change.old, change.new))
        elif look.followed < question.most:
            clone.progress("following functions", look.followed, min(len(both), question.most))
            found.append(look.at(change))
        else:
            left_out += 1
            found.append(Drifted(change.kinds, change.old, change.new))
    tree = Tree(question.tree, here, ranked(found))
    named = {c for d in found for c in (d.left, *d.own, *(lack.commit for lack in d.lacks)) if c}
    gaps = [*clone.history.gaps, *look.gaps]
    if left_out:
        why = f"of {count(left_out, 'function')} that differ nobody looked where they part"
        gaps.append(Gap(f"drift of {question.tree}", why))
    commits = clone.index.summaries([there, here, *sorted(named)])
    return Drift(there, (tree,), commits, tuple(dict.fromkeys(gaps)))


class _Look:
    """Follows functions that differ in both trees."""

    def __init__(
        self, clone: Clone, there: CommitId, here: CommitId, rules: tuple[Rule, ...]
    ) -> None:
        self._clone = clone
        self._there, self._here = there, here
        self._rules = rules
        self._same = Identity(clone)
        self._present: dict[CommitId, bool] = {}
        self.followed = 0
        self.gaps: list[Gap] = []

    def at(self, change: Change) -> Drifted:
        """A function that stands on both sides."""
        assert change.old is not None and change.new is not None
        self.followed += 1
        drifted = Drifted(change.kinds, change.old, change.new)
        drifted = replace(drifted, regions=tuple(self._regions(change.old, change.new)))
        try:
            found = self._parting(change.old, change.new)
        except MinekvmError as error:
            self.gaps.append(Gap(f"lineage of {change.new.name}", error.message))
            return drifted
        lacks = tuple(self._lacks(found))
        return replace(drifted, left=found.left, lacks=lacks, own=found.here, is_known=True)

    def _parting(self, old: FunctionVersion, new: FunctionVersion) -> Parting:
        told = [
            lineage(self._clone, Symbol(v.name, v.path, rev, first_ancestor=True))
            for v, rev in ((old, self._there), (new, self._here))
        ]
        there, here = (steps(t.lineage.events) for t in told)
        return parting(there, here)

    def _lacks(self, found: Parting) -> Iterator[Lack]:
        """What upstream has since, but for what the tree has under another hash."""
        index = self._clone.index
        taken = {h for own in found.here for h, _ in mentions.origins_named(index, own)}
        lacking = [c for c in found.there if not any(c.startswith(h) for h in taken)]
        for commit in lacking:
            out, _, _ = mentions.outward(index, commit)
            mended = [r for r in out if r.kind in ("fixes", "reverts") and r.here]
            # What mends a commit that is lacking too is no loss.
            telling = [r for r in mended if r.other not in found.there]
            if telling and self._is_there(commit):
                continue
            has = (r for r in telling if r.other in found.shared or self._is_there(r.other))
            yield Lack(commit, next((r.kind for r in has), ""))

    def _is_there(self, commit: CommitId) -> bool:
        """Whether the tree has a change, be it by another hash."""
        if commit not in self._present:
            self._present[commit] = any(
                is_ancestor(self._clone.shadow, i.commit, self._here)
                for i in self._same.instances(commit)
            )
        return self._present[commit]

    def _regions(self, old: FunctionVersion, new: FunctionVersion) -> Iterator[str]:
        """The calls that stand otherwise to a region than upstream."""
        if old.name != new.name:
            return
        pair = FilePair(old.path, new.path, (old.function,), (new.function,))
        subject = Subject(self._clone, self._there, self._here, (), (pair,))
        for finding in crossing(subject, self._rules):
            yield finding.text


def joined(drifts: Sequence[Drift]) -> Drift:
    """What was found of several trees, beside one upstream, as one answer."""
    first, *others = drifts
    commits = dict(first.commits)
    for other in others:
        commits |= other.commits
    trees = tuple(tree for one in drifts for tree in one.trees)
    gaps = tuple(dict.fromkeys(gap for one in drifts for gap in one.gaps))
    return Drift(first.commit, trees, commits, gaps)
