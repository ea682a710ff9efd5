"""Whether a commit is a copy of another, by what both change.

The thresholds are hand-set; benchmarks/needs.py evaluates them on the backports of a kernel.
"""

from __future__ import annotations

from minekvm.core.mail.matching import judge, likeness
from minekvm.core.mail.model import Match, Patch
from minekvm.core.messages.subjects import folded

_ALIKE = 0.75  # score from which patches of one subject are copies
_RETITLED = 0.8  # share of lines that patches of different subjects have in common
_LINES = 3  # of them at least, where the authors differ too


def copied(own: Patch, other: Patch) -> Match | None:
    """Why two commits are taken for one change; None where they are not.

    Under different subjects much more has to be alike: whoever takes a part of a change back, or
    does the like next door, has many of its lines too.
    """
    match = judge(own, other)
    if match is None or match.score < _ALIKE:
        return None
    if own.subject and folded(own.subject) == folded(other.subject):
        return match
    shared = len(own.lines & other.lines)
    enough = shared >= _LINES or (own.email and own.email == other.email)
    return match if enough and likeness(own, other) >= _RETITLED else None
