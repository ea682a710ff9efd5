"""The commits that one comes from, ranked, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.core.phrases import Prose, count
from minekvm.render.document import Column, Detail, Document, Item, Section, line, prose
from minekvm.render.pages.commits import named, titled

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Candidate, Origins

_REASON = 3  # lines of a reason, at a terminal
_LEAST = 0.05  # the chance from which a candidate is told at a terminal; hand-set
_WEAK = 3  # candidates told where none has it
# What a chance is called: the scores are fitted chances (benchmarks/origins_fit.py); the words for
# them are hand-set.
_WORDS = (
    (0.8, "very likely"),
    (0.5, "likely"),
    (0.2, "possible"),
    (0.05, "unlikely"),
    (0.0, "hardly"),
)


def page(result: Origins) -> Document:
    """The candidates, best first."""
    title, by = titled(result.commit, result.commits.get(result.commit))
    telling = [c for c in result.candidates if c.score >= _LEAST]
    size = count(len(telling), "candidate")
    found = f"{size}, the likeliest first" if telling else "no origin found"
    if not telling and result.candidates:
        found = "nothing speaks clearly for any earlier commit"
    weak = len(result.candidates) - len(telling)
    items = tuple(_candidate(candidate, result) for candidate in result.candidates)
    rest = f"with next to no weight (-v has {'it' if weak == 1 else 'them'})"
    sections = (Section((), items, numbers=1, beside="; ", most=len(telling) or _WEAK, rest=rest),)
    return Document(title, (*by, prose(found)), sections, result.gaps)


def _candidate(candidate: Candidate, result: Origins) -> Item:
    reasons = [
        Item((Prose(reason.text), Detail(reason.rule)), wrap=_REASON)
        for reason in candidate.reasons
    ]
    word = next(word for least, word in _WORDS if candidate.score >= least)
    score = Detail(f"{candidate.score:.2f}")
    return line(Column(word), score, *named(candidate.commit, result.commits), below=reasons)
