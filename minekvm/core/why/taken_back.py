"""A change that was applied, reverted, and applied again: told by subjects as git writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minekvm.core.why.candidate import Candidate
from minekvm.core.why.reading import Reading

_WRAPPED = re.compile(
    r"(?P<how>Revert|Reapply|Re-apply|Un-?revert):? [\"'\u201c](?P<of>.+)[\"'\u201d]\s*\Z", re.I
)
_AGAIN = re.compile(
    r"\b(?:again|re-?appl\w*|un-?revert\w*|(?:put|brought|came|come|added|taken)\s+back)\b", re.I
)
_TAKEN = re.compile(r"\b(?:revert\w*|taken|took|removed|dropped|backed)\b", re.I)
_APPLIED = re.compile(r"\b(?:applied|made|merged|committed)\b.{0,40}\brevert", re.I)


def unwrapped(title: str) -> tuple[str, int]:
    """The subject of what a commit reverts or applies again, and how often it was turned round."""
    times = 0
    while (match := _WRAPPED.match(title.strip())) is not None:
        title, times = match["of"], times + (1 if match["how"].lower() == "revert" else 2)
    return title.strip(), times


def taken_back(reading: Reading, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The commits by which the best candidate's change was taken back and applied again.

    Where the question asks after both; with the one that applied it first where it is asked after,
    too. Nothing where there are not two of them. Candidates come best first.
    """
    asked = _AGAIN.search(reading.text) and _TAKEN.search(reading.text)
    if not asked or not candidates:
        return []
    base, _ = unwrapped(candidates[0].title)
    turns = [(unwrapped(c.title), c) for c in candidates if c.in_time and not c.eventless]
    mine = [(times, c) for (title, times), c in turns if title == base]
    if not any(times for times, _ in mine):
        return []
    whole = _APPLIED.search(reading.text) is not None
    found = [c for times, c in mine if times or whole]
    return found if len(found) > 1 else []
