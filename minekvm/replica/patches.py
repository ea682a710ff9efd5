"""Reads the story: text files that look like patches, but are made to be edited by hand.

A file is a block of headers, a message, a line `---`, and the edits:

    Key: d1                         the commit's name within the story
    From: Some One <some@example.org>
    Date: Wed, 08 Jul 2020 21:51:54 +0200
    Committed: ...                  the date again if left out
    On: topic                       the branch; master if left out
    Base: d1                        where a branch begins that is never merged
    Merge: topic other              branches that this commit merges and ends
    Tag: v5.9
    Encoding: ISO-8859-1            of the message; UTF-8 if left out
    Subject: what the first line says

    The message. {hash:d1} stands for 12 digits of that commit, {commit:d1} for all 40.
    ---
    edit path/of/a/file.c
    @@ anything that helps the reader
     a line that stays
    -a line that goes
    +a line that comes
    create path/of/a/file.h
    +its lines
    rename old/path.c => new/path.c

There are no line numbers: the lines that stay or go must stand in the file exactly once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

from minekvm.replica.model import (
    MAINLINE,
    Create,
    Edit,
    Moment,
    Person,
    Rename,
    Replace,
    Step,
    StoryError,
)

_HEADERS = frozenset(
    {"Key", "From", "Date", "Committed", "On", "Base", "Merge", "Tag", "Encoding", "Subject"}
)
_PERSON = re.compile(r"(?P<name>[^<>]+) <(?P<email>[^<>\s]+)>")


def parse(text: str) -> Step:
    """The commit that one file of the story describes; StoryError where it is malformed."""
    head, _, edits = text.partition("\n---\n")
    head, _, body = head.partition("\n\n")
    headers = _headers(head)
    try:
        authored = moment(headers["Date"])
        return Step(
            key=headers["Key"],
            author=_person(headers["From"]),
            authored=authored,
            committed=moment(headers["Committed"]) if "Committed" in headers else authored,
            message=f"{headers['Subject']}\n\n{body.strip()}".rstrip() + "\n",
            branch=headers.get("On", MAINLINE),
            merges=tuple(headers.get("Merge", "").split()),
            edits=tuple(_edits(edits)),
            tag=headers.get("Tag"),
            encoding=headers.get("Encoding", "UTF-8"),
            base=headers.get("Base", ""),
        )
    except KeyError as missing:
        raise StoryError(f"no {missing.args[0]}: header in\n{head}") from None


def moment(text: str) -> Moment:
    """The date of a mail header, zone kept: `Tue, 1 Feb 2022 13:29:22 +0000`."""
    try:
        when = parsedate_to_datetime(text)
    except ValueError as wrong:
        raise StoryError(f"not a date: {text!r}") from wrong
    return Moment(int(when.timestamp()), text.rsplit(" ", 1)[1])


def _headers(head: str) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, value = line.partition(": ")
        if not colon or name not in _HEADERS or name in headers:
            raise StoryError(f"not a header, or a second one: {line!r}")
        headers[name] = value
    return headers


def _person(text: str) -> Person:
    found = _PERSON.fullmatch(text)
    if not found:
        raise StoryError(f"not a name and an address: {text!r}")
    return Person(found["name"], found["email"])


def _edits(text: str) -> Iterator[Edit]:
    for section in _sections(text):
        verb, _, rest = section[0].partition(" ")
        if verb == "rename":
            old, arrow, new = rest.partition(" => ")
            if not arrow or len(section) > 1:
                raise StoryError(f"not a rename: {section[0]!r}")
            yield Rename(old, new)
        elif verb == "create":
            _, new = _sides(section[1:], stays=False)
            yield Create(rest, new)
        else:
            yield from _replacements(rest, section[1:])


def _sections(text: str) -> Iterator[list[str]]:
    """Lines grouped by the edit they belong to; the first of each says which."""
    section: list[str] = []
    for line in text.splitlines():
        if line.startswith(("edit ", "create ", "rename ")):
            if section:
                yield section
            section = [line]
        elif not section:
            raise StoryError(f"a line that no edit claims: {line!r}")
        else:
            section.append(line)
    if section:
        yield section


def _replacements(path: str, lines: list[str]) -> Iterator[Replace]:
    hunk: list[str] = []
    for line in [*lines, "@@"]:
        if not line.startswith("@@"):
            hunk.append(line)
            continue
        if hunk:
            old, new = _sides(hunk, stays=True)
            if not old or old == new:
                raise StoryError(f"a hunk in {path} that changes nothing or matches anything")
            yield Replace(path, old, new)
        hunk = []


def _sides(lines: list[str], *, stays: bool) -> tuple[str, str]:
    """What stands there before and after. An empty line is one that stays."""
    old: list[str] = []
    new: list[str] = []
    for line in lines:
        mark, text = line[:1], f"{line[1:]}\n"
        if mark not in {"", " ", "-", "+"} or (mark != "+" and not stays):
            raise StoryError(f"a line with no mark: {line!r}")
        if mark != "+":
            old.append(text)
        if mark != "-":
            new.append(text)
    return "".join(old), "".join(new)
