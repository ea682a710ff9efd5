"""The text of an answer -> what it says, and to which lines: remarks, and review trailers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from minekvm.core.mail.model import Remark
from minekvm.core.messages.trailers import trailer_lines

_QUOTED = re.compile(r"[ \t]*+(?:>[ \t]?)+")
_SAYS = re.compile(r"(?:wrote|writes|schrieb|écrit|escribió|scrive)\s*:?\s*$")
_SIGNATURE = re.compile(r"-- ?")
_FOOTER = re.compile(r"_{20,}")
_TELLS_NOTHING = re.compile(  # trailers, statistics, marks of what was cut, who wrote what
    r"[A-Z][\w-]+-by: .*|(?:Cc|Fixes|Link): .*| \d+ files? changed.*| \S.* \|\s+\d+ [-+]*"
    r"|\s*\[?\.\.\.\]?|-{2,3} ?|.*(?:wrote|writes):"
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|thanks|thank you|cheers|regards|best(?: regards)?|kind regards|br)\b"
    r"[^.?\n]{0,40}[,!.]?",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[-\u2013 /]*[\w.]{1,20}(?: [\w.]{1,20})?[ /.]*")  # at a mail's end
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@ ?(.*)")
_DEFINED = re.compile(r"[-+ ]?([A-Za-z_][^;={]*?)?\b([A-Za-z_]\w*+)\([^;]*+$")
_NAME = re.compile(r"([A-Za-z_]\w*+)\s*+\(")
_REVIEW = re.compile(r"[A-Z][A-Za-z]*(?:-[a-zA-Z]+)*-by|NAK|NACK|ACK", re.IGNORECASE)
_CONTEXT = 8  # quoted lines shown above a remark
_KEPT = 40  # of a quoted block


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text answers: its remarks in order, and the review trailers that it gives."""

    remarks: tuple[Remark, ...]
    trailers: tuple[tuple[str, str], ...]


def read_answer(text: str) -> Answer:
    """The remarks of an answer's decoded text, a paragraph each, and its review trailers.

    Left out are what it quotes, who wrote that, greetings, signatures, and any patch below.
    """
    lines = text.split("\n")
    end = _end(lines)
    # Trailers are looked for below a first line.
    own = "\n" + "\n".join("" if _QUOTED.match(line) else line for line in lines[:end])
    reviews = [t for t in trailer_lines(own) if _REVIEW.fullmatch(t.key)]
    taken = {t.number - 2 for t in reviews}
    trailers = tuple((t.role, own[t.value : t.end].strip(" \t:\n")) for t in reviews)
    return Answer(tuple(_remarks(lines[:end], taken)), trailers)


def _end(lines: list[str]) -> int:
    """Where the signature, a list's footer or an unquoted patch begins."""
    for i, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line) or _FOOTER.match(line) or line.startswith("diff --git "):
            return i
    return len(lines)


def _remarks(lines: list[str], skipped: set[int]) -> Iterator[Remark]:
    quoted: list[str] = []  # the last block of quoted lines, without their marks
    function = ""
    start = -1  # of the paragraph under way
    quoting = False
    last = max((i for i, line in enumerate(lines) if line.strip()), default=-1)
    for i, line in enumerate([*lines, ""]):
        mark = _QUOTED.match(line)
        if start >= 0 and (mark is not None or not line.strip() or i in skipped):
            yield _remark(lines, start, i, quoted, function)
            start = -1
        if mark is not None:
            inner = line[mark.end() :]
            quoted = [*quoted, inner][-_KEPT:] if quoting else [inner]
            function = _function(inner, function)
            quoting = True
        elif line.strip() and i not in skipped and not _is_noise(lines, i, last):
            quoting = False
            start = i if start < 0 else start


def _remark(lines: list[str], start: int, end: int, quoted: list[str], function: str) -> Remark:
    about = [q for q in quoted if q.strip() and not _TELLS_NOTHING.fullmatch(q)][-_CONTEXT:]
    return Remark(start + 1, end, "\n".join(lines[start:end]), tuple(about), function)


def _is_noise(lines: list[str], i: int, last: int) -> bool:
    """Whether a line says who wrote what follows, or only greets; `last` is the last with text."""
    line = lines[i].strip()
    if _GREETING.fullmatch(line):
        return True
    after = lines[i + 1].strip() if i + 1 < len(lines) else ""
    if _SAYS.search(line) or (_SIGNED.fullmatch(line) and i >= last):
        return True
    return line.startswith("On ") and _SAYS.search(after) is not None


def _function(quoted: str, current: str) -> str:
    """The function that a quoted line of a diff is in, as far as the diff tells."""
    hunk = _HUNK.match(quoted)
    if hunk is not None:
        names = _NAME.findall(hunk[1])
        return names[0] if names else ""
    if quoted.startswith("diff --git "):
        return ""
    if quoted[:1] in "+- " and quoted[1:2].isalpha():
        found = _DEFINED.match(quoted)
        return found[2] if found is not None and found[1] else current
    return current
