"""A commit message -> its sentences, each verbatim with its lines.

The subject is one. What is not prose is none: trailers and blocks of `Key: value`, import markers,
quoted mail, rules, logs, backtraces, code, lists of commits, maintainers' notes in brackets. A
sentence keeps the line breaks that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minekvm.core.messages.trailers import trailer_lines

_MOST = 400  # sentences of one message
_LONGEST = 6_000  # characters of a paragraph that is prose
_LONG_LINE = 2_000  # characters of a line that is prose
_WRAPPED = 3  # lines that a subject may go on for
_FULL = 58  # characters from which a line may have been broken for its length
_ITEM = re.compile(r"[ \t]{0,8}(?:[-*+o\u2022]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
_COMMIT_ALONE = re.compile(
    r"[ \t]*[-*]?[ \t]*(?:\[[ \t]*)?(?:[Uu]pstream[ \t]+|(?:[Tt]his[ \t]+)?[Rr]everts?[ \t]+)?"
    r"(?:[Cc]ommit[ \t]+)?[0-9a-f]{7,64}"
    r"(?:[ \t]+upstream)?\.?[ \t]*\]?[ \t]*\Z"
)
_COMMIT_LISTED = re.compile(r"[ \t]*[-*]?[ \t]*(?:[Cc]ommit[ \t]+)?[0-9a-f]{7,64}[ \t]+\S")
_MARKER = re.compile(
    r"[ \t]*(?:git-svn-id:|svn[ -]?(?:path|revision)[=:]|\(cherry[ -]picked from|cherry[ -]picked"
    r"|originally committed as|original(?:ly)? (?:commit|svn)\b|(?:source|origin):[ \t]*https?:"
    r"|(?:19|20)\d\d-\d\d-\d\d[ \t]+[^<>]{1,60}<\S+@\S+>[ \t]*\Z"
    r"|[A-Z][a-z]+(?:-[a-z]+){0,3}-by\b|# ?conflicts?:|conflicts:|diff --git "
    r"|index [0-9a-f]{7,}\.\."
    r"|[-+]{3}[ \t]|@@ )",
    re.IGNORECASE,
)
_KEYED = re.compile(r"[ \t]*([A-Z][A-Za-z]*(?:[- ][A-Za-z]+){0,3})[ \t]?:[ \t]+(\S.*)\Z")
_REFERENCE = re.compile(
    r"<?(?:https?://|git://|ftp://)\S*\Z|\S+@\S+\Z|[^<>]{1,60}<\S+@\S+>|#?\d+\Z", re.IGNORECASE
)
_LOGGED = re.compile(
    r"[ \t]*(?:>|\||\$[ \t]|%[ \t]|\[[ \t]*\d+\.\d+\]|\#\d+[ \t]+(?:0x|\w+[ \t]?\()|==\d+==|\.\.\."
    r"|(?:Call Trace|RIP|Code|CPU|Hardware name|Modules linked in|Stack|PC is at|LR is at)\b.{0,2}:"
    r"|(?:WARNING|BUG|INFO|ERROR|warning|error|fatal|usage|In file included from)\b[ :]"
    r"|0x[0-9a-f]{4}|(?:\w{1,80} )?[\w./+-]{2,80}:\d+(?::\d+:|:|[ \t]+\[|[ \t]*\Z)"
    r"|[\w.]{1,80}\+0x[0-9a-f]+|<\w+>\Z|\$?[A-Z_]{3,}=)"
)
_RULE = re.compile(r"[ \t]*[-=*_~#+^.|/\\ \t]{4,}\Z")
_CODE_END = re.compile(r"(?:[;{}\\]|\*/|\)[ \t]*\{|->|&&|\|\|)[ \t]*\Z")
_CODE_START = re.compile(
    r"[ \t]*(?:[-+][ \t]{2,}\S|[{}]|/\*|//|\#(?:if|define|include|endif|else)"
    r"|(?:if|while|for|switch) ?\(|return\b.*;|\w[\w.>-]*(?:\[\w*\])?[ \t]*[-+|&]?=[ \t]"
    r"|\w+\([^()]*\);?[ \t]*\Z)"
)
_WORDS = re.compile(r"[A-Za-z][a-z']+")
_NOTE = re.compile(r"[ \t]*\[[ \t]*[\w. @-]{1,40}:(?!/)")
_END = re.compile(
    r"[.!?][\"')\]\u201d]{0,3}(?=\s+[\"'(`\[\u201c]{0,2}(?:[A-Z0-9_*]|[a-z]\w{0,80}(?:_\w|\())|\s*\Z)"
    r"|:(?=\s*\Z)"
)
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|viz|resp|incl|approx|al|Mr|Dr|No|fig|sec|aka|w\.r\.t|ca)"
    r"|\b[A-Z])\.\Z",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of a message: `quote` verbatim in lines `first` to `last`, which count from 1.

    `paragraph` counts the paragraphs of prose from 0, and is -1 for the subject. `item` is whether
    it stands in a list, `key` what stands before a colon that it follows ("Problem").
    """

    first: int
    last: int
    quote: str
    paragraph: int
    item: bool = False
    key: str = ""

    @property
    def text(self) -> str:
        """The sentence on one line."""
        return " ".join(self.quote.split())


@lru_cache(maxsize=512)
def sentences(message: str) -> tuple[Sentence, ...]:
    """The sentences of a message's body, in order."""
    lines = message.split("\n")
    found: list[Sentence] = []
    for number, (first, block, item) in enumerate(_blocks(message, lines)):
        if len(block) > _LONGEST:
            continue
        keyed = _KEYED.match(block[:_LONG_LINE].split("\n", 1)[0]) if item else None
        key = keyed[1] if keyed is not None else ""
        for start, end in _spans(block):
            at = first + block.count("\n", 0, start)
            quote = block[start:end]
            found.append(Sentence(at, at + quote.count("\n"), quote, number, item, key))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


def subject(message: str) -> Sentence:
    """A message's subject, which may have been broken over some lines."""
    lines = message.split("\n")
    last = _subject_end(lines)
    return Sentence(1, last, "\n".join(lines[:last]).strip(), -1)


def _subject_end(lines: Sequence[str]) -> int:
    """The number of the subject's last line."""
    last = 1
    while last < min(_WRAPPED, len(lines)):
        line, after = lines[last - 1].rstrip(), lines[last].strip()
        broken = after[:1].islower() or (len(line) >= _FULL and not _ITEM.match(lines[last]))
        if not after or line.endswith((".", "!", "?", ":")) or not broken:
            break
        last += 1
    return last


# --- lines that are prose


def _blocks(message: str, lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Runs of prose lines as text, with the number of the first; items of lists each by itself."""
    first = _subject_end(lines) + 1
    skipped = _not_prose(message, lines, first)
    margin = min(
        (len(ln) - len(ln.lstrip()) for n, ln in enumerate(lines, 1) if n >= first and ln.strip()
         and n not in skipped),
        default=0,
    )  # fmt: skip
    run: list[str] = []
    start, hang = 0, -1
    for number in range(first, len(lines) + 2):
        line = lines[number - 1] if number <= len(lines) else ""
        ends = not line.strip() or number in skipped
        item = None if ends else _head(line)
        deep = not ends and _is_set_off(line, margin, hang if run else -1)
        if run and (ends or item or deep):
            yield from _whole(start, run, hang >= 0)
            run, hang = [], -1
        if ends or deep:
            continue
        if not run:
            start, hang = number, item.end() if item else -1
        run.append(line)


def _head(line: str) -> re.Match[str] | None:
    """The mark of a list's item, or a key whose value is a sentence."""
    keyed = _KEYED.match(line[:_LONG_LINE])
    if keyed is not None and _says(keyed[2]):
        return re.match(r"[ \t]*[\w -]+:[ \t]*", line)
    return _ITEM.match(line)


def _says(value: str) -> bool:
    """Whether the value of a key is words rather than a name, a number or an address."""
    rest = [word.rstrip(".,;:") for word in value.split()[1:]]
    return not _REFERENCE.match(value) and any(w.isalpha() and w.islower() for w in rest)


def _whole(start: int, run: list[str], item: bool) -> Iterator[tuple[int, str, bool]]:
    """A run of lines, unless most of it is code."""
    coded = sum(_is_code(line) for line in run)
    if 2 * coded < len(run) or (len(run) > 1 and 2 * coded == len(run) and _is_prose(run[0])):
        yield start, "\n".join(run), item


def _is_set_off(line: str, margin: int, hang: int) -> bool:
    """Whether a line is set off from the prose around it, as code and logs are.

    `hang` is the column at which the text of the item above stands, -1 where there is none.
    """
    indent = len(line) - len(line.lstrip())
    if indent == 0 or _head(line):
        return False
    if hang >= 0 and indent <= hang + 2:
        return _is_code(line) and not _is_prose(line)
    return indent - margin >= 2 and not _is_prose(line)


def _is_code(line: str) -> bool:
    return bool(_CODE_END.search(line[-8:]) or _CODE_START.match(line)) or len(line) > _LONG_LINE


def _is_prose(line: str) -> bool:
    """Whether a line is words for the most part."""
    bare = line.strip()
    plain = sum(c.isalpha() or c in " ,.'" for c in bare)
    return len(_WORDS.findall(bare)) >= 4 and plain >= 0.85 * len(bare) and not _is_code(line)


def _not_prose(message: str, lines: Sequence[str], first: int) -> frozenset[int]:
    """The numbers of the lines below the subject that are no prose, whatever stands around."""
    skipped = set(_trailing(message, lines, first))
    note = False
    for number in range(first, len(lines) + 1):
        line = lines[number - 1]
        before = lines[number - 2].rstrip() if number > first else ""
        runs_on = bool(before) and number - 1 not in skipped and before[-1:] not in ".:!?"
        note = note or (bool(_NOTE.match(line)) and not runs_on)
        if note or _is_foreign(line, runs_on):
            skipped.add(number)
        note = note and bool(line.strip()) and not line.rstrip().endswith("]")
    return frozenset(skipped)


def _is_foreign(line: str, runs_on: bool) -> bool:
    """Whether a line is a marker, a log, a rule or a listed commit; a sentence may run on in it."""
    if _MARKER.match(line) or _RULE.match(line):
        return True
    if runs_on and not line[:1].isspace():
        return False
    return bool(_LOGGED.match(line) or _COMMIT_ALONE.match(line) or (
        not runs_on and _COMMIT_LISTED.match(line) and "(" in line
        and line.rstrip().endswith(")")
    ))  # fmt: skip


def _trailing(message: str, lines: Sequence[str], first: int) -> Iterator[int]:
    """The numbers of trailers' lines, folded ones too, and of blocks of `Key: value`."""
    for trailer in trailer_lines(message):
        folds = message.count("\n", trailer.start, trailer.end)
        yield from range(trailer.number, trailer.number + 1 + folds)
    start = first
    for number in range(first, len(lines) + 2):
        if number <= len(lines) and lines[number - 1].strip():
            continue
        block = range(start, number)
        start = number + 1
        keyed = {n: m for n in block if (m := _KEYED.match(lines[n - 1][:400]))}
        bare = [n for n, match in keyed.items() if not _says(match[2])]
        if bare and 2 * len(bare) > len(block) > 1:
            yield from block
        yield from (n for n, match in keyed.items() if _REFERENCE.match(match[2][:400]))


# --- sentences of prose


def _spans(block: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a block begin and end."""
    item = _head(block.split("\n", 1)[0])
    start = item.end() if item is not None else len(block) - len(block.lstrip())
    for match in _END.finditer(block, start):
        if _SHORTENED.search(block, max(start, match.start() - 12), match.start() + 1):
            continue
        if block[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
        while start < len(block) and block[start].isspace():
            start += 1
    if block[start:].strip():
        yield start, len(block.rstrip())
