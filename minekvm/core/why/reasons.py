"""Which sentences of a message state the reason: one scorer of few, general features.

Nothing is rephrased: sentences are chosen. The weights are those of a logistic regression on
messages labelled by people who had no part in the scorer: benchmarks/reasons_fit.py prints them,
and how they do on histories left out. English is what it reads.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from minekvm.core.why.sentences import Sentence, sentences, subject
from minekvm.core.why.words import names, stands, stems

MOST = 2  # sentences of one message that are quoted
_CUES: dict[str, str] = {
    "cause": r"because|since|due to|owing to|thanks to|reasons?|hence|therefore|thus|consequently"
    r"|caus(?:e|es|ed|ing)|leads? to|led to|results? in|which means|that(?:'s| is) why|as a result",
    "purpose": r"in order to|so that|so (?:we|it|that|you|they)|to (?:avoid|prevent|allow|enable"
    r"|make|fix|reduce|support|match|keep|ensure|be able|help|improve|handle|simplify|emphasi[sz]e"
    r"|clarify|let|save|catch|detect|work|cope|protect)|for (?:consistency|clarity|the sake)|lest"
    r"|otherwise|in favou?r of|avoid(?:s|ing)?|prevent(?:s|ing)?",
    "trouble": r"bugs?|broken|breaks?|wrong(?:ly)?|incorrect(?:ly)?|rac(?:e|es|y)|deadlocks?"
    r"|crash\w*|leak\w*|warn\w*|errors?|fail\w*|corrupt\w*|stale|problem\w*|issues?|miss(?:es|ed"
    r"|ing)|forg[eo]t\w*|overflow\w*|uninitiali[sz]ed|invalid|unsafe|los(?:t|es?|ing)|slow\w*"
    r"|expensive|confus\w+|mislead\w+|ugly|complain\w*|undefined|hang\w*|oops\w*|panic\w*|null",
    "useless": r"unused|redundant|unnecessary|needless\w*|useless|superfluous|pointless|dead code"
    r"|duplicat\w+|deprecated|obsolete\w*|no longer|any ?more|not (?:needed|required|necessary)"
    r"|no need|nobody|no (?:users?|callers?)|never",
    "must": r"must|needs? to|needed|required?s?|cannot|can't|can not|should(?:n't)?|have to|has to"
    r"|not (?:possible|allowed|supported)|supposed to|expect(?:s|ed)?|impossible|unable",
    "contrast": r"but|however|although|though|unfortunately|instead|rather than|without|even"
    r"|while|whereas|only|still|yet|not",
    "gain": r"allow\w*|enabl\w+|simpl\w+|clean\w*|fast\w*|readab\w+|eas(?:y|ier|ily)|better|useful"
    r"|improv\w+|possible|consisten\w+|safe\w*|more \w+|benefit\w*|convenient\w*|clear\w*|sav(?:e"
    r"|es|ing)",
    "ahead": r"prepar\w+|later|future|upcoming|subsequent|next|follow-?up|soon|will|going to",
    "condition": r"if|when|whenever|where|unless|until|before|after",
    "aside": r"also|while (?:at it|here|we're)|in addition|additionally|opportunistic\w*|btw"
    r"|no functional|no (?:behaviou?r(?:al)? )?changes? intended|note that|incidentally|as a bonus"
    r"|furthermore",
    "credit": r"tested|reported|found by|noticed|suggested|thanks|reviewed|compile[ -]tested"
    r"|spotted|pointed out|http\S+|see also|version \d\S*|v\d+",
}
_PATTERNS = {n: re.compile(rf"(?<![\w-])(?:{w})(?![\w-])", re.I) for n, w in _CUES.items()}
_REMEDY = re.compile(
    r"(?:(?:so|therefore|thus|instead|hence|fix (?:this|it|that)|to (?:fix|solve|avoid|address)"
    r"|let's|let us|this (?:patch|commit|change|fix)|we (?:now|should|can)|now)\b)",
    re.I,
)
_TURN = re.compile(
    r"(?:but|however|unfortunately|sadly|yet|still|as a (?:result|consequence)|consequently"
    r"|(?:this|that|it|which) (?:is (?:bad|wrong|not|because|a problem|confusing|needed|due)|fails"
    r"|caus\w+|leads|means|breaks|may|might|can(?:not|'t)?|could|would|will|results|prevents|makes"
    r"|doesn't|does not|has)|otherwise|without|because|since|the (?:compiler|problem|issue|reason))"
    r"\b",
    re.I,
)
_DOING = re.compile(
    r"(?:this (?:patch|commit|change|series|adds?|moves?|removes?|fixes|makes)|(?:so|now|here)?,?"
    r" ?(?:add|introduce|move|rename|replace|remove|convert|use|make|change|implement|switch|drop"
    r"|fix|rework|refactor|update|teach|let|split|factor|export|extend|provide|set|put|turn|do"
    r"|call|pass|return|check|allow|support|create|define|handle|get|delete|merge|improve)s?\b)",
    re.I,
)
_NOW = re.compile(
    r"\b(?:currently|at present|today|right now|at the moment|so far|until now|previously|used to"
    r"|before this)\b",
    re.I,
)
_HASH = re.compile(r"\b(?=[a-f]{0,39}[0-9])[0-9a-f]{7,40}\b")
_PREFIX = re.compile(r"\A(?:[^\s:]{1,40}(?: [^\s:]{1,20}){0,2}: ?){1,4}")
_AREA_ONLY = 2  # words of a subject or less, that say nothing

WEIGHTS: Mapping[str, float] = {
    "alone": 3.47,
    "subject": -2.08,
    "first paragraph": 1.54,
    "depth": -1.34,
    "hash": -1.15,
    "one": -1.05,
    "before remedy": 0.98,
    "leads in": -0.66,
    "trouble": 0.63,
    "purpose": 0.59,
    "aside whole": -0.57,
    "short": -0.56,
    "doing untold": -0.55,
    "gain": 0.50,
    "cause": 0.50,
    "long": 0.49,
    "useless": 0.48,
    "must": 0.48,
    "turn": 0.40,
    "doing": -0.36,
    "first": 0.36,
    "named": 0.34,
    "second": 0.33,
    "item": -0.32,
    "subject telling": -0.32,
    "overlap": -0.24,
    "contrast": 0.19,
    "before turn": -0.19,
    "after trouble": 0.18,
    "credit": -0.17,
    "remedy": 0.15,
    "condition": -0.15,
    "last": 0.14,
    "tells of now": 0.11,
    "turn with trouble": 0.09,
    "asks": -0.06,
    "aside": 0.05,
}
"""By benchmarks/reasons_fit.py."""
LEAST = 0.4
"""The chance from which on a sentence is said to state a reason: by benchmarks/reasons_fit.py."""
_BESIDE = 0.75  # of the best one's chance, from which on another is quoted beside it (hand-set)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reason is sought for.

    `about` are names in question, `related` names beside them, `words` the stems of the question's
    other words with what each weighs, `said` matches the words for what happened.
    """

    about: Collection[str] = ()
    related: Collection[str] = ()
    words: Mapping[str, float] = field(default_factory=dict)
    said: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that states a reason, with the chance that it does, and whether it names it."""

    sentence: Sentence
    weight: float
    names: bool


def reasons(message: str, sought: Sought, most: int = MOST) -> tuple[Reason, ...]:
    """The sentences of a message that best say why, the best first; () where none does."""
    every = ranked(message, sought)
    if not every or every[0].weight < LEAST:
        return ()
    least = max(LEAST, _BESIDE * every[0].weight)
    return tuple(r for r in every[:most] if r.weight >= least)


def ranked(message: str, sought: Sought) -> list[Reason]:
    """Every sentence of a message with its chance to state the reason, the best first."""
    every = (subject(message), *sentences(message))
    found = []
    for nth, sentence in enumerate(every):
        signs = features(every, nth, sought)
        total = sum(WEIGHTS.get(name, 0.0) * value for name, value in signs.items())
        found.append(Reason(sentence, 1 / (1 + math.exp(-total)), signs["named"] > 0))
    return sorted(found, key=lambda r: (-r.weight, r.sentence.first))


def opening(message: str) -> Sentence | None:
    """The first sentence of a message's body: what it says where no reason is given."""
    return next(iter(sentences(message)), None)


def features(every: Sequence[Sentence], nth: int, sought: Sought) -> dict[str, float]:
    """What speaks for and against one of a message's sentences, each between 0 and about 1.

    `every` begins with the subject.
    """
    sentence = every[nth]
    text = sentence.text
    alone = len(every) == 1
    is_subject = nth == 0
    bare = _PREFIX.sub("", text) if is_subject else text
    count = len(text.split())
    found = {name: float(bool(p.search(bare))) for name, p in _PATTERNS.items()}
    telling = min(1.0, sum(found[n] for n in ("cause", "purpose", "trouble", "useless")))
    after = every[nth + 1].text if 0 < nth < len(every) - 1 else ""
    before = every[nth - 1].text if nth > 1 else ""
    here = names(text)
    mine = frozenset(stems(text))
    whole = sum(sought.words.values())
    found |= {
        "one": 1.0,
        "subject": float(is_subject),
        "alone": float(alone),
        "subject telling": is_subject * telling,
        "first": float(nth == 1),
        "second": float(nth == 2),
        "depth": min(nth, 12) / 12,
        "last": float(0 < nth == len(every) - 1),
        "first paragraph": float(sentence.paragraph == 0),
        "item": float(sentence.item),
        "doing": float(bool(_DOING.match(bare))) * (not is_subject),
        "doing untold": float(bool(_DOING.match(bare))) * (1 - telling),
        "before remedy": float(bool(_REMEDY.match(after) or _DOING.match(after))),
        "turn": float(bool(_TURN.match(text))),
        "turn with trouble": float(bool(_TURN.match(text))) * found["trouble"],
        "remedy": float(bool(_REMEDY.match(text)) and not is_subject),
        "before turn": float(bool(_TURN.match(after))),
        "tells of now": float(bool(_NOW.search(text))),
        "after trouble": float(bool(before and _PATTERNS["trouble"].search(before))),
        "short": float(count < 6),
        "long": min(max(count - 12, 0), 30) / 30,
        "asks": float(text.endswith("?")),
        "leads in": float(text.endswith(":")),
        "aside whole": float(text[:1] == "(" or count < 4),
        "hash": float(bool(_HASH.search(text))),
        "named": float(any(stands(name, here) for name in sought.about)),
        "related": min(2, sum(stands(name, here) for name in sought.related)) / 2,
        "overlap": sum(w for s, w in sought.words.items() if s in mine) / whole if whole else 0.0,
        "said": float(bool(sought.said and sought.said.search(text))),
    }
    return found


def overlapping(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a sentence shares a line with some others."""
    return sentence.first <= last and first <= sentence.last
