"""Turns of phrase of English questions, and plainer ones of the same meaning."""

from __future__ import annotations

import re

_HOW_COME = re.compile(r"\bhow\s+come\b", re.I)
_SHORTENED = re.compile(r"n['\u2019]t\b")
_NOT_CALLED = re.compile(r"\bnot\s+(?:the\s+)?(\S+)\s+((?:call|us)(?:e?s|e?d|e)?)\b", re.I)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = re.compile(
    rf"\b({_MONTHS.replace(' ', '|')})\s+(?:of\s+)?((?:19[7-9]|20\d)\d)\b", re.IGNORECASE
)
# What a call is wrapped in is no place: "X wrapped in A in F", "wrap X in A", "put X under A".
_WRAPPING = (
    r"\b(wrap(?:s|ped|ping)?|enclos(?:e|es|ed|ing)|surround(?:s|ed|ing)?|encas(?:e|es|ed|ing)"
    r"|bracket(?:s|ed)?)"
)
_SAID_AS = (
    (
        re.compile(
            _WRAPPING + r"(|(?:\s+(?!in\b|by\b)\S+){1,5}?)\s+(?:in|into|inside|within|by|with)\s+"
            r"(?:an?\s+|the\s+)?(?=\w)",
            re.I,
        ),
        r"\1\2, ",
    ),
    (re.compile(r"\bleave\s+(\S+)\s+for\b(?=.)", re.I), r"move out of \1 into"),
    (re.compile(r"(?<=\bdid\b)(.{1,80}?)\bleave\b", re.I), r"\1move out of"),
    (
        re.compile(r"\b(?:lower|rais|increas|decreas|reduc|bump|rais)ed\s+to\b", re.I),
        "changed into",
    ),
    (
        re.compile(
            r"(?<=\b)((?:parameter|argument|variable|field|member|macro|struct|option|flag|type|file)"
            r"\b.{0,80}?)\bnot\s+(?:called|named)\b",
            re.I,
        ),
        r"\1renamed from",
    ),
    (re.compile(r"\bpreferred\s+to\b", re.I), "taken rather than"),
    (re.compile(r"\b(?:gave|give)\s+way\s+to\b|\bmade\s+way\s+for\b", re.I), "was replaced by"),
    (re.compile(r"\bmade\s+an?\s+(?=\w+(?:_|\b[A-Z]))", re.I), "turned into "),
)
_OWNED = re.compile(r"(?<=\w)['\u2019]s\b")
_PARTS = re.compile(r"[?;]|,? and (?=why\b|how\b|what\b)|, (?=why\b)", re.IGNORECASE)
_ASKING = re.compile(
    r"\b(?:why|how|what|which|whose|whom?|when|where|list|explain|did|does|is|was|were)\b", re.I
)


def questions(text: str) -> list[str]:
    """The questions in a text; what asks nothing by itself ("F had a case for X, why was that
    dropped") belongs to the one behind it."""
    found: list[str] = []
    before = ""
    for part in _PARTS.split(" ".join(text.replace("\n", " ; ").split())):
        if not part.strip(" ,?!."):
            continue
        if _ASKING.search(part):
            found.append(f"{before}{part}")
            before = ""
        else:
            before += f"{part}, "
    return found + ([before.rstrip(" ,")] if before else [])


def plainer(text: str) -> str:
    """A question in words that its reading knows; months of a year as 2013-07."""
    plain = _HOW_COME.sub("why", _SHORTENED.sub(" not", text))
    plain = _MONTH.sub(_numbered, _OWNED.sub("", _NOT_CALLED.sub(r"\1 not \2", plain)))
    for phrase, plainly in _SAID_AS:
        plain = phrase.sub(plainly, plain)
    return plain


def _numbered(month: re.Match[str]) -> str:
    """A month of a year as 2013-07."""
    return f"{month[2]}-{_MONTHS.split().index(month[1].lower()) + 1:02}"
