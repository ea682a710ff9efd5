"""How far a ranking can be trusted, in words, and which of its commits answer the question.

The words stand for the best candidate's chance among all: benchmarks/confidence_fit.py says how
often it is right there. Whether anything answers at all is told by what speaks for the best one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from minekvm.core.why.model import Confidence
from minekvm.core.why.ranking import Candidate, Weighed, features
from minekvm.core.why.reading import Reading

EVIDENCE: Mapping[str, float] = {
    "one": -3.0,
    "chance": 3.0,
    "lead": 1.0,
    "title": 1.5,
    "message": 1.5,
    "sentence": 1.0,
    "fit": 1.5,
    "lines": 0.5,
}
"""What speaks for the best candidate's being an answer at all (hand-set, on the replica)."""
_NONE = 0.2  # the chance by EVIDENCE below which nothing answers (hand-set, on the replica)
SURE, LIKELY = 0.95, 0.5
"""The chances from which on answers are told as sure and as likely. Of the first candidates of 145
questions about four histories, each ranked by a fit on the others, 85 % of 40 are the key commit
above the first, 67 % of 58 between them, 43 % of 47 below: benchmarks/confidence_fit.py."""
_SEEN = 0.8  # how well an occurrence fits from which on the code shows it (hand-set)
_IN_PART = 0.4  # how well one fits that did something of the kind to what is named (hand-set)
_AS_GOOD = 0.5  # of the best one's chance, from which on another answers a list too (hand-set)


def confidence(
    reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> Confidence:  # fmt: skip
    """The word for how sure it is that the best candidate answers; none where it does not."""
    if not candidates:
        return "none"
    best = candidates[0]
    after = candidates[1].chance if len(candidates) > 1 else 0.0
    signs = features(reading, weighed, best)
    signs |= {"one": 1.0, "chance": best.chance, "lead": best.chance - after}
    total = sum(EVIDENCE.get(n, 0.0) * v for n, v in signs.items())
    seen = _is_seen(best) or _is_named(signs, best)
    if 1 / (1 + math.exp(-total)) < _NONE and not seen:
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
    """The candidates that answer: the best one; of a list, all that fit as well."""
    best = candidates[0]
    if not reading.many:
        return [best]
    degree = best.fit.degree if best.fit is not None else 0.0
    return [
        c
        for c in candidates[:most]
        if c is best
        or (c.fit is not None and c.fit.degree >= max(degree, 0.7))
        or c.chance >= _AS_GOOD * best.chance
    ]
