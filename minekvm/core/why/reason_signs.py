"""What speaks for and against a sentence's stating the reason of a change.

Few, general signs: words of English that reasons have, and how a sentence stands among the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from minekvm.core.why.sentences import Sentence
from minekvm.core.why.words import names, stands, stems

_CUES: dict[str, str] = {
    "cause": r"because|since|due to|owing to|thanks to|reasons?|hence|therefore|thus|consequently"
    r"|caus(?:e|es|ed|ing)|leads? to|led to|results? in|which means|that(?:'s| is) why|as a result",
    "purpose": r"in order to|so that|so (?:we|it|that|you|they)|to (?:avoid|prevent|allow|enable"
    r"|make|fix|reduce|support|match|keep|ensure|be able|help|improve|handle|simplify|emphasi[sz]e"
    r"|clarify|let|save|catch|detect|work|cope|protect)|for (?:consistency|clarity|the sake)|lest"
    r"|otherwise|in favou?r of|avoid(?:s|ing)?|prevent(?:s|ing)?",
    "trouble": r"bugs?|broken|breaks?|broke|regress\w*|wrong(?:ly)?|incorrect(?:ly)?"
    r"|rac(?:e|es|y)|deadlocks?|crash\w*|leak\w*|warn\w*|errors?|fail\w*|corrupt\w*|stale|problem\w*|issues?|miss(?:es|ed"
    r"|ing)|forg[eo]t\w*|overflow\w*|uninitiali[sz]ed|invalid|unsafe|los(?:t|es?|ing)|slow\w*"
    r"|expensive|confus\w+|mislead\w+|ugly|complain\w*|undefined|hang\w*|oops\w*|panic\w*|null|typos?|broken\w*|conflict\w*|vulnerab\w+"
    r"|silence\w*",
    "useless": r"unused|redundant|unnecessary|needless\w*|useless|superfluous|pointless|dead code"
    r"|duplicat\w+|reinvent\w*|open[- ]cod\w+|deprecated|obsolete\w*|no longer|any ?more"
    r"|not (?:needed|required|necessary)|no need|nobody|no (?:users?|callers?)|never",
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
    r"(?:(?:(?:this|the|these|following)?,? ?(?:patch(?:es)?|commit|change|series)"
    r"|this) (?:adds?|moves?|removes?|fix(?:es)?|makes?|introduces?|enables?|replaces?|implements?"
    r"|converts?|changes?|uses?|creates?|updates?|extends?|provides?|contains?|tries|just|also)"
    r"|(?:so|now|here|also|instead|then|therefore|hence|thus)?,? ?(?:let'?s |we (?:now )?)?(?:add"
    r"|introduc|mov|renam|replac|remov|convert|us|mak|chang|implement|switch|drop|fix|rework"
    r"|refactor|updat|teach|let|split|factor|export|extend|provid|set|put|turn|do|call|pass|return"
    r"|check|allow|support|creat|defin|handl|get|delet|merg|improv|mark|pip|expos|stor|skip"
    r"|revert|simplif|clarif|enabl|disabl|ensur|rewrit|restructur|reorder|includ|initiali[sz]|adjust"
    r"|correct|clean|expand|generali[sz]|migrat|declar|bump|sync|rais|reus|restor|avoid|stop"
    r"|restrict|clear|select|assign|register|unif|consolidat|appl|encod|insert|append|attach)"
    r"(?:e?s|ing|y|ies|e)?\b)",
    re.I,
)
_NOW = re.compile(
    r"\b(?:currently|at present|today|right now|at the moment|so far|until now|previously|used to"
    r"|before this)\b",
    re.I,
)
_HASH = re.compile(r"\b(?=[a-f]{0,39}[0-9])[0-9a-f]{7,40}\b")
_PREFIX = re.compile(r"\A(?:[^\s:]{1,40}(?: [^\s:]{1,20}){0,2}: ?){1,4}")
_KEYS = {  # what a sentence tells that stands after such a key
    "trouble": re.compile(r"problems?|issues?|symptoms?|bugs?|impact|errors?", re.I),
    "cause": re.compile(r"reasons?|causes?|root causes?|why|motivation|rationale|background", re.I),
}
_KEY_DOES = re.compile(r"solutions?|fix(?:es)?|remedy|changes?|results?|implementation", re.I)
_TELLING = ("cause", "purpose", "trouble", "useless", "must", "contrast", "gain", "ahead",
            "condition", "aside")  # fmt: skip
_STANDING = ("doing", "doing untold", "restates", "news", "long", "short", "first paragraph",
             "item")  # fmt: skip
_MANY, _WORDY = 6, 60  # sentences and words of a body from which on more count nothing


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
    found |= {name: 1.0 for name, key in _KEYS.items() if key.fullmatch(sentence.key)}
    does = not is_subject and bool(_DOING.match(bare) or _KEY_DOES.fullmatch(sentence.key))
    telling = min(1.0, sum(found[n] for n in ("cause", "purpose", "trouble", "useless")))
    after = every[nth + 1].text if 0 < nth < len(every) - 1 else ""
    before = every[nth - 1].text if nth > 1 else ""
    here = names(text)
    mine = frozenset(stems(text))
    whole = sum(sought.words.values())
    title = frozenset(stems(every[0].text))
    found |= {
        "restates": len(mine & title) / len(mine) if mine and not is_subject else 0.0,
        "news": min(len(mine - title), 10) / 10 if not is_subject else 0.0,
        "subject": float(is_subject),
        "alone": float(alone),
        "subject telling": is_subject * telling,
        "first": float(nth == 1),
        "second": float(nth == 2),
        "depth": min(nth, 12) / 12,
        "last": float(0 < nth == len(every) - 1),
        "first paragraph": float(sentence.paragraph == 0),
        "item": float(sentence.item),
        "doing": float(does),
        "doing untold": float(does) * (1 - telling),
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


def whole(
    every: Sequence[Sentence], signs: Sequence[Mapping[str, float]], scores: Sequence[float]
) -> dict[str, float]:
    """What speaks for a message's giving a reason at all, each about -2 to 2.

    `signs` and `scores` are those of its sentences, of which the subject is the first.
    """
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    best, body = order[0], len(scores) - 1
    words = sum(len(s.text.split()) for s in every[1:])
    found = {
        "one": 1.0,
        "best": scores[best] / 4,
        "best over subject": min(8.0, scores[best] - scores[0]) / 4,
        "second": scores[order[1]] / 4 if body else 0.0,
        "bare": float(body == 0),
        "one sentence": float(body == 1),
        "length": min(body, _MANY) / _MANY,
        "words": min(words, _WORDY) / _WORDY,
    }
    for cue in _TELLING:
        found[f"any {cue}"] = max((s[cue] for s in signs[1:]), default=0.0)
        found[f"subject {cue}"] = signs[0][cue]
    for cue in (*_TELLING, *_STANDING):
        found[f"best {cue}"] = signs[best][cue]
    return found
