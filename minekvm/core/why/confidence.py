"""How far a ranking can be trusted, in words, and which of its commits answer the question.

The chances that the words stand for, and the weights, are by benchmarks/why_fit.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from minekvm.core.why.model import Confidence
from minekvm.core.why.ranking import Candidate, Weighed, features
from minekvm.core.why.reading import Reading

WEIGHTS: Mapping[str, float] = {
    "one": -3.0,
    "chance": 3.0,
    "lead": 1.0,
    "title": 1.5,
    "message": 1.5,
    "sentence": 1.0,
    "fit": 1.5,
    "lines": 0.5,
}
"""By benchmarks/why_fit.py: of what speaks for the best candidate, to whether it is right."""
_SURE, _LIKELY, _UNSURE = 0.85, 0.6, 0.2  # chances from which the words are used
_SEEN = 0.8  # how well an occurrence fits from which on the code shows it (hand-set)
_AS_GOOD = 0.5  # of the best one's chance, from which on another answers a list too (hand-set)


def confidence(
    reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> Confidence:  # fmt: skip
    """The word for how sure it is that the best candidate answers; none where it does not."""
    if not candidates:
        return "none"
    signs = certainty_features(reading, weighed, candidates)
    total = sum(WEIGHTS.get(n, 0.0) * v for n, v in signs.items())
    chance = 1 / (1 + math.exp(-total))
    if chance >= _SURE:
        return "sure"
    if _is_seen(candidates[0]):
        chance = max(chance, _UNSURE)
    if chance >= _LIKELY:
        return "likely"
    return "unsure" if chance >= _UNSURE else "none"


def _is_seen(candidate: Candidate) -> bool:
    """Whether the code shows that the commit did what is asked about."""
    return candidate.fit is not None and candidate.fit.degree >= _SEEN and bool(candidate.lines)


def certainty_features(
    reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> dict[str, float]:
    """What speaks for the best candidate's being right, and how far it leads."""
    best = candidates[0]
    after = candidates[1].chance if len(candidates) > 1 else 0.0
    found = dict(features(reading, weighed, best))
    found["one"] = 1.0
    found["chance"] = best.chance
    found["lead"] = best.chance - after
    return found


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
