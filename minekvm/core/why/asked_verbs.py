"""Which verb a question asks for, and which of its words are searched for all the same."""

from __future__ import annotations

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
        match = ASKS[verb].search(text)
        if match is None:
            continue
        vague = int(verb in _VAGUE)
        key = (vague * 10 + (rank if vague else 0), match.start() - 3 * (len(match.group()) > 12))
        if best is None or key < best[:2]:
            best = (*key, verb, match.span())
    return (None, ()) if best is None else (best[2], (best[3],))


_BEING = frozenset(("exist", "exists", "existed", "born", "written"))
_VAGUE: tuple[Verb, ...] = ("guarded", "calls", "added", "became", "ordered", "changed")
VERBS_BY_WEIGHT: tuple[Verb, ...] = (
    *(v for v in VERBS if v != "commit" and v not in _VAGUE),
    *_VAGUE,
)
