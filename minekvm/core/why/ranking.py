"""Which commit a question is about: one ranking of what was retrieved, with what speaks for each.

The weights are those of a conditional logit (one right commit among a question's candidates),
fitted on questions asked by people who had no part in it, from a prior set by hand:
benchmarks/why_fit.py prints them, and how they do on histories left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minekvm.core.why.candidate import MASS, NOTHING, Candidate, Weighed
from minekvm.core.why.occurrence import lies_in
from minekvm.core.why.reading import Reading, is_symbol
from minekvm.core.why.sentences import sentences, subject
from minekvm.core.why.verbs import ROWS
from minekvm.core.why.words import compounds, names, stands, stem, stems

WEIGHTS: Mapping[str, float] = {
    "in time": 6.00,
    "fit, names alone": 4.52,
    "title": 3.96,
    "fit": 2.42,
    "searched": 2.09,
    "born gone": -2.09,
    "lines": 2.00,
    "inner": 1.97,
    "in full, names alone": 1.52,
    "path": 1.52,
    "breadth": -1.51,
    "diff": 1.50,
    "coded": 1.48,
    "toward inside": 1.47,
    "touched": 1.21,
    "size": -1.19,
    "every name": 1.13,
    "born": -1.11,
    "end": 1.06,
    "place": 1.03,
    "turn": 0.96,
    "best searched": 0.92,
    "toward": 0.92,
    "untouched": -0.78,
    "closest": 0.74,
    "path words": 0.64,
    "place in title": 0.59,
    "against": -0.50,
    "end newest": 0.48,
}
"""By benchmarks/why_fit.py on questions about six histories, held by a ridge to weights that were
set by hand (`_PRIOR` there)."""
HAND_SET: Mapping[str, float] = {"mass": -1.0}
"""Of what the labelled questions hardly have: they were drawn from commits that are none of it."""
_PART = 4  # letters of a word that is looked for within the names of files
_SOME = 2  # words of a question in a subject that speaks of it
_FEW_WORDS = 3  # of a subject, which would be of what is asked too easily


def share(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The part of some weights that is found, 0 to 1."""
    whole = sum(weights.values())
    return sum(weights.get(w, 0.0) for w in set(found)) / whole if whole else 0.0


def features(reading: Reading, weighed: Weighed, candidate: Candidate) -> dict[str, float]:
    """What speaks for and against a candidate, each between 0 and about 1."""
    title = subject(candidate.message).text
    title_stems = _stems(title)
    said_names = names(candidate.message)
    symbols = weighed.names
    spoken = [n for n in symbols if stands(n, said_names)]
    known = {*candidate.lines, *candidate.touched, *spoken}
    places = [p.lower() for p in reading.places]
    degree = candidate.fit.degree if candidate.fit is not None else 0.0
    diff = candidate.edit.words
    inner = frozenset().union(*candidate.edit.within.values())
    words = weighed.of_words
    telling = float(candidate.searched > 0 and _is_telling(reading, weighed, candidate))
    whole, part = Way.of(reading, weighed, candidate), Way.of(reading, weighed, candidate, "part")
    found = {
        "title": share(title_stems, weighed.stems) * words,
        "searched": candidate.searched * telling,
        "best searched": float(candidate.searched >= 1.0 and words > 0) * telling,
        "closest": float(candidate.closest and words > 0),
        "born": share(candidate.born, symbols) if reading.verb != "added" else 0.0,
        "born gone": share(candidate.born, symbols) if reading.verb in _GONE else 0.0,
        "untouched": float(
            reading.verb in _OWN and is_symbol(reading.subject) and not candidate.touched
        ),
        "size": math.log10(1 + len(diff)) / 3,
        "lines": share(candidate.lines, symbols),
        "touched": share(candidate.touched, symbols),
        "every name": float(bool(symbols) and len(known) >= len(symbols)),
        "coded": share(candidate.coded, weighed.stems) * words,
        "diff": share(diff, weighed.stems) * words,
        "inner": share(inner, weighed.stems) * words,
        "toward": whole.toward,
        "against": whole.against,
        "toward inside": part.toward,
        "turn": 0.0 if candidate.turn is None else 1 / (1 + candidate.turn),
        "place": _placed(places, candidate.paths),
        "path words": share(path_words(weighed, candidate), weighed.stems),
        "place in title": _in_title(reading, title),
        "path": _pathed(reading, candidate.paths),
        "in time": float(candidate.in_time),
        "breadth": math.log10(1 + candidate.breadth) / 3,
        "mass": float(candidate.breadth >= MASS),
        "end": 0.0 if candidate.place is None else 1 / (1 + candidate.place),
        "fit": degree,
    }
    if not weighed.stems:  # nothing but names and a verb: what the code shows is all there is
        found["fit, names alone"] = found.pop("fit")
        found["in full, names alone"] = float(degree >= 1.0)
    if ROWS[reading.verb].newest:
        found["end newest"] = found.pop("end")
    return found


def _is_telling(reading: Reading, weighed: Weighed, candidate: Candidate) -> bool:
    """Whether a message has any of what is asked but the names of places, where there is more."""
    asked = weighed.stems.keys() - {stem(place) for place in reading.places}
    if not asked and not weighed.names:
        return True
    message = candidate.message
    if any(name.removeprefix("trace_") in message for name in weighed.names):
        return True
    begins = (rf"(?<![^\W_]){re.escape(word.lower())}" for word in asked)
    low = message.lower()
    return any(re.search(begin, low) for begin in begins)


@dataclass(frozen=True, slots=True)
class Way:
    """How much of what a question asks a commit's changed lines do, and how much of the contrary.

    By the net count of its names and words there: each more often since where it is said to have
    come, less often where it is said to have gone, either where nothing is said. In part: in the
    blocks of the names in question, of the other names and words.
    """

    toward: float
    against: float

    @classmethod
    def of(
        cls, reading: Reading, weighed: Weighed, candidate: Candidate, part: str = "",
        *, signed: bool = False,
    ) -> Way:  # fmt: skip
        """Read off a candidate's edit: of the blocks that are named with `part`, and of
        words that are said to have come or gone alone with `signed`."""
        edit = candidate.edit
        signs = reading.signs if part or reading.verb != "moved" else {}
        terms = {stem(n): w for n, w in weighed.names.items()} | dict(weighed.stems)
        if reading.verb in _OF_BODIES:
            terms = dict(weighed.stems)
        if signed:
            terms = {word: weight for word, weight in terms.items() if signs.get(word)}
        blocks: Mapping[str, Mapping[str, int]] = {"": edit.net}
        if part:
            blocks = candidate.inside if edit is NOTHING else edit.inner
            for name in blocks:
                terms.pop(stem(name), None)
        places = {reading.source: -1, reading.goal: 1} if reading.verb == "moved" else {}
        ends = {name: sign for name, sign in places.items() if name}
        fits: set[str] = set()
        denies: set[str] = set()
        for block, net in blocks.items():
            for word in terms.keys() & net.keys():
                sense = _sense(ends.get(block, signs.get(word, 0)), net[word])
                (fits if sense > 0 else denies).add(word)
        return cls(share(fits, terms), share(denies - fits, terms))


OF_ONE = frozenset(("turn", "end", "end newest", "best searched", "closest"))
"""Signs that one commit has before the others."""
_GONE = ("removed", "stopped calling")
_OWN = ("became", "changed", "deprecated", "renamed", "split", "merged")
"""Verbs of what happens to a definition itself."""
_OF_BODIES = ("split", "merged", "renamed", "ordered")
"""Verbs of what no count of a name tells."""


def _sense(sign: int, net: int) -> int:
    """Whether a count went the way that is said: above 0 if so, below 0 if the other way."""
    return abs(net) if sign == 0 else sign * net


def covered(weighed: Weighed, candidate: Candidate) -> float:
    """What part of what a question names and says stands in a commit's message or on lines that it
    changed, 0 to 1: a name also where its definition changed."""
    texts, said = _texts(candidate.message), names(candidate.message)
    every = frozenset().union(*map(_stems, texts), candidate.edit.words, candidate.coded)
    known = {*candidate.lines, *candidate.touched}
    found = {n for n in weighed.names if n in known or stem(n) in every or stands(n, said)}
    return share(found | (every & weighed.stems.keys()), {**weighed.names, **weighed.stems})


def speaks_of(reading: Reading, candidate: Candidate) -> bool:
    """Whether a commit's message names a symbol or file in question, or its subject has two of the
    other words."""
    said = names(candidate.message)
    if any(stands(name, said) for name in reading.symbols):
        return True
    low = candidate.message.lower()
    if any(path.lower().rsplit("/", 1)[-1] in low for path in reading.paths):
        return True
    return len(_stems(subject(candidate.message).text) & frozenset(reading.stems)) >= _SOME


def nearness(reading: Reading, weighed: Weighed, title: str) -> float:
    """How much of a subject is of what is asked, 0 to 1: its own words are those of the question,
    or of the names in it."""
    own = frozenset(stems(title))
    names = (part for name in weighed.names for part in (name, *name.split("_")) if part)
    asked = {*weighed.stems, *map(stem, names)}
    return len(own & asked) / max(_FEW_WORDS, len(own))


def set_closest(reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]) -> None:
    """Mark those candidates whose subjects are as much of what is asked as any."""
    near = [nearness(reading, weighed, c.title) for c in candidates]
    most = max(near, default=0.0)
    for candidate, value in zip(candidates, near, strict=True):
        candidate.closest = value >= most > 0


def turned(reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]) -> None:
    """Set the turn of the candidates that do as much of what is asked as any, in their blocks.

    Where no block is named, on all lines. The first is the one at the end that the verb asks for.
    """
    part = "part" if any(c.edit.inner for c in candidates) else ""
    degrees = [
        (Way.of(reading, weighed, c, part).toward, c)
        for c in candidates
        if c.in_time and not c.eventless
    ]
    most = max((d for d, _ in degrees), default=0.0)
    best = [c for d, c in degrees if d >= most > 0 and c.breadth < MASS]
    best.sort(key=lambda c: c.committed, reverse=ROWS[reading.verb].newest)
    for nth, candidate in enumerate(best):
        candidate.turn = nth


def ranked(
    reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> list[Candidate]:  # fmt: skip
    """Some candidates with their scores and their chances among one another, best first.

    Those that are no events come last, without a chance.
    """
    weights = {**WEIGHTS, **HAND_SET}
    for candidate in candidates:
        signs = features(reading, weighed, candidate)
        weight = {n: weights.get(n, 0.0) * v for n, v in signs.items()}
        candidate.score = sum(weight.values())
        candidate.plain = sum(w for n, w in weight.items() if n not in OF_ONE)
        candidate.chance = 0.0
    events = [c for c in candidates if not c.eventless]
    top = max((c.score for c in events), default=0.0)
    whole = sum(math.exp(c.score - top) for c in events)
    for candidate in events:
        candidate.chance = math.exp(candidate.score - top) / whole
    return sorted(candidates, key=lambda c: (c.eventless, -c.score, -c.committed, c.commit))


@lru_cache(maxsize=1024)
def _texts(message: str) -> tuple[str, ...]:
    return (subject(message).text, *(s.text for s in sentences(message)))


@lru_cache(maxsize=16_384)
def _stems(text: str) -> frozenset[str]:
    """The stems of a text, and those of its names' parts."""
    return frozenset((*stems(text), *compounds(text))) | frozenset(
        stem(part) for word in names(text) if "_" in word for part in word.split("_") if part
    )


def _placed(places: Sequence[str], paths: Iterable[str]) -> float:
    """How many of some names of folders and files are those of a commit's files, 0 to 1."""
    if not places:
        return 0.0
    parts = {part for path in paths for part in place_names(path)}
    return sum(p.replace("-", "_") in parts for p in places) / len(places)


def place_names(path: str) -> list[str]:
    """The names by which a path may be spoken of: its folders and its file, with `_` for `-`."""
    low = path.lower().replace("-", "_")
    *folders, file = low.split("/")
    return [*folders, file.rsplit(".", 1)[0]]


def path_words(weighed: Weighed, candidate: Candidate) -> frozenset[str]:
    """The stems of a question's words that stand in the names of files and folders of a commit:
    those in which it changed lines with the names, or else all."""
    paths = "\n".join(candidate.told_paths or candidate.paths).lower().replace("-", "_")
    return frozenset(
        word
        for word in weighed.stems
        if len(word) >= _PART and word.lower().replace("-", "_") in paths
    )


def _in_title(reading: Reading, title: str) -> float:
    """How many of a question's places and files a subject names, 0 to 1."""
    low = title.lower()
    asked = [p.lower() for p in (*reading.places, *reading.paths)]
    named = [p in low or p.rsplit("/", 1)[-1] in low for p in asked]
    return sum(named) / len(named) if named else 0.0


def _pathed(reading: Reading, paths: Iterable[str]) -> float:
    if not reading.paths:
        return 0.0
    every = list(paths)
    return sum(any(lies_in(p, asked) for p in every) for asked in reading.paths) / len(
        reading.paths
    )


def speaks(
    reading: Reading, weighed: Weighed, candidate: Candidate
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What speaks for a candidate, in words, by the rule that found it; the strongest first."""
    if candidate.fit is not None and candidate.fit.degree > 0.2:
        whole = "does what is asked about" if candidate.fit.degree >= 0.9 else "does nearly that"
        yield "code", whole
    title = {*_stems(candidate.title), *names(candidate.title)}
    named = [w for w in reading.content if stem(w) in title]
    named += [n for n in weighed.names if stands(n, frozenset(title))]
    if named:
        yield "title", f"its subject has {', '.join(dict.fromkeys(named))}"
    if candidate.lines:
        yield "lines", f"it changed lines with {', '.join(sorted(candidate.lines))}"
    if candidate.touched:
        yield "definitions", f"it changed {', '.join(sorted(candidate.touched))}"
    if candidate.coded:
        yield "words", f"it changed lines with words like {', '.join(sorted(candidate.coded))}"
    if candidate.searched > 0:
        yield "message", f"its message answers the search ({candidate.searched:.2f} of the best)"
