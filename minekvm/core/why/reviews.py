"""What reviewers said that bears on a change: sentences of answers, chosen as a message's are.

They rank below the author's own words. Counted are sentences that name what is asked about, and
those of others after which the next version, or the commit, changed what they speak of: an
objection that was heeded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from minekvm.core.mail.matching import same_author
from minekvm.core.mail.model import Remark, Reply, Thread, Version
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reasons import ranked
from minekvm.core.why.sentences import Sentence

MOST = 2  # opinions of one discussion
_CHOSEN = 3  # sentences of one answer that are looked at
_LEAST = 0.03  # the chance from which on a reviewer's sentence is looked at (hand-set)
_HEEDED = 0.5  # what it counts that the next version did otherwise
_ASIDE = re.compile(  # a list of what was applied; a question; praise
    r"\A\[\d+/\d+\]|\?\s*\Z|\blooks? (?:good|fine|sane|ok(?:ay)?)\b|\bLGTM\b", re.IGNORECASE
)
_NAME = re.compile(r"\b[A-Za-z]\w*_\w+\b")  # told from a word by its underscore


@dataclass(frozen=True, slots=True)
class Opinion:
    """A sentence of an answer, verbatim in the lines of its mail's text, and how much it counts.

    `heeded` is the function, or the file, in which the next version, or the commit, differs in what
    it is about; "" where there is none.
    """

    reply: Reply
    version: Version
    sentence: Sentence
    weight: float
    heeded: str


def opinions(thread: Thread, wanted: Sought, most: int = MOST) -> tuple[Opinion, ...]:
    """The sentences of a discussion that best say why, in reading order; () where none does.

    Arguments as those of `reasons`.
    """
    every = [o for r in thread.replies for o in _of(thread, r, wanted)]
    best = sorted(every, key=lambda o: -o.weight)[:most]
    return tuple(o for o in every if o in best)


def _of(thread: Thread, reply: Reply, wanted: Sought) -> Iterator[Opinion]:
    version = next((v for v in thread.versions if v.mail.id == reply.version), None)
    if version is None:
        return
    best = ranked(_message(reply), wanted)[:_CHOSEN]
    for reason in (r for r in best if r.weight >= _LEAST and r.sentence.quote):
        said = reason.sentence
        moved = Sentence(said.first - 1, said.last - 1, said.quote, said.paragraph)
        remark = next(r for r in reply.remarks if r.first <= moved.first <= r.last)
        heeded = _heeded(version, remark) if _is_anothers(reply, version) else ""
        if (reason.names or heeded) and not _ASIDE.search(moved.quote):
            yield Opinion(reply, version, moved, reason.weight + _HEEDED * bool(heeded), heeded)


def _message(reply: Reply) -> str:
    """An answer's own words as a message: below a first line, each on its line, the rest blank."""
    lines = [""] * (1 + max((r.last for r in reply.remarks), default=0))
    for remark in reply.remarks:
        lines[remark.first : remark.last + 1] = remark.quote.split("\n")
    return "\n".join(lines)


def _is_anothers(reply: Reply, version: Version) -> bool:
    return not same_author(reply.mail.patch, version.mail.patch)


def _heeded(version: Version, remark: Remark) -> str:
    """Where the next version differs in what a remark is about.

    In lines that it quotes, in a name that it gives, or in the function that those lines are in.
    """
    quoted = {"".join(line.split()) for line in remark.about if line[:1] in ("+", "-")}
    named = frozenset(_NAME.findall(remark.quote))
    for change in version.changed:
        lines = (*change.gone, *change.come)
        if quoted & {"".join(line.split()) for line in lines}:
            return change.function or change.path
        if any(named.intersection(_NAME.findall(line)) for line in lines):
            return change.function or change.path
    functions = [
        c.function for c in version.changed if c.function and c.function == remark.function
    ]
    return functions[0] if functions else ""
