"""Commit message -> its trailers, and the people in them.

As kernel people write them, which is freer than `git interpret-trailers`: anywhere in the message,
with maintainers' notes in brackets between them, folded by indentation or just broken inside the
quotes of a `Fixes:`. A well-known key makes a line a trailer wherever it stands; any other key does
only in a paragraph that is made of trailers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from minekvm.core.messages.model import Person, References
from minekvm.core.messages.scan import word_set

Sort = Literal["", "?", "person", "cc", "fixes", "link", "depends", "origin", "status", "id"]
"""What a trailer is about; "" and "?" for a key that is not well known, "" for none at all."""

_LONGEST_KEY = 48
_WHOLE = 40  # digits of a hash that is no abbreviation
_FOLDS = 8  # lines that one trailer may go on for
_MOST = 200  # people in one trailer
_LOOK = 400  # characters of a value that tell whether it goes on
_KEYS = 4096  # keys remembered

_LINKS = word_set("""
    link links closes close buglink bug-link bug bugs bug-url bugurl bug-id bugid bugzilla
    bugzilla-id bugzilla-url bz issue issues issue-id jira message-id messageid msg-id references
    reference ref in-reply-to patchwork patchwork-id lore thread discussion mail url debian-bug
    bug-debian bug-ubuntu addresses-coverity addresses-coverity-id coverity coverity-id vmware-bz
    syzbot syzkaller resolves rhbz cve lp launchpad tapd mr pr pull-request anbz gitee-issue
    github-issue
""") | {"bugzilla id", "coverity issue", "coverity id", "bug id", "github issue", "gitee issue"}
_DEPENDS = word_set("depends-on depends requires prerequisite prerequisite-patch")
_FIXES = word_set("fixes fix fixes-commit bugfix") | {"fixes commit"}
_ORIGINS = word_set("""
    upstream upstream-commit upstream-id upstream-commit-id upstreamcommit backport-of
    backported-from backport-from backport mainline mainline-commit cherry-picked-from
    cherry-pick original-commit origin-commit linux-commit git-commit cherrypicked-from
    backported-commit backport-commit x-original-commit original-commit-id gitorigin-revid
    upstream-commit-hash upstream-hash upstream-sha upstream-sha1
""") | {"upstream commit", "upstream commit id", "mainline commit", "linux commit", "backport of"}
_STATES = frozenset(("upstream-status", "upstream status", "origin"))
# Ordinary words that also open sentences, or a line of a kernel's last words: no trailers by
# themselves.
_WEAK = word_set("""
    bug bugs to fix issue issues mail url thread reference ref links close backport upstream
    mainline requires depends cve mr pr lp discussion prerequisite coverity resolves origin
""")
_SORTS: dict[str, Sort] = {
    "cc": "cc",
    "to": "person",
    "change-id": "id",
    "gerrit": "id",
    **dict.fromkeys(_LINKS, "link"),
    **dict.fromkeys(_DEPENDS, "depends"),
    **dict.fromkeys(_FIXES, "fixes"),
    **dict.fromkeys(_ORIGINS, "origin"),
    **dict.fromkeys(_STATES, "status"),
}
_LINE = re.compile(
    r"\n([A-Za-z][A-Za-z0-9_-]*+(?: (?:[Ii][Dd]|[Ii]ssue|[Cc]ommit|[Oo]f|[Ss]tatus)){0,2}+)"
    r"[ \t]*+:(?!//)"
)
_FOLDED = (" ", "\t")
_BREAKS = (
    "fixes",
    "origin",
    "depends",
    "status",
)  # may go on without indentation, inside their quotes
_WANTED = {  # on the next line, where a trailer's own line ends with the colon
    "fixes": re.compile(r"[ \t]*+(?:commit )?+<?+[0-9a-f]{7}"),
    "link": re.compile(r"[ \t]++<?+(?:https?://|[^\s@]++@)"),
}
_TAKEN = re.compile(r"[ \t]*+(?:upstream|backport|https?://\S{1,200}?/commit)", re.IGNORECASE)
_BRACKETED = re.compile(r"[ \t]*+\[[^\]\n]*+\][ \t]*+")  # on the line behind a state
_TRAILERISH = re.compile(r"[A-Za-z][A-Za-z0-9-]*+:(?!/)")
_ADDRESS = re.compile(r"(?<![^\s<>,;\"'()])[^\s<>,;\"'()@]++@[^\s<>,;\"'()@]++")


@dataclass(slots=True)
class Line:
    """A trailer and its place: it starts at `start`, its value at `value`, and ends at `end`.

    `key` is as it stands, `role` in one spelling.
    """

    key: str
    role: str
    sort: Sort
    number: int
    start: int
    value: int
    end: int


@lru_cache(maxsize=_KEYS)
def _sort(key: str) -> tuple[Sort, bool, str]:
    """What a key is about, whether it makes a trailer wherever it stands, and its one spelling."""
    low = key.lower()
    sort = _SORTS.get(low, "?")
    if low.endswith("-by") and len(low) > 4:
        sort = "person"
    elif low.endswith(("-at", "-jira", "-bug", "-issue", "-bz")) and len(low) > 4:
        sort = "link"
    elif sort == "?" and " " in low:
        sort = ""
    return sort, sort not in ("", "?") and low not in _WEAK, key.capitalize()


def names_people(key: str) -> bool:
    """Whether the key of a trailer says in what role somebody is named."""
    return _sort(key)[0] in ("person", "cc")


def names_a_change(key: str) -> bool:
    """Whether the value of a trailer is the same in all copies of a patch."""
    return key in ("Change-Id", "Change-id")


def searchable(message: str, said: References) -> str:
    """A message as it is searched for words: without people, addresses and whole hashes, which are
    looked up otherwise, and are most of the different words of a long history."""
    lines = message.split("\n")
    for trailer in said.trailers:
        if _sort(trailer.key)[0] in ("person", "cc", "link", "id"):
            lines[trailer.line - 1] = ""
    text = "\n".join(lines)
    for hash_ in {m.hash for m in said.mentions if len(m.hash) >= _WHOLE}:
        text = text.replace(hash_, "")
    return text


def trailer_lines(message: str) -> list[Line]:
    """The trailers of a message, by their places in it."""
    found: list[Line] = []
    unsure: list[Line] = []
    number = 1
    at = passed = 0
    for begun in _LINE.finditer(message):
        start, after = begun.span()
        if start < passed or after - start > _LONGEST_KEY:
            continue
        key = begun[1]
        sort, sure, role = _sort(key)
        if not sort:
            continue
        number += message.count("\n", at, start + 1)
        at = start + 1
        end = message.find("\n", after)
        if end < 0:
            end = len(message)
        line = Line(key, role, sort, number, at, after, end)
        if message[end + 1 : end + 2] in _FOLDED or (sort in _BREAKS and message[end - 1] != ")"):
            _fold(message, line)
            passed = line.end
        sure = sure or (sort == "status" and _TAKEN.match(message, after) is not None)
        (found if sure else unsure).append(line)
    if found and unsure:
        found += _among(message.split("\n"), {line.number for line in found}, unsure)
        found.sort(key=lambda line: line.start)
    return found


def _among(lines: list[str], sure: set[int], unsure: list[Line]) -> list[Line]:
    """Those trailers of doubtful key that stand in a paragraph that is made of trailers."""
    kept: list[Line] = []
    paragraph: list[Line] = []
    end = 0
    for line in unsure:
        if line.number > end:
            paragraph = []
            start = line.number
            while start > 2 and lines[start - 2].strip():
                start -= 1
            end = line.number
            while end < len(lines) and lines[end].strip():
                end += 1
            known = sum(number in sure for number in range(start, end + 1))
            plain = _plain(lines[start - 1 : end])
            here = [each for each in unsure if start <= each.number <= end] if known else []
            if here and (known + len(here)) * 2 >= plain:
                paragraph = here
            kept += paragraph
    return kept


def _plain(lines: list[str]) -> int:
    """How many lines of a paragraph are neither notes in brackets nor comments nor folded."""
    plain = noted = 0
    for text in lines:
        if noted or text[0] == "[":
            noted = 0 if text.rstrip().endswith("]") else (noted or _FOLDS) - 1
        elif text[0] not in "#( \t" and not text.startswith("---"):
            plain += 1
    return plain


def _fold(message: str, line: Line) -> None:
    """Move the end of a trailer behind the lines that continue it."""
    for _ in range(_FOLDS):
        start = line.end + 1
        end = message.find("\n", start)
        if end < 0:
            end = len(message)
        if start >= end or not _goes_on(message, line, start, end):
            return
        line.end = end


def _goes_on(message: str, line: Line, start: int, end: int) -> bool:
    """Whether the text from `start` to `end` continues the trailer before it."""
    value = message[line.value : min(line.end, line.value + _LOOK)].strip()
    text = message[start : min(end, start + _LOOK)]
    if not value:
        wanted = _WANTED.get(line.sort)
        return wanted is not None and wanted.match(text) is not None
    if text[0] in " \t":
        return not text.isspace()
    if line.sort == "status":
        return _BRACKETED.fullmatch(text) is not None
    if line.sort not in _BREAKS or _TRAILERISH.match(text):
        return False
    opened = value.count("(") > value.count(")") or value.count('"') == 1
    return opened and text.rstrip().endswith((")", '"'))


def people_in(line: Line, value: str) -> list[Person]:
    """Who is named in the value of a trailer about people."""
    role = line.role
    number = line.number
    name, bracket, rest = value.partition("<")
    if rest[-1:] == ">" and rest.find(">") == len(rest) - 1:  # the usual one, faster
        return [Person(role, name.strip(' \t",'), rest[:-1].strip(), number)]
    if bracket:
        email, closed, rest = rest.partition(">")
        if closed and "@" not in rest:
            return [Person(role, name.strip(' \t",'), email.strip(), number)]
        people = []
        for part in value.split(">")[:_MOST]:
            name, bracket, email = part.partition("<")
            if bracket:
                people.append(Person(role, name.strip(' \t",;'), email.strip(), number))
        return people
    found = _ADDRESS.findall(value.partition("#")[0])
    if len(found) == 1 and value.count("@") == 1:
        name = value.partition(found[0])[0].strip(" \t(\"',")
        return [Person(role, name, found[0], number)]
    if found:
        return [Person(role, "", email, number) for email in found[:_MOST]]
    return [Person(role, value, "", number)] if value else []
