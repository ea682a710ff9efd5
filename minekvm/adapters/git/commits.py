"""Commits as git stores them, and their parts as it prints them, decoded. Nothing here fails."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from minekvm.core.model import Commit, CommitId

_PERSON = re.compile(rb"(.*?)\s*+<([^>]*)>(.*)\Z", re.DOTALL)
_STAMP = re.compile(rb"\s*+(\d{1,18})(?:\s++([-+]\d{4})\b)?")


def parse_commit(commit: CommitId, raw: bytes) -> Commit:
    """Decode a raw commit object by its encoding header, else UTF-8, else Latin-1."""
    head, _, body = raw.partition(b"\n\n")
    parents: list[CommitId] = []
    author, committer, encoding = b"", b"", ""
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents.append(CommitId(value.decode("ascii")))
        elif key == b"author" and not author:
            author = value
        elif key == b"committer" and not committer:
            committer = value
        elif key == b"encoding":
            encoding = value.decode("ascii", "replace")
    name, email, authored, zone = person(author)
    message = decode(body, encoding)
    return Commit(
        id=commit,
        parents=tuple(parents),
        author=decode(name, encoding),
        email=decode(email, encoding),
        authored=iso(authored, zone),
        committed=person(committer)[2],
        subject=message.lstrip("\n").split("\n", 1)[0].strip(),
        message=message,
    )


def person(line: bytes) -> tuple[bytes, bytes, int, str]:
    """Name, email, time stamp and zone; a date that git cannot read either is the epoch."""
    match = _PERSON.match(line)
    if match is None:
        return line, b"", 0, "+0000"
    name, email, rest = match.groups()
    when = _STAMP.match(rest)
    if when is None:
        return name, email, 0, "+0000"
    return name, email, int(when.group(1)), (when.group(2) or b"+0000").decode("ascii")


def decode(text: bytes, encoding: str = "") -> str:
    """Bytes of a commit to str: the stated encoding, else UTF-8, else Latin-1. Never fails."""
    for candidate in (encoding, "utf-8"):
        try:
            if candidate:
                return text.decode(candidate)
        except (LookupError, ValueError):
            continue
    return text.decode("latin-1")


@lru_cache(maxsize=256)
def _zone(offset: str) -> timezone:
    sign = -1 if offset.startswith("-") else 1
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(sign * timedelta(minutes=min(minutes, 24 * 60 - 1)))


def iso(seconds: int, offset: str) -> str:
    """ISO 8601 with the offset (`+0200`); the epoch where there is no such date."""
    try:
        return datetime.fromtimestamp(seconds, _zone(offset)).isoformat()
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat()
