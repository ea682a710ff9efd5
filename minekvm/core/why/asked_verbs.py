"""Which verb a question asks for, and which of its words are searched for all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minekvm.core.why.verbs import ASKS, SAYS, VERBS, Verb
from minekvm.core.why.words import STOPWORDS

_MOST = 24  # words of a verb that are looked for


def searchable(verb: Verb | None, words: Sequence[str]) -> tuple[str, ...]:
    """The words of a vague verb, which messages and code may have: "unsigned", "static", "skip".

    Not those that say no more than the verb: "introduced", "called".
    """
    if verb not in ("exposed", *_VAGUE):
        return ()
    own = None if verb in ("exposed", "became", "guarded") else SAYS[verb]
    found = (w for w in words if w.lower() not in STOPWORDS and w.lower() not in _BEING)
    return tuple(w for w in found if own is None or not own.fullmatch(w))[:_MOST]


def verb_of(text: str) -> tuple[Verb | None, tuple[tuple[int, int], ...]]:
    """The verb asked for, and the spans of its words; the sure words of a verb before vague ones.

    Of verbs that are said at different places the first one counts, but that a longer match at the
    same place wins.
    """
    best: tuple[int, int, Verb, tuple[int, int]] | None = None
    for rank, verb in enumerate(VERBS_BY_WEIGHT):
        match = next((m for m in ASKS[verb].finditer(text) if not _is_noun(text, m)), None)
        if match is None:
            continue
        vague = int(verb in _VAGUE)
        key = (vague * 10 + (rank if vague else 0), match.start() - 3 * (len(match.group()) > 12))
        if best is None or key < best[:2]:
            best = (*key, verb, match.span())
    return (None, ()) if best is None else (best[2], (best[3],))


def _is_noun(text: str, match: re.Match[str]) -> bool:
    """Whether what reads like a verb is none here: "in the main loop test", "the tests use",
    "a deleted file"."""
    word, before, after = match.group(), text[: match.start()], text[match.end() :]
    if before.lower().endswith("and not "):  # "set it and not take it": what was not done instead
        return True
    if _CHECKS.fullmatch(word):
        plural = word.endswith("s") and _DOES.search(before) is not None
        return plural or _IN_THE.search(before) is not None
    return bool(_DONE.fullmatch(word) and _THE.search(before) and _NOUN.match(after))


_CHECKS = re.compile(r"tests?|checks?", re.I)
_DOES = re.compile(r"\b(?:does|do|did)\b", re.I)
_IN_THE = re.compile(
    r"\b(?:in|of|from|for|by|with|into|on|before|after)\s+(?:an?|the|its)\s+"
    r"(?:[\w.-]+\s+){0,3}\Z",
    re.I,
)
_DONE = re.compile(r"[a-z]+ed", re.I)
_THE = re.compile(r"\b(?:an?|the|its|any|each|every)\s+\Z", re.I)
_NOUN = re.compile(
    r"\s+(?!(?:by|in|from|to|into|out|off|when|if|and|or|with|as|at|on|for|again|back|before|after"
    r"|is|are|was|were|has|have|had|the|an?|its)\b)[a-z]",
    re.I,
)
_BEING = frozenset(("exist", "exists", "existed", "born", "written"))
_VAGUE: tuple[Verb, ...] = ("guarded", "calls", "added", "became", "ordered", "changed")
VERBS_BY_WEIGHT: tuple[Verb, ...] = (
    *(v for v in VERBS if v != "commit" and v not in _VAGUE),
    *_VAGUE,
)
