"""Signs in, ranked origins out: the earlier commits that made one necessary or possible.

The score of a candidate is a sum: each sign as it is, times a weight, and each sign as a share of
the highest any candidate has, times another. The weights are those of a regularised
conditional logit (the chance that a candidate is the cause, among all of one commit), once fitted
on 1,800 commits with a `Fixes:` line of six C projects. benchmarks/origins_fit.py fits them again,
from these on: on 270 further pairs it finds no better than noise.
What is shown as the score is that chance.

What made the commit possible (`enabling`) is no matter of signs: it comes first where the commit
only adds, or its message names what the earlier one gave, else behind the first candidate; so that
whose lines a fix removes stays first. How far that serves is not fitted, but hand-set.

A cited commit is one that the commit's own message names; `blind` rankings are given none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId, Gap
from minekvm.core.origins.enabling import Enabler
from minekvm.core.origins.features import Evidence, Signs, Table, sized, speaks_of_repair
from minekvm.core.origins.reasons import Reason, reasons, whereabouts

if TYPE_CHECKING:
    from minekvm.core.relate.relations import About

SHORTLIST = 60  # candidates whose size is asked for
_LIFTED = 2  # commits that made one possible which are put in front
_CLOSE = 1.0  # how far behind the first candidate these are at most
_TELLING = 0.4  # weight of a removed line from which it tells where it came from

# sign -> (weight of the sign as it is, weight of its share of the highest)
WEIGHTS: Mapping[str, tuple[float, float]] = {
    "message": (0.0, 1.17),  # words that both messages have, rare ones counting more
    "rank": (-0.97, 0.0),  # by how many later commits to the same files
    "merge": (-0.86, 0.0),
    "functions": (0.82, 0.75),  # share of the sites in whose function it wrote a line that stands
    "age": (-0.79, 0.0),  # log of the days between
    "names touched": (0.35, 0.63),  # wrote names that the change has
    "title told": (0.62, 0.4),  # share of its subject that the message has too
    "sites": (0.52, 0.44),  # share of the sites at which it was the last to write
    "near": (0.0, 0.47),  # last to write the lines around the change
    "size": (0.46, 0.0),  # log of the files it changed
    "subject": (0.0, 0.45),  # share of the subject that its subject has too
    "repairs": (-0.44, 0.0),  # is itself a repair
    "function carried": (0.0, 0.42),  # moved or reindented lines of the function
    "names told": (0.0, 0.42),  # wrote names that the message has
    "tokens": (0.4, 0.28),  # wrote just what goes away of the removed lines
    "removed first": (0.0, 0.4),  # the removed lines began with it
    "tidies": (-0.38, 0.0),  # its subject speaks of cleaning up
    "near first": (0.0, 0.37),  # the lines around began with it
    "author": (0.36, 0.0),  # the same
    "names changed": (0.27, 0.35),  # wrote names of which there are more or fewer now
    "creates": (-0.33, 0.0),  # created one of the files
    "linked": (0.0, 0.33),  # last to write lines near by that have the same names
    "files": (0.31, 0.0),  # share of the files that it changed too
    "removed": (0.0, 0.29),  # last to write the removed lines
    "names changed first": (0.0, 0.27),  # ... and was the first to
    "title touched": (0.24, 0.15),  # share of its subject found in the names that the change has
    "sweep": (-0.23, 0.0),  # changed more than 60 files
    "function first": (0.0, -0.22),  # lines of the function began with it
    "head": (0.0, -0.19),  # last to write the function's header
    "names told first": (0.0, 0.17),  # ... and was the first to
    "moves": (-0.14, 0.0),  # its subject speaks of moving
    "area": (0.1, 0.0),  # the subjects begin alike
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier commit, the chance given to it (0 to 1) and why, the strongest reason first."""

    commit: CommitId
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """The candidates for one commit, best first, and what could not be looked at.

    `commits` has what is known of every commit named, the one asked about included.
    """

    commit: CommitId
    candidates: tuple[Candidate, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A commit that the message names, or one that such a commit names in turn.

    `worth` is added to its score; beside the signs, of which all together seldom reach 12.
    """

    commit: CommitId
    rule: str
    text: str
    worth: float


def shortlist(table: Table) -> list[CommitId]:
    """The candidates worth asking more about, best first."""
    return _best(scores(table.signs))[:SHORTLIST]


def rank(
    evidence: Evidence,
    table: Table,
    sizes: Mapping[CommitId, int],
    cited: Sequence[Cited] = (),
    top: int = 10,
    enablers: Sequence[Enabler] = (),
) -> tuple[Candidate, ...]:
    """The best candidates. `sizes` says how many files those of the shortlist changed; `cited` are
    what the message and those it names speak of, or nothing for a blind ranking; `enablers` are
    what made the commit possible."""
    signs = {c: sized(table.signs[c], files) for c, files in sizes.items() if c in table.signs}
    quotes: dict[CommitId, list[Cited]] = {}
    for one in cited:
        quotes.setdefault(one.commit, []).append(one)
        if one.commit not in signs:
            signs[one.commit] = dict(table.signs.get(one.commit, {}))
    worths = scores(signs)
    for commit, named in quotes.items():
        worths[commit] += max(one.worth for one in named)
    helped: dict[CommitId, list[Enabler]] = {}
    for enabler in enablers:
        helped.setdefault(enabler.commit, []).append(enabler)
        signs.setdefault(enabler.commit, dict(table.signs.get(enabler.commit, {})))
    is_fixed = any(one.rule == "cited" for one in cited)
    _lift(worths, evidence, enablers, is_settled=is_fixed)
    order = _best(worths)
    if not order:
        return ()
    highest = worths[order[0]]
    total = sum(exp(s - highest) for s in worths.values())
    worth, around = _Worth(signs), whereabouts(evidence)
    return tuple(
        Candidate(
            commit,
            round(exp(worths[commit] - highest) / total, 4),
            (
                *(Reason(one.rule, one.text) for one in quotes.get(commit, ())),
                *(Reason(one.rule, one.text) for one in helped.get(commit, ())),
                *reasons(evidence, table, commit, worth.parts(commit), around),
            ),
        )
        for commit in order[:top]
    )


def _lift(
    worths: dict[CommitId, float],
    evidence: Evidence,
    enablers: Sequence[Enabler],
    *,
    is_settled: bool,
) -> None:
    """Put the best of what made a commit possible first, or behind what is first.

    Not first where the message settles what is, where the commit is a repair by its subject, or
    where it removes what others wrote and does not name what it begins to use.
    """
    best: dict[CommitId, Enabler] = {}
    for one in sorted(enablers, key=lambda e: (e.spoken, e.near)):
        best[one.commit] = one
    ranked = sorted(best.values(), key=lambda e: (-e.spoken, -e.near, e.commit))[:_LIFTED]
    others = sorted((w for c, w in worths.items() if c not in best), reverse=True)
    highest, second = (*others, 0.0, 0.0)[:2]
    if len(others) == 1:
        second = highest - 1
    is_repair = is_settled or speaks_of_repair(evidence.commit)
    removes = any(a.role == "removed" and a.weight > _TELLING for a in evidence.sites.asked)
    for place, one in enumerate(ranked[:1] if is_repair else ranked):
        if not is_repair and (one.spoken or not removes):
            goal = highest + 1 - place / 4
        else:
            goal = highest - min((highest - second) / 4, _CLOSE) * (1 + place) / 2
        worths[one.commit] = max(worths.get(one.commit, goal), goal)
    for one in best.values():
        worths.setdefault(one.commit, min(others, default=0.0))


def _best(scores: Mapping[CommitId, float]) -> list[CommitId]:
    return sorted(scores, key=lambda c: (-scores[c], c))


def scores(signs: Mapping[CommitId, Signs]) -> dict[CommitId, float]:
    """The sum of what the signs of each candidate are worth, beside the others."""
    worth = _Worth(signs)
    return {commit: sum(worth.parts(commit).values()) for commit in signs}


class _Worth:
    """What each sign adds to the score of each candidate, beside the others."""

    def __init__(self, signs: Mapping[CommitId, Signs]) -> None:
        self._signs = signs
        self._highest = {
            sign: max((s.get(sign, 0.0) for s in signs.values()), default=0.0) for sign in WEIGHTS
        }

    def parts(self, commit: CommitId) -> dict[str, float]:
        mine = self._signs[commit]
        return {
            sign: mine[sign] * (plain + (share / self._highest[sign] if share else 0.0))
            for sign, (plain, share) in WEIGHTS.items()
            if mine.get(sign)
        }
