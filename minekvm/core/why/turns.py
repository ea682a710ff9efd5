"""What turns of an English question say: a return, a list, what is so now, what was possible."""

from __future__ import annotations

import re

from minekvm.core.why.verbs import Verb

POSSIBLE = re.compile(
    r"\b(?:could|made?\b.{0,80}\bpossible|possible|enabled|allowed\b.{0,40}\bto)\b", re.I
)
BACK = re.compile(r"\b(?:back|again|return(?:s|ed)?\s+to)\b", re.I)
NEARBY = re.compile(
    r"\b(?:(?:up|down)(?:wards?)?|earlier|later|higher|lower|top|bottom|(?:its|same) file)\b", re.I
)
NOW = re.compile(r"\b(?:does|do|is|are|has|have|must|can|should)\b", re.I)
THEN = re.compile(r"\b(?:did|was|were|had|could|became|made|got|went|gave)\b", re.I)
WHAT = re.compile(r"\bwhat\s+(?:is|are|does|do)\b", re.I)
DOES = re.compile(r"\b(?:does|do)\b", re.I)
DEEDS: tuple[Verb, ...] = (
    "removed",
    "moved",
    "split",
    "merged",
    "renamed",
    "changed",
    "deprecated",
)
CALL_OF = re.compile(r"\b(?:calls?|call sites?|callers?|uses?)\s+(?:of|to)\b", re.I)
LIST = re.compile(
    r"^\W*(?:which(?!\s+(?:change|commit|patch|one|release|version)\b)|list|what\s+(?:all|functions?|files?))\b|\bper\s+arch\w*"
    r"|\bwho\b.{0,20}\b(?:replaced|callers)\b|\b(?:all|every|each)\s+(?:the\s+)?callers?\b"
    r"|\brevert\w*\b.*\b(?:again|re-?appl\w*|un-?revert\w*)\b|\bthen\b.*\bagain\b"
    r"|\b(?:taken|took|removed|dropped|reverted|gone)\b.*\b(?:put|brought|came|added)\s+back\b",
    re.I,
)
WRAPS = re.compile(r"\b(?:wraps?|encloses?|surrounds?|encases?)\s+\S", re.I)
