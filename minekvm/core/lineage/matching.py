"""Whole bodies: which definition that vanished is which that appeared.

Cheap and sure first: equal bodies, then alike bodies under one name, then alike bodies under
another name. Ambiguity is settled best score first. The evidence beside the body (place in the
file, callers that follow, the author's message) raises a score and never replaces the body.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from minekvm.core.lineage.message_names import Message
from minekvm.core.lineage.similarity import (
    Body,
    Edit,
    could_reach,
    name_likeness,
    similarity,
)

_FULL_PAIRS = 3_000  # pairs compared outright; beyond that a shortlist by rare words
_SHORTLIST = 30
_RARE = 8  # words of a body that lead to others at any rate, the rarest ones
_COMMON = 500  # bodies from which a further word that all of them hold leads to none of them
_SMALL = 14  # tokens in a body that says too little on its own
_LEAST = 0.12  # below this a body tells nothing, whatever else speaks for the pair
_LEAST_UNSAID = 0.45  # the same where the author does not say what became what
_ONE_FILE, _TWO_FILES = 0.8, 0.85  # likeness asked of another name with nothing else for it
# Of the same name: alone, where the message names it, where it says so of a move.
_MOVED, _MOVED_NAMED, _MOVED_SAID = 0.5, 0.4, 0.28
_RESTEMMED = 0.3  # less likeness asked where a part of the name was replaced in others as well
_NAME_PAIRS = 20_000  # names gone and come that are compared for such parts
_TURNED = 0.5  # share of a macro's names that a function of its name has, if they are one
_SURE_NAMESAKE = 0.75  # likeness from which a namesake beats any other name


@dataclass(frozen=True, slots=True)
class Match:
    """A vanished and an appeared definition taken for one, by which rule and how surely."""

    old: Body
    new: Body
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rest of the commit says of names: shared by all pairs.

    `followers` counts, per (old name, new name), the functions in which the one gave way to the
    other; `stems` are parts of names that gave way to others in several names; `neighbours` holds
    the nearest definitions on both sides around each body.
    """

    message: Message
    followers: Counter[tuple[str, str]]
    neighbours: dict[Body, tuple[str | None, str | None]]
    stems: frozenset[tuple[str, str]] = frozenset()

    def beside(self, old: Body, new: Body) -> tuple[float, list[str]]:
        """How much less likeness a pair of other names needs, and the reasons."""
        less, reasons = 0.0, []
        if (old.name, new.name) in self.message.said:
            less += 0.5
            reasons.append("said in the message")
        elif {old.name, new.name} <= self.message.words:
            less += 0.1
            reasons.append("both named in the message")
        if self._follow(old.name, new.name):
            less += 0.2
            reasons.append("callers follow")
        before, after = self.neighbours.get(old, (None, None))
        before_new, after_new = self.neighbours.get(new, (None, None))
        places = (before is not None and before == before_new) + (
            after is not None and after == after_new
        )
        if places and old.function.kind == new.function.kind:
            less += 0.08 * places
            reasons.append("same place")
        if stem(old.name, new.name) in self.stems:
            less += _RESTEMMED
            reasons.append("renamed like others")
        likeness = name_likeness(old.name, new.name)
        if likeness >= 0.5:
            less += 0.25 if likeness >= 0.85 else 0.15 * likeness
            reasons.append("alike names")
        return less, reasons

    def _follow(self, old: str, new: str) -> bool:
        """Whether callers turned from one name to the other more than to any third."""
        count = self.followers[old, new]
        return count > 0 and all(
            count >= other for (a, b), other in self.followers.items() if a == old or b == new
        )


def stem(old: str, new: str) -> tuple[str, str]:
    """What differs between two names that share words at an end: ("", "") where they share none.

    One side is empty where a part came or went.
    """
    a, b = old.split("_"), new.split("_")
    ahead = _shared(a, b)
    a, b = a[ahead:], b[ahead:]
    behind = _shared(a[::-1], b[::-1])
    a, b = a[: len(a) - behind], b[: len(b) - behind]
    return ("_".join(a), "_".join(b)) if ahead + behind else ("", "")


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words two sequences have in common at their start."""
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def stems(vanished: Iterable[Body], appeared: Iterable[Body]) -> frozenset[tuple[str, str]]:
    """The parts of names that gave way to others in two names at least, the rest being the same.

    Of each name that is gone the one counts that is most like it, so that families of names that
    all end alike are not taken for one another.
    """
    gone, come = sorted({b.name for b in vanished}), sorted({b.name for b in appeared})
    if not come or len(gone) * len(come) > _NAME_PAIRS:
        return frozenset()
    nearest = {name: max(come, key=partial(name_likeness, name)) for name in gone}
    found = Counter(stem(old, new) for old, new in nearest.items())
    return frozenset(pair for pair, times in found.items() if times > 1 and pair != ("", ""))


def followers(
    edits: Iterable[Edit], vanished: Iterable[Body], appeared: Iterable[Body]
) -> Counter[tuple[str, str]]:
    """How many edited functions stopped naming one and began to name the other."""
    gone = {b.name.encode("latin-1", "replace") for b in vanished}
    come = {b.name.encode("latin-1", "replace") for b in appeared}
    counts: Counter[tuple[str, str]] = Counter()
    if not gone or not come:
        return counts
    for edit in edits:
        lost = (edit.old.words - edit.new.words) & gone
        won = (edit.new.words - edit.old.words) & come
        for old in lost:
            for new in won:
                counts[old.decode("latin-1"), new.decode("latin-1")] += 1
    return counts


def match_bodies(
    vanished: Sequence[Body],
    appeared: Sequence[Body],
    same_file: set[tuple[str, str]],
    evidence: Evidence,
) -> list[Match]:
    """Pair vanished with appeared definitions, each used once at most, best score first.

    `same_file` holds the (old path, new path) pairs that are one file, renamed or not.
    """
    scored: list[tuple[float, float, int, int, str]] = []
    pairs = _pairs(vanished, appeared)
    for i, j in pairs:
        old, new = vanished[i], appeared[j]
        judged = _judge(old, new, (old.path, new.path) in same_file, evidence)
        if judged is not None:
            rank, score, rule = judged
            scored.append((rank, score, i, j, rule))
    scored.sort(key=lambda s: (-s[0], s[2], s[3]))
    used_old: set[int] = set()
    used_new: set[int] = set()
    matches = []
    for _, score, i, j, rule in scored:
        if i in used_old or j in used_new:
            continue
        used_old.add(i)
        used_new.add(j)
        matches.append(Match(vanished[i], appeared[j], rule, score))
    return matches


def _judge(
    old: Body, new: Body, one_file: bool, evidence: Evidence
) -> tuple[float, float, str] | None:
    """(rank, score, rule) of a pair, or None where it is no match."""
    if not could_reach(old, new, _LEAST):
        return None
    alike = 1.0 if old.tokens == new.tokens else similarity(old, new)
    if alike < _LEAST:
        return None
    if old.name == new.name:
        return _judge_namesake(alike, old, new, evidence.message)
    less, reasons = evidence.beside(old, new)
    said = (old.name, new.name) in evidence.message.said
    least = max((_ONE_FILE if one_file else _TWO_FILES) - less, _LEAST if said else _LEAST_UNSAID)
    if not said and min(len(old.body), len(new.body)) < _SMALL:
        least += 0.1
        if not reasons:
            return None  # `return 0;` is everybody's body
    if alike < least:
        return None
    rule = "same body, other name" if alike == 1.0 else "alike body, other name"
    if reasons:
        rule += ": " + ", ".join(reasons)
    rank = alike + less + (0.05 if one_file else 0.0) + (1.2 if said else 0.0)
    return rank, alike, rule


def _turned(old: Body, new: Body) -> bool:
    """Whether a macro became a function of its name, or the other way round.

    Types and returns come and go with that, and parameters are named anew, so that the other names
    in the macro's body alone are compared.
    """
    if (old.function.kind == "macro") == (new.function.kind == "macro"):
        return False
    macro, other = (old, new) if old.function.kind == "macro" else (new, old)
    own = macro.tokens[: len(macro.tokens) - len(macro.body)]
    names = {t for t in macro.body if t[:1].isalpha() or t[:1] == b"_"}.difference(own)
    return bool(names) and len(names & other.words) >= _TURNED * len(names)


def _judge_namesake(
    alike: float, old: Body, new: Body, message: Message
) -> tuple[float, float, str] | None:
    name = old.name
    if alike == 1.0:
        return 3.0, 1.0, "same body elsewhere"
    if _turned(old, new):
        return 2.0 + alike, alike, "same name, macro and function"
    least = _MOVED_NAMED if name in message.words else _MOVED
    if alike < (_MOVED_SAID if name in message.moved else least):
        return None
    # A weak namesake may be a wrapper: it must not take the name from a body that went on.
    rank = alike + (2.0 if alike >= _SURE_NAMESAKE else 0.55)
    return rank, alike, "same name, alike body"


def _pairs(vanished: Sequence[Body], appeared: Sequence[Body]) -> list[tuple[int, int]]:
    if len(vanished) * len(appeared) <= _FULL_PAIRS:
        return [(i, j) for i in range(len(vanished)) for j in range(len(appeared))]
    return _shortlist(vanished, appeared)


def _shortlist(vanished: Sequence[Body], appeared: Sequence[Body]) -> list[tuple[int, int]]:
    """For each vanished definition its namesakes and the likeliest by shared rare words (idf)."""
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    namesakes: defaultdict[str, list[int]] = defaultdict(list)
    for j, body in enumerate(appeared):
        namesakes[body.name].append(j)
        for word in body.words:
            holders[word].append(j)
    total = len(appeared)
    pairs: set[tuple[int, int]] = set()
    for i, body in enumerate(vanished):
        pairs.update((i, j) for j in namesakes[body.name])
        gain: defaultdict[int, float] = defaultdict(float)
        words = sorted(body.words & holders.keys(), key=lambda w: (len(holders[w]), w))
        for nth, word in enumerate(words[:60]):
            if nth >= _RARE and len(holders[word]) > _COMMON:
                break
            idf = math.log(total / len(holders[word])) + 0.1
            for j in holders[word]:
                gain[j] += idf
        best = heapq.nsmallest(_SHORTLIST, ((-value, j) for j, value in gain.items()))
        pairs.update((i, j) for _, j in best)
    return sorted(pairs)
