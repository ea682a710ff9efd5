"""Which sentences of a message state a reason, by rule: their words, and what they name.

Nothing is rephrased: sentences are chosen. A sentence counts for the cues of cause, purpose,
obligation and trouble in it, for naming what is asked about, and for where it stands: messages of
patches tell the trouble first and the remedy second.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from minekvm.core.why.question import Verb
from minekvm.core.why.sentences import Sentence, sentences

MOST = 3  # sentences of one message that are quoted
_ENOUGH = 2.0  # weight from which a sentence is a reason
_LEAST = 0.35  # of the best sentence's weight, from which another is quoted beside it
_CUES: tuple[tuple[float, str], ...] = (
    (3.0, r"because|that is why|that's why|the reasons?|reason (?:only|being)|due to|owing to"),
    (3.0, r"in order to|so that|otherwise|to avoid|to prevent|avoids?|prevents?|lest"),
    (2.5, r"(?:^|, |and |but )since|given that|caus(?:e|es|ed|ing)|leads? to|results? in|hence"),
    (2.5, r"therefore|thus|consequently|thereby|which makes|this makes|makes it|made it"),
    (2.5, r"no longer|not (?:necessary|needed|required|safe|possible|allowed)"),
    (2.5, r"unnecessary|needless(?:ly)?|unsafe|in preparation|prepar(?:e|es|ing)"),
    (2.0, r"must(?: not|n't)?|may not|can ?not|can't|(?:have|has|had) to|needs? to|needed"),
    (2.0, r"should(?:n't| not)?|required?s?|allows?|enables?|possible"),
    (2.0, r"bugs?|broken|breaks?|wrong(?:ly)?|incorrect(?:ly)?|rac(?:e|es|y)|deadlocks?|crash\w*"),
    (2.0, r"splats?|leaks?|violat\w+|warns?|warnings?|corrupt\w*|stale|problem\w*|issues?|fails?"),
    (2.0, r"unfortunately|reject\w*|refus\w+|miss(?:es|ed|ing)|forg[eo]ts?|ignor\w+|overflows?"),
    (
        2.0,
        r"uninitiali[sz]ed|too (?:big|small|large|short|long|many|much)|los(?:t|es)|twice|leav\w+",
    ),
    (2.0, r"relies on|depends? on|depending on|assumes?|expects?|balanced?"),
    (2.0, r"redundant|pointless|superfluous|brittle|fragile|misleading|confus\w+|bloat\w*|rid of"),
    (2.0, r"simpl(?:er|if\w+)|clearer|faster|speed\w*|making|invalid|accidental(?:ly)?"),
    (2.0, r"no need|any ?more|(?:is|are)n't \w+ing|useful|(?:been|is) gone"),
    (2.0, r"complain\w*|trouble|hazard\w*|dangerous|harm\w*|costs?|slow\w*|expensive|useless"),
    (1.5, r"but|however|although|though|instead(?: of)?|rather than|without|unless|until"),
    (2.0, r"\A(?:To [a-z]+|[Ww]e can|[Ll]et(?:'s| us)|So)"),
    (1.5, r"(?:do|does|did)(?:n't| not)"),
    (1.5, r"in place of|goes? away|going away|belongs?|makes? sense|can (?:now )?use|already"),
    (1.5, r"never|only|nobody|no one|nothing|while \w+ is not|not watching|too (?:late|early)"),
    (2.0, r"(?:will|would|may) (?:want|need|like)|wants? to|more than|it takes|bit by bit"),
    (1.0, r"so|as|when|while|where|if|would|could|want\w*|wish\w*|more accurate|better|cleaner"),
)
_SOUGHT: dict[Verb, str] = {
    "moved": r"mov(?:e|es|ed|ing)|belongs?|back|closer|place|where",
    "split": r"split(?:s|ting)?|parts?|separate\w*|pairs?|two things|halves|other half",
    "merged": r"merg\w+|inlin\w+|fold\w*|consolidat\w+|one of each|same|common",
    "renamed": r"renam\w+|names?|called",
    "added": r"add(?:s|ed)?|introduc\w+|new|helpers?|own|generic|common",
    "removed": r"remov\w+|go(?:es)? away|gone|drop(?:s|ped)?|unused|no (?:user|caller)s?",
    "deprecated": r"deprecat\w+|obsolete\w*|legacy|wrappers?|last (?:user|caller)s?",
    "replaced": r"replac\w+|instead|in place of|go over to|switch\w*|convert\w*|use",
    "stopped calling": r"replac\w+|instead|drop(?:s|ped)?|remov\w+|no longer|go over to|convert\w*",
}
_VERBS = {v: re.compile(rf"\b(?:{words})\b", re.I) for v, words in _SOUGHT.items()}
_PATTERNS = tuple((w, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.I)) for w, words in _CUES)
_MOST_CUES = 6.0  # what all cues together count at most
_LEADS_IN = 0.4  # what counts of a sentence that only leads to a list or a log
_ASIDE = re.compile(r"\(.*\)\.?", re.DOTALL)
_EMPTY = re.compile(
    r"\A(?:.{0,40}\bno functional changes?\b.*|while (?:we(?:'re| are) )?at it\b.*|thanks\b.*"
    r"|fix (?:it|this|that)\.?"
    r"|(?:(?:this|the) patch|this commit)? ?\w+ it\.|do (?:it|so|that|the same)\b.{0,20})\Z",
    re.I | re.S,
)
_WORD = re.compile(r"[A-Za-z_]\w*(?:\{[\w,]*\}\w*)*|\w*\{[\w,]+\}\w*")
_BRACES = re.compile(r"\{([\w,]*)\}")
_NAMED, _RELATED, _FIRST, _SPOKEN_OF = 2.0, 1.0, 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that states a reason, and how much speaks for it."""

    sentence: Sentence
    weight: float
    names: bool  # whether it names what is asked about


def reasons(
    message: str,
    about: Collection[str],
    related: Collection[str] = (),
    verb: Verb = "changed",
    most: int = MOST,
) -> tuple[Reason, ...]:
    """The sentences of a message that best say why, in reading order; () where none does.

    `about` are the names in question, `related` those of what they depend on, `verb` is what
    happened to them: a sentence that speaks of both says something of it.
    """
    every = sentences(message)
    weighed = [r for s in every if (r := _weighed(s, about, related, verb)) is not None]
    best = sorted(weighed, key=lambda r: (-r.weight, r.sentence.first))[:most]
    if best:
        least = _LEAST * best[0].weight
        best = [r for r in best if r.weight >= least]
    return tuple(sorted(best, key=lambda r: (r.sentence.first, r.sentence.last)))


def opening(message: str) -> Sentence | None:
    """The first sentence of a message's body: what it says where no reason is given."""
    return next(iter(sentences(message)), None)


def _weighed(
    sentence: Sentence, about: Collection[str], related: Collection[str], verb: Verb
) -> Reason | None:
    text = sentence.text
    if _EMPTY.match(text) or len(text.split()) < 4:
        return None
    if text.endswith("?") or _ASIDE.fullmatch(text):
        return None
    cues = sum(weight for weight, pattern in _PATTERNS if pattern.search(text))
    words = names(text)
    named = any(_stands(name, words) for name in about)
    if verb in _VERBS and _VERBS[verb].search(text):
        cues += _SPOKEN_OF if named else _SPOKEN_OF / 2
    if cues < _ENOUGH - 0.5:
        return None
    near = sum(_stands(name, words) for name in related)
    weight = min(cues, _MOST_CUES) + _NAMED * named + _RELATED * min(near, 2)
    weight += _FIRST * (sentence.paragraph == 0)
    weight *= _LEADS_IN if text.endswith(":") else 1
    return Reason(sentence, weight, named) if weight >= _ENOUGH else None


def names(text: str) -> frozenset[str]:
    """The names in a text, with the ones that braces abbreviate: `guest_{enter,exit}_irqoff`."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        found.update(_spelt(word))
    return frozenset(found)


def _spelt(word: str) -> Iterable[str]:
    match = _BRACES.search(word)
    if match is None or word.count("{") > 3:
        return [word]
    parts = match.group(1).split(",")[:8]
    return [
        w for p in parts for w in _spelt(word[: match.start()] + p + word[match.end() :])
    ]  # fmt: skip


def _stands(name: str, words: Collection[str]) -> bool:
    """Whether a name stands among some words, also as a tracepoint's bare name or cut short.

    `guest_enter()` may be said of `guest_enter_irqoff()`: two words at least must be left.
    """
    bare = name.removeprefix("trace_")
    return (
        name in words
        or (bare != name and bare in words)
        or any("_" in word.strip("_") and name.startswith(f"{word}_") for word in words)
    )


def overlapping(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a sentence shares a line with some others."""
    return sentence.first <= last and first <= sentence.last
