"""Which sentences of a message state the reason, and whether any does.

Nothing is rephrased: sentences are chosen. One model says which of a message's sentences is the
likeliest (a conditional logit, McFadden 1974), another whether the message gives a reason at all (a
logistic regression on the first one's scores, after Platt 1999). Both are fitted on messages
labelled apart: benchmarks/reasons_fit.py prints them, and how they do on histories left out.
English is what they read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.why.reason_signs import Sought, features, whole
from minekvm.core.why.sentences import Sentence, sentences, subject

MOST = 2  # sentences of one message that are quoted
WEIGHTS: Mapping[str, float] = {
    "subject": -1.57,
    "restates": 1.55,
    "trouble": 1.33,
    "useless": 1.24,
    "aside whole": -1.16,
    "long": 1.11,
    "hash": -1.04,
    "news": 1.03,
    "before remedy": 1.02,
    "before turn": -0.95,
    "gain": 0.89,
    "turn": 0.82,
    "doing untold": -0.77,
    "cause": 0.76,
    "must": 0.65,
    "purpose": 0.60,
    "remedy": -0.55,
    "depth": -0.54,
    "short": -0.52,
    "item": -0.49,
    "last": -0.47,
    "first paragraph": 0.39,
    "second": 0.38,
    "aside": 0.37,
    "condition": 0.31,
    "first": 0.31,
    "overlap": 0.22,
    "turn with trouble": 0.21,
    "doing": -0.20,
    "named": 0.19,
    "credit": -0.14,
    "after trouble": 0.13,
    "subject telling": 0.13,
    "tells of now": 0.12,
    "contrast": 0.11,
    "leads in": 0.08,
    "ahead": -0.06,
    "asks": -0.02,
}
"""What the signs of a sentence weigh against those of its neighbours: benchmarks/reasons_fit.py."""
GIVES: Mapping[str, float] = {
    "best": 1.54,
    "subject trouble": 1.41,
    "one": -1.39,
    "subject useless": 1.35,
    "best doing": -1.18,
    "any contrast": 1.00,
    "best first paragraph": 0.83,
    "any purpose": 0.80,
    "best useless": 0.75,
    "any gain": 0.66,
    "best trouble": 0.63,
    "best purpose": 0.61,
    "subject purpose": 0.61,
    "best restates": -0.59,
    "any useless": -0.56,
    "any aside": 0.48,
    "best over subject": 0.45,
    "any cause": 0.43,
    "best must": 0.41,
    "best item": 0.38,
    "best gain": -0.37,
    "best doing untold": -0.35,
    "any ahead": 0.30,
    "best news": 0.29,
    "best condition": -0.29,
    "second": 0.27,
    "best contrast": 0.24,
    "best short": 0.24,
    "length": -0.21,
    "subject must": 0.19,
    "subject gain": -0.16,
    "best cause": -0.15,
    "bare": 0.14,
    "best long": 0.12,
    "one sentence": -0.12,
    "any must": 0.10,
    "best ahead": 0.08,
    "any trouble": 0.08,
    "subject condition": 0.08,
    "subject contrast": 0.08,
    "best aside": -0.05,
    "words": -0.03,
    "any condition": -0.03,
}
"""What the signs of a message weigh for its giving a reason: by benchmarks/reasons_fit.py."""
LEAST = 0.4
"""The chance that a message gives a reason, below which it is said to give none: of the messages
that are told so 88 % do not, and half of those that do not are told so (benchmarks/reasons_fit.py).
"""
_BESIDE = 0.75  # of the best one's chance, from which on another is quoted beside it; 65 % of those
# state a reason, and hardly more above or below (benchmarks/reasons_fit.py)


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that may state the reason, with the chance that it does, and whether it names it.

    The chance is that of the message's giving a reason times that of this sentence's stating it.
    """

    sentence: Sentence
    weight: float
    names: bool


def reasons(message: str, sought: Sought, most: int = MOST) -> tuple[Reason, ...]:
    """The sentences of a message that best say why, the best first; () where none does."""
    gives, every = judged(message, sought)
    if gives < LEAST:
        return ()
    least = _BESIDE * every[0].weight
    return tuple(r for r in every[:most] if r.weight >= least)


def ranked(message: str, sought: Sought) -> list[Reason]:
    """Every sentence of a message with its chance to state the reason, the best first."""
    return judged(message, sought)[1]


def judged(message: str, sought: Sought) -> tuple[float, list[Reason]]:
    """The chance that a message gives a reason, and its sentences, the best first."""
    every = (subject(message), *sentences(message))
    signs = [features(every, nth, sought) for nth in range(len(every))]
    scores = [score(WEIGHTS, one) for one in signs]
    gives = 1 / (1 + math.exp(-score(GIVES, whole(every, signs, scores))))
    found = [
        Reason(sentence, gives * share, one["named"] > 0)
        for sentence, share, one in zip(every, shares(scores), signs, strict=True)
    ]
    return gives, sorted(found, key=lambda r: (-r.weight, r.sentence.first))


def score(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    """What some signs weigh together."""
    return sum(weights.get(name, 0.0) * value for name, value in signs.items())


def shares(scores: Sequence[float]) -> list[float]:
    """The chances of some scores among one another, 0 to 1."""
    top = max(scores)
    powers = [math.exp(s - top) for s in scores]
    return [power / sum(powers) for power in powers]


def opening(message: str) -> Sentence | None:
    """The first sentence of a message's body: what it says where no reason is given."""
    return next(iter(sentences(message)), None)


def overlapping(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a sentence shares a line with some others."""
    return sentence.first <= last and first <= sentence.last
