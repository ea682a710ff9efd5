"""How far a ranking can be trusted, in words, and which of its commits answer the question.

The words stand for the best candidate's chance among all: benchmarks/confidence_fit.py says how
often it is right there. Whether anything answers at all is told by how much of the question the
first ones have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from minekvm.core.why.candidate import Candidate, Weighed
from minekvm.core.why.model import Confidence
from minekvm.core.why.ranking import covered, features
from minekvm.core.why.reading import Reading
from minekvm.core.why.taken_back import taken_back

_FIRST = 5  # candidates that are looked at for words of the question
_COVERED = 0.45
"""The part of what a question names and says, rare words weighing most, that one of the first must
have in its message or on changed lines. Set where of questions about git, Open vSwitch and
rdma-core those without an answer have at most 0.40, and all with one and no name at least 0.56."""
_SHOWN = 0.25
"""The same where the code shows that something of the kind happened to what is named: of questions
about five histories one without an answer has 0.19, those with one at least 0.31."""
SURE, LIKELY = 0.9, 0.5
"""The chances from which on answers are told as sure and as likely. Of the first candidates of 181
questions about six histories, each ranked by a fit on the others, 93 % of 55 are the key commit
above the first, 61 % of 72 between them, 35 % of 54 below: benchmarks/confidence_fit.py.
Of a history that nobody had looked at, 11 of 13, 4 of 7 and 4 of 9 were right."""
_SEEN = 0.8  # how well an occurrence fits from which on the code shows it (hand-set)
_IN_PART = 0.4  # how well one fits that did something of the kind to what is named (hand-set)
_REACH = 5.0
"""How far below the best one the gap in scores that ends a list may be: benchmarks/lists_fit.py."""


def confidence(
    reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> Confidence:  # fmt: skip
    """The word for how sure it is that the best candidate answers; none where it does not."""
    if not candidates:
        return "none"
    best = candidates[0]
    signs = features(reading, weighed, best)
    told = max(covered(weighed, candidate) for candidate in candidates[:_FIRST])
    if not (weighed.names or weighed.stems):
        told = signs["path"]
    shown = _is_seen(best) or _is_named(signs, best)
    if told < (_SHOWN if shown else _COVERED):
        return "none"
    if best.chance >= SURE:
        return "sure"
    return "likely" if best.chance >= LIKELY else "unsure"


def _is_seen(candidate: Candidate) -> bool:
    """Whether the code shows that the commit did what is asked about."""
    return candidate.fit is not None and candidate.fit.degree >= _SEEN and bool(candidate.lines)


def _is_named(signs: Mapping[str, float], candidate: Candidate) -> bool:
    """Whether the commit changed all the code that is named, in part as is asked.

    Then there is something to tell, however unsure; nothing is told where code is not named, or
    nothing of what is asked happened to it.
    """
    if candidate.fit is None:
        return False
    if signs["path"] >= 1.0 and not signs["every name"]:
        return candidate.place is not None
    return bool(signs["every name"]) and candidate.fit.degree >= _IN_PART


def chosen(reading: Reading, candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The candidates that answer: the best one; of a list, all before the widest gap in scores.

    These are the scores but for what singles one out, such as being the first of them.
    """
    best = candidates[0]
    turns = taken_back(reading, candidates)
    if turns:
        return turns[:most]
    if not reading.many:
        return [best]
    ordered = sorted(candidates, key=lambda c: -c.plain)[:most]
    listed = ordered[: ended([c.plain for c in ordered], _REACH)]
    found = listed if best in listed else [best, *listed[: most - 1]]
    return sorted(found, key=lambda c: c is not best)


def ended(scores: Sequence[float], reach: float) -> int:
    """How many of some scores, the best first, come before the widest gap between two of them.

    Two at least; only gaps count that begin not more than a reach below the best one.
    """
    within = [
        (before - after, nth)
        for nth, (before, after) in enumerate(pairwise(scores), 1)
        if nth > 1 and scores[0] - before <= reach
    ]
    return max(within, key=lambda gap: gap[0])[1] if within else min(len(scores), 2)
