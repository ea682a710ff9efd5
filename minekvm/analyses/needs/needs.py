"""Verb 2, `needs`: what a target lacks for some changes, and whether they would fit and be right.

Each change is applied in memory; where it does not fit, who wrote the lines before it is asked;
then who gave the names that it uses, what its message and later ones say, and what the regions say
at the places to which it moves calls. What is lacking is asked the same, to a depth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from minekvm.adapters.git import searching
from minekvm.adapters.git.merging import Picker
from minekvm.analyses.needs import names, proposed, said, text
from minekvm.analyses.needs.meaning import Meaning, side
from minekvm.analyses.needs.proposed import Proposed
from minekvm.analyses.needs.target import Target
from minekvm.analyses.needs.trial import Tried, tried
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, Gap
from minekvm.core.needs.model import Meant, Need, Needs, Outcome, Plan, Reason, Trial
from minekvm.core.needs.pairs import told
from minekvm.core.needs.plan import ordered
from minekvm.core.report.story import Rule
from minekvm.errors import GitFailed

DEPTH = 3  # needs of needs that are followed
_MOST = 30  # commits of a plan
_ROUNDS = 4  # in which a plan is mended


@dataclass(frozen=True, slots=True)
class Question:
    """What `needs` was asked: changes as they were given, where they are to go, how deep to look.

    With `every` the answer has what the target has already, too. `rules` say what must not be
    called in which regions. Without `files` no change is read from a file.
    """

    changes: tuple[str, ...]
    onto: str = "HEAD"
    depth: int = DEPTH
    every: bool = False
    rules: tuple[Rule, ...] = ()
    files: bool = True


def needs(clone: Clone, question: Question) -> Needs:
    """What a target lacks for some changes, each with its reasons, and what to take in order."""
    with Picker(clone.shadow, clone.repository.objects) as picker:
        return _needs(clone, question, picker)


def _needs(clone: Clone, question: Question, picker: Picker) -> Needs:
    onto = clone.resolve_beside(question.onto)
    target = Target(clone, onto, picker)
    changes = proposed.proposed(clone, question.changes, onto, files=question.files)
    search = Search(target, question, frozenset(p.change.commit for p in changes))
    trials = []
    for one in changes:
        clone.progress(f"applying {one.change.commit[:12]}")
        trials.append(search.change(one))
    plan = _plan(search, changes)
    found = search.found()
    notes = _notes(search, trials)
    wanted = [n for n in found if question.every or n.standing.state != "present"]
    listed = [*(n.commit for n in wanted), *(plan.order if plan is not None else ())]
    listed += [c for t in trials for k in t.conflicts for c in k.commits]
    listed += [p.change.commit for p in changes]
    commits = {c: a for c in listed if (a := clone.index.about(c)) is not None}
    return Needs(
        changes=tuple(p.change for p in changes),
        onto=onto,
        target=question.onto,
        needs=tuple(wanted),
        trials=tuple(trials),
        places=tuple(search.places),
        plan=plan,
        notes=tuple(notes),
        commits=commits,
        gaps=tuple(dict.fromkeys((*clone.history.gaps, *search.gaps))),
    )


@dataclass
class Search:
    """The needs found so far, by commit."""

    target: Target
    question: Question
    asked: frozenset[CommitId]
    gaps: list[Gap] = field(default_factory=list)
    places: list[Meant] = field(default_factory=list)
    known: dict[CommitId, Need] = field(default_factory=dict)
    behind: dict[CommitId, list[CommitId]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.meaning = Meaning(self.target, self.question.rules)

    def change(self, one: Proposed) -> Trial:
        """Ask all of one of the changes: how it applies, and what it needs."""
        commit = one.change.commit
        result = self._tried(one)
        if one.base is not None and not one.direct:
            self._reasons(one.base, commit, result, 0)
        self._places(one, result)
        if not one.change.posted:
            self._said(commit)
        return result.trial

    def _places(self, one: Proposed, result: Tried) -> None:
        """Note where the change's calls would stand, and who is to blame that they stand so."""
        if result.trial.result is None or result.trial.empty:
            return
        here = side(self.target, result.trial.result, self.target.commit)
        there = None if one.direct else side(self.target, one.change.commit, one.base)
        for place in self.meaning.places(here, there, None if one.direct else one.base):
            self.places.append(place)
            if place.commit is not None and not place.ours:
                reason = Reason("meaning", "region", "inferred", _words(place))
                self._note(place.commit, [reason], one.change.commit)
                self._follow(place.commit, 1)

    def _tried(self, one: Proposed) -> Tried:
        if one.direct:
            outcome: Outcome = "conflict" if one.failed else "clean"
            commit = one.change.commit
            return Tried(Trial(outcome, one.fuzz, conflicts=one.failed, result=commit))
        if not one.change.posted:
            standing = self.target.standing(one.change.commit, content=False)
            if standing.state == "present":
                return Tried(Trial("clean", empty=True, result=self.target.commit))
        try:
            return tried(self.target, one.base, one.change.commit)
        except GitFailed as failure:
            self.gaps.append(Gap("trial", failure.message, commit=one.change.commit))
            return Tried(Trial("unknown"))

    def _reasons(self, base: CommitId, commit: CommitId, result: Tried, depth: int) -> None:
        """Note what a commit needs by its lines and names, and what that needs."""
        clone = self.target.clone
        found = text.by_lines(self.target, base, result.clashes)
        clone.progress(f"looking for the names that {commit[:12]} uses")
        by_names, gaps = names.by_names(self.target, names.change_of(self.target, base, commit))
        known = {gap.what for gap in self.gaps}
        self.gaps += [gap for gap in gaps if gap.what not in known]
        for other, reasons in by_names.items():
            found.setdefault(other, []).extend(reasons)
        for other, reasons in found.items():
            self._note(other, reasons, commit)
        for other in found:
            self._follow(other, depth + 1)

    def _said(self, commit: CommitId) -> None:
        every = [*said.by_words(self.target, commit), *said.later(self.target, commit)]
        for one in every:
            needed = one.required and not one.after
            self._note(one.commit, [one.reason], commit, required=one.required, after=one.after)
            if needed:
                self._follow(one.commit, 1)

    def _note(
        self,
        other: CommitId,
        reasons: Sequence[Reason],
        by: CommitId,
        *,
        required: bool = True,
        after: bool = False,
    ) -> None:
        """Keep why a commit is needed, each reason once."""
        if other in self.asked:
            return
        need = self.known.get(other)
        if need is None:
            standing = self.target.standing(other)
            need = Need(other, standing, (), by, required=False, after=after)
        every = tuple(dict.fromkeys((*need.reasons, *reasons)))
        self.known[other] = replace(
            need,
            reasons=every,
            required=need.required or required,
            after=need.after and after,
        )
        self.behind.setdefault(by, []).append(other)

    def _follow(self, commit: CommitId, depth: int) -> None:
        """Ask of something that is lacking what that needs."""
        need = self.known.get(commit)
        if need is None or need.standing.state != "absent" or commit in self.behind:
            return
        self.behind[commit] = []
        if depth >= self.question.depth or len(self.lacking) > _MOST:
            why = f"what it needs itself is not looked for: {depth} steps from the change"
            self.gaps.append(Gap(f"commit {commit[:12]}", why))
            return
        parents = self.target.clone.history.commit(commit).parents
        if len(parents) != 1:
            return
        self.target.clone.progress(f"applying {commit[:12]}, which is needed")
        try:
            result = tried(self.target, parents[0], commit, brief=True)
        except GitFailed as failure:
            self.gaps.append(Gap("trial", failure.message, commit=commit))
            return
        self._reasons(parents[0], commit, result, depth)

    def more(
        self,
        base: CommitId,
        commit: CommitId,
        at: CommitId,
        result: Tried,
        order: Sequence[CommitId],
    ) -> bool:
        """Note who wrote where a commit does not fit what was taken so far; whether it is news."""
        target = self.target.at(at)
        found = text.by_lines(target, base, result.clashes)
        fresh = {c: reasons for c, reasons in found.items() if c not in order}
        before = set(self.lacking)
        for other, reasons in fresh.items():
            self._note(other, reasons, commit)
            self._follow(other, 1)
        return set(self.lacking) != before

    @property
    def lacking(self) -> list[CommitId]:
        """What is to be taken before the changes."""
        return [
            n.commit
            for n in self.known.values()
            if n.required and not n.after and n.standing.state == "absent"
        ]

    @property
    def following(self) -> list[CommitId]:
        """What is to be taken behind them."""
        return [
            n.commit
            for n in self.known.values()
            if n.required and n.after and n.standing.state == "absent"
        ]

    def found(self) -> list[Need]:
        """The needs: what is lacking first, then by how sure they are needed."""
        states = ("absent", "unknown", "present")
        return sorted(
            self.known.values(),
            key=lambda n: (states.index(n.standing.state), not n.required, n.after),
        )


def _words(place: Meant) -> str:
    here = place.here
    return (
        f"since it {place.call}() in {place.function}() stands {place.there} the region from"
        f" {told(here.enter)} to {told(here.exit)}; in the target it would stand {here.state}"
    )


def _notes(search: Search, trials: Iterable[Trial]) -> list[str]:
    found = []
    if any(t.empty for t in trials):
        found.append("the target has the change already: nothing of it would be left")
    fixed = [
        n.commit
        for n in search.known.values()
        if n.standing.state == "absent"
        and any(r.text == "it is what the change fixes" for r in n.reasons)
    ]
    found += [f"what it fixes, {c[:12]}, is not in the target: it may not be needed" for c in fixed]
    return found


def _plan(search: Search, changes: Sequence[Proposed]) -> Plan | None:
    """What to take in order, and whether all of it applies then.

    Where something does not, who wrote there is asked once more, on what was taken before it.
    """
    bases = {p.change.commit: p.base for p in changes}
    order = _order(search, changes)
    applies: Outcome = "unknown"
    for _ in range(_ROUNDS):
        if order is None:
            return None
        applies, more = _in_order(search, order, bases)
        if not more:
            break
        order = _order(search, changes)
    assert order is not None
    own = {p.change.commit for p in changes}
    taken = [c for c in order if c not in own]
    lines = searching.sizes(search.target.clone.shadow, taken)
    return Plan(order, len(taken), sum(lines.values()), applies)


def _order(search: Search, changes: Sequence[Proposed]) -> tuple[CommitId, ...] | None:
    """The commits before the changes, these, and what belongs behind them; None for no more."""
    clone, target = search.target.clone, search.target
    before, after = search.lacking, search.following
    if not before and not after:
        return None
    own = [p.change.commit for p in changes]
    history: dict[CommitId, None] = {}
    for start in (*before, *own, *after):
        history |= dict.fromkeys(searching.between(clone.shadow, start, target.commit))
    every = [*before, *after]
    lines = searching.sizes(clone.shadow, every)
    files = {c: [t.path for t in clone.index.touched(c)] for c in every}
    sides = (ordered(some, search.behind, list(history), lines, files) for some in (before, after))
    return (*next(sides), *own, *next(sides))


def _in_order(
    search: Search, order: Sequence[CommitId], bases: Mapping[CommitId, CommitId | None]
) -> tuple[Outcome, bool]:
    """Whether commits apply one behind the other, and whether more was found to be needed."""
    clone, at = search.target.clone, search.target.commit
    for commit in order:
        parents = clone.history.commit(commit).parents
        base = bases.get(commit, next(iter(parents), None))
        try:
            result = tried(search.target.at(at), base, commit, brief=True)
        except GitFailed:
            return "unknown", False
        if result.trial.applies != "clean" or result.trial.result is None:
            return "conflict", base is not None and search.more(base, commit, at, result, order)
        at = result.trial.result
    return "clean", False
