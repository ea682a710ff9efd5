"""Verb 2, `check`: what speaks against a change that is not taken yet, as a reviewer would look.

Each change is applied to the tree that it is to go onto, or to its own parent's; what is said is
said of the code with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.adapters.git import blame
from minekvm.adapters.git.merging import Picker
from minekvm.analyses.check import callers, history, mirrors, regions
from minekvm.analyses.check.subject import Subject
from minekvm.analyses.needs.meaning import side
from minekvm.analyses.needs.proposed import Proposed, proposed
from minekvm.analyses.needs.target import Target, note
from minekvm.analyses.needs.trial import tried
from minekvm.clone.clone import Clone
from minekvm.core.check.model import RULES, Behind, Caller, Checked, Finding
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import Change, CommitId, Gap
from minekvm.core.needs.model import Outcome, Trial
from minekvm.core.report.story import Rule
from minekvm.errors import GitFailed


@dataclass(frozen=True, slots=True)
class Question:
    """What `check` was asked: changes as they were given, where they are to go ("": a commit onto
    its own parent, a patch onto HEAD), and the rules; without `files` no change is read from one.
    """

    changes: tuple[str, ...]
    onto: str = ""
    rules: tuple[Rule, ...] = ()
    files: bool = True


def check(clone: Clone, question: Question) -> Checked:
    """What speaks against some changes, one after another."""
    with Picker(clone.shadow, clone.repository.objects) as picker:
        return _checked(clone, question, picker)


def _checked(clone: Clone, question: Question, picker: Picker) -> Checked:
    start = clone.resolve_beside(question.onto or "HEAD")
    given = proposed(clone, question.changes, start, files=question.files)
    look = _Look(clone, question.rules, picker)
    is_named = question.onto or clone.location.beside or given[0].change.posted
    at: CommitId | None = start if is_named else given[0].base
    onto = at or start
    for one in given:
        at = look.take(one, at)
    listed = [p.change.commit for p in given]
    listed += [w.commit for b in look.behind for w in b.wrote]
    listed += [c for t in look.trials for k in t.conflicts for c in k.commits]
    commits = {c: a for c in listed if (a := clone.index.about(c)) is not None}
    order = list(RULES)
    found = sorted(
        dict.fromkeys(look.findings),
        key=lambda f: (f.severity != "error", order.index(f.rule), f.path, f.line),
    )
    return Checked(
        changes=tuple(p.change for p in given),
        onto=onto,
        target=question.onto,
        trials=tuple(look.trials),
        findings=tuple(found),
        functions=tuple(look.functions),
        behind=tuple(look.behind),
        callers=tuple(look.callers),
        commits=commits,
        gaps=tuple(dict.fromkeys((*clone.history.gaps, *look.gaps))),
    )


class _Look:
    """What is found, change by change."""

    def __init__(self, clone: Clone, rules: Sequence[Rule], picker: Picker) -> None:
        self._clone = clone
        self._picker = picker
        self._rules = rules
        self.trials: list[Trial] = []
        self.findings: list[Finding] = []
        self.functions: list[Change] = []
        self.behind: list[Behind] = []
        self.callers: list[Caller] = []
        self.gaps: list[Gap] = []

    def take(self, one: Proposed, onto: CommitId | None) -> CommitId | None:
        """Check one change on a tree (None: on nothing); returns the tree with it."""
        trial = self._tried(one, onto)
        self.trials.append(trial)
        for conflict in trial.conflicts:
            where = f" in {conflict.function}()" if conflict.function else ""
            words = f"the change does not apply{where}: {conflict.how}"
            self.findings.append(Finding("conflict", conflict.path, max(conflict.first, 1), words))
        if trial.result is None or onto is None or trial.empty:
            return trial.result or onto
        self._clone.progress(f"comparing the functions of {one.change.commit[:12]}")
        pairs = side(Target(self._clone, onto, self._picker), trial.result, onto).pairs
        edits, gaps = blame.edits(self._clone.shadow, trial.result, onto)
        note(self._clone, gaps)
        subject = Subject(self._clone, onto, trial.result, edits, pairs)
        message = self._clone.history.commit(one.change.commit).message
        self._ask(subject, changes(list(pairs), message))
        return trial.result

    def _tried(self, one: Proposed, onto: CommitId | None) -> Trial:
        outcome: Outcome = "conflict" if one.failed else "clean"
        commit = one.change.commit
        if one.direct or onto is None or onto == one.base:
            return Trial(outcome, one.fuzz, conflicts=one.failed, result=commit)
        try:
            return tried(Target(self._clone, onto, self._picker), one.base, commit).trial
        except GitFailed as failure:
            self.gaps.append(Gap("trial", failure.message, commit=commit))
            return Trial("unknown")

    def _ask(self, subject: Subject, functions: Sequence[Change]) -> None:
        self.functions += functions
        target = Target(self._clone, subject.before, self._picker)
        self._clone.progress("looking at regions")
        self.findings += regions.forbidden(subject, target, self._rules)
        self.findings += regions.crossing(subject, self._rules)
        self._clone.progress("reading what is behind the lines")
        told, undone = history.behind(subject)
        self.behind += told
        self.findings += undone
        self._clone.progress("looking for callers")
        found, wrong = callers.callers(subject, functions)
        self.callers += found
        self.findings += wrong
        self.findings += mirrors.mirrors(subject)
