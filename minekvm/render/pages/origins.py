"""The commits that one comes from, ranked, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.core.phrases import Prose, count
from minekvm.render.document import Detail, Document, Item, Section, line, prose
from minekvm.render.pages.commits import named, titled

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Candidate, Origins

_REASON = 3  # lines of a reason, at a terminal


def page(result: Origins) -> Document:
    """The candidates, best first."""
    title, by = titled(result.commit, result.commits.get(result.commit))
    size = count(len(result.candidates), "candidate")
    found = f"{size}, the likeliest first" if result.candidates else "no origin found"
    items = tuple(_candidate(candidate, result) for candidate in result.candidates)
    sections = (Section((), items, numbers=1, beside="; "),)
    return Document(title, (*by, prose(found)), sections, result.gaps)


def _candidate(candidate: Candidate, result: Origins) -> Item:
    reasons = [
        Item((Prose(reason.text), Detail(reason.rule)), wrap=_REASON)
        for reason in candidate.reasons
    ]
    score = f"{candidate.score:.2f}"
    return line(score, *named(candidate.commit, result.commits), below=reasons)
