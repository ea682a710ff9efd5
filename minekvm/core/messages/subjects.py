"""Subjects as they are quoted: folded for comparing, and whether a quoted one agrees."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_TAGS = re.compile(r"(?:\[[^\]\n]{0,60}\]\s*+|(?:re|fwd?):\s*+)++", re.IGNORECASE)
_SPACE = re.compile(r"\s++")
_CUT = re.compile(r"(?:\.\.\.|\u2026|\[\.\.\.\]|<\.\.\.>)\n?\Z")
_LEAST = 10  # letters of a cut subject that tell anything
_ALIKE = 0.85  # likeness, at most 1, of a subject that was quoted with slips


def folded(subject: str) -> str:
    """A subject for comparing: no mail tags, no case, single spaces, no full stop at its end."""
    bare = _TAGS.sub("", subject, count=1) if subject[:1] in "[rRfF" else subject
    return _SPACE.sub(" ", bare or subject).strip(" .\t\n").casefold()


def cut(quoted: str) -> str:
    """A quoted subject without the dots that say that it was cut short."""
    dots = _CUT.search(quoted)
    return quoted[: dots.start()].rstrip() if dots is not None else quoted


def agrees(quoted: str, subject: str) -> bool:
    """Whether a quoted subject is this one: whole, cut short, or with slips of the pen."""
    said, real = folded(cut(quoted)), folded(subject)
    if not said or said == real:
        return True
    if min(len(said), len(real)) >= _LEAST and (real.startswith(said) or said.startswith(real)):
        return True
    if len(said) >= _LEAST and said in real:
        return True
    if 2 * min(len(said), len(real)) < _ALIKE * (len(said) + len(real)):
        return False
    return SequenceMatcher(None, said, real, autojunk=False).ratio() >= _ALIKE
