"""A mail's subject -> what stands in its brackets: version, place in a series, kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"\s*+(?:\[([^\]\n]{0,100})\]|((?:re|aw|sv|fwd?)(?:\[\d+\])?\s*+:))", re.I)
_VERSION = re.compile(r"(?:\b|patch|rfc)[vV](\d{1,3})(?:\.\d+)?\b", re.I)
_PLACE = re.compile(r"(?<![\w.])(\d{1,4})\s*+/\s*+(\d{1,4})(?![\w.])")
_PATCH = re.compile(r"\bpatch|\brfc", re.I)
_PULL = re.compile(r"\bpull\b", re.I)
_TREE = re.compile(r"(?<![\w.])\d{1,2}\.\d{1,3}(?:\.\w+|\.?y)?(?![\w.])")
_STABLE = re.compile(r"\b(?:stable|autosel)\b", re.I)


@dataclass(frozen=True, slots=True)
class Tags:
    """A subject without its tags, and what they say; `number` and `total` are 0 where unsaid.

    `version` is 1 where none is given; `numbered` tells a cover letter's 0 from nothing; `tree` is
    the stable tree that a copy of the patch is for, "" for the patch itself.
    """

    bare: str
    reply: bool
    patch: bool
    pull: bool
    version: int
    number: int
    total: int
    numbered: bool
    tree: str


def tags(subject: str) -> Tags:
    """What the tags before a subject say: "Re: [PATCH v2 3/7] x86: foo" and its like."""
    said: list[str] = []
    reply = False
    at = 0
    while found := _TAG.match(subject, at):
        at = found.end()
        if found[2] is not None:
            reply = True
        else:
            said.append(found[1])
    inside = " ".join(said)
    version = _VERSION.search(inside)
    place = _PLACE.search(inside)
    rest = _VERSION.sub("", inside)
    tree = _TREE.search(rest) or _STABLE.search(rest)
    return Tags(
        bare=subject[at:].strip() or subject.strip(),
        reply=reply,
        patch=_PATCH.search(inside) is not None,
        pull=_PULL.search(inside) is not None,
        version=max(1, int(version[1])) if version else 1,
        number=int(place[1]) if place else 0,
        total=int(place[2]) if place else 0,
        numbered=place is not None,
        tree=tree[0].lower() if tree is not None else "",
    )
