"""A commit message -> its sentences, each verbatim with its lines.

Trailers, quoted logs and code, and lists of commits are no sentences. A sentence keeps the line
breaks that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from minekvm.core.messages.trailers import trailer_lines

_MOST = 400  # sentences of one message
_LONGEST = 4_000  # characters of a paragraph that is prose
_ITEM = re.compile(r"\s{0,4}(?:[-*+o]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
_LISTED = re.compile(
    r"\s*(?:[-*]\s*)?(?:commit\s+)?[0-9a-f]{7,40}\s+\(?[\"']"
    r"|\s*(?:\[\s*)?(?:[Uu]pstream\s+)?[Cc]ommit\s+[0-9a-f]{7,64}(?:\s+upstream)?\.?\s*\]?\s*\Z"
)
_CODE = re.compile(
    r"\t|\s{6,}\S|\s{2,}(?:[#$>]\s|\w+\(.*\);|[\w.>-]+\s*=\s|[{}]|if\s*\(|return\b)"
    r"|\s*\[[ \d.]+\]|\s*(?:>|diff --git|@@|\+\+\+|---|Call Trace|RIP:|---\[)|\s*[-+]\s{2,}\S"
    r"|\s*(?:[=*_-]{4}|(?:WARNING|[Ww]arning|BUG|INFO):)"
)
_END = re.compile(
    r"[.!?][\"')\]]*(?=\s+[\"'(`\[]?(?:[A-Z0-9_*`]|[a-z]\w*(?:_\w|\())|\s*\Z)|[.!?:](?=\s*\Z)"
)
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|viz|resp|incl|approx|al|Mr|Dr|No|fig|sec|aka)|\b[A-Z])\.\Z", re.I
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of a message: `quote` verbatim in lines `first` to `last`, which count from 1.

    `paragraph` counts the paragraphs of prose from 0.
    """

    first: int
    last: int
    quote: str
    paragraph: int

    @property
    def text(self) -> str:
        """The sentence on one line."""
        return " ".join(self.quote.split())


def sentences(message: str) -> tuple[Sentence, ...]:
    """The sentences of a message's body, in order."""
    found: list[Sentence] = []
    for number, (first, lines) in enumerate(_paragraphs(message)):
        block = "\n".join(lines)
        if len(block) > _LONGEST:
            continue
        for start, end in _spans(block):
            at = first + block.count("\n", 0, start)
            quote = block[start:end]
            found.append(Sentence(at, at + quote.count("\n"), quote, number))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


def subject(message: str) -> Sentence:
    """A message's first line."""
    return Sentence(1, 1, message.split("\n", 1)[0].strip(), -1)


def _paragraphs(message: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of prose lines with the number of their first; list items each on their own."""
    trailing = {t.number for t in trailer_lines(message)}
    run: list[str] = []
    start = 0
    within = False  # the trailer before goes on
    item = False
    for number, line in enumerate(message.split("\n")[1:], 2):
        within = number in trailing or (within and line.startswith((" ", "\t")))
        heads = bool(_ITEM.match(line))
        ends = not line.strip() or within or _LISTED.match(line) or _code(line, item and bool(run))
        if ends or heads:
            if run:
                yield start, run
            run, item = [], False
        if ends:
            continue
        if not run:
            start, item = number, heads
        run.append(line)
    if run:
        yield start, run


def _code(line: str, in_item: bool) -> bool:
    """Whether a line is code or a log; an item's further lines are indented."""
    if in_item and re.match(r"\s{2,8}\w", line) and not re.search(r"[;{}]\s*\Z", line):
        return False
    return bool(_CODE.match(line))


def _spans(block: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a block begin and end."""
    start = len(block) - len(block.lstrip())
    item = _ITEM.match(block)
    if item is not None:
        start = item.end()
    for match in _END.finditer(block, start):
        if _SHORTENED.search(block, start, match.start() + 1):
            continue
        if match.end() > start and block[start : match.end()].strip():
            yield start, match.end()
        start = match.end() + len(block[match.end() :]) - len(block[match.end() :].lstrip())
    if block[start:].strip():
        yield start, len(block.rstrip())
