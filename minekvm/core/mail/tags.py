"""A mail's subject -> what stands in its brackets: version, place in a series, kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What mail programs of other languages put before an answer's or a forwarded mail's subject; such
# short words begin subjects of their own, too, so that a tag or another such word must follow.
_ABROAD = (
    r"res|r|ref|r\u00e9f?|tr|odp|vs|vb|antw|rif|ynt|ilt|v\u00e1|atb|rv|enc|pd|wg|fs|bls|\u03b1\u03c0|\u03c3\u03c7\u03b5\u03c4"
    r"|\u043e\u0442\u0432(?:\u0435\u0442)?|\u56de\u590d|\u56de\u8986|\u7b54\u590d|\u8f6c\u53d1|\u8f49\u5bc4|\u8fd4\u4fe1|\ud68c\uc2e0|ext(?:ernal)?|spam|caution"
)
_TAG = re.compile(
    r"\s*+(?:\[((?:[^\[\]\n]|\[[^\[\]\n]{0,40}\]){0,100}+)\]"
    r"|((?:re|aw|sv|fwd?)(?:\[\d+\]|\(\d+\)|\^\d+)?\s*+[:\uff1a]"
    rf"|(?:{_ABROAD})\s*+\.?\s*+[:\uff1a](?=\s*+(?:\[|\w{{1,8}}\s*+[:\uff1a]\s*+\[)))"
    r"|\{[^{}\n]{0,40}+\}(?=\s*+(?:\[|re\b)))",
    re.IGNORECASE,
)
_GATES = re.compile(r"ext|spam|caution|\{", re.IGNORECASE)  # what gateways and filters put there
_BEHIND = re.compile(r"v(\d{1,3})\s*+:\s*+", re.IGNORECASE)  # "[PATCH 2/7]v3: x"
_VERSION = re.compile(
    r"(?:(?<![^\W_])|(?<=patch)|(?<=rfc)|(?<=/\d)|(?<=/\d\d)|(?<=/\d\d\d))"
    r"(?:v|#|(?:ver(?:sion)?|rev(?:ision)?|take|try|iteration|round|respin)"
    r"[ \t]*+[.#:-]?+[ \t]*+v?)"
    r"(\d{1,3})(?:\.\d+)?+(?![^\W_]|\s*+/\s*+\d)",
    re.IGNORECASE,
)
_NTH = re.compile(r"\b(\d)(?:nd|rd|th)\b|\b(second|third|fourth)\b", re.IGNORECASE)
_NTHS = {"second": 2, "third": 3, "fourth": 4}
_PLACE = re.compile(
    r"(?:(?<![\w.])|(?<=patch)|(?<=rfc)|_)(\d{1,4})(?:\.\d{1,2})?+"
    r"(?:\s*+[/\\]\s*+|\s++of\s++)(\d{1,4})(?![^\W_v]|\.\d)",
    re.IGNORECASE,
)
_PATCH = re.compile(r"\bpatch|\brfc", re.I)
_PULL = re.compile(r"\bpull\b", re.I)
_TREE = re.compile(r"(?<![\w.])\d{1,2}\.\d{1,3}(?:\.\w+|\.?y)?(?![\w./])")
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
        reply = reply or (found[2] is not None and _GATES.match(found[2]) is None)
        said += [found[1]] if found[1] is not None else []
    behind = _BEHIND.match(subject, at) if said else None
    if behind is not None:
        said.append(behind[0].rstrip(": \t"))
        at = behind.end()
    inside = " ".join(said)
    place = _PLACE.search(inside)
    rest = _PLACE.sub(" ", _VERSION.sub("", inside))
    tree = _TREE.search(rest) or _STABLE.search(rest)
    return Tags(
        bare=subject[at:].strip() or subject.strip(),
        reply=reply,
        patch=_PATCH.search(inside) is not None,
        pull=_PULL.search(inside) is not None,
        version=_version(inside),
        number=int(place[1]) if place else 0,
        total=int(place[2]) if place else 0,
        numbered=place is not None,
        tree=tree[0].lower() if tree is not None else "",
    )


def _version(inside: str) -> int:
    """The version that the tags give: `v2`, `take 2`, `ver. 2`, `#2`, `2nd try`; 1 for none."""
    found = _VERSION.search(inside)
    if found is not None:
        return max(1, int(found[1]))
    nth = _NTH.search(inside)
    if nth is None:
        return 1
    return max(1, int(nth[1])) if nth[1] else _NTHS[nth[2].lower()]
