"""Commit message -> what it says of other commits, mails, bugs and people.

Reads the forms of the kernel (`Fixes:`, `[ Upstream commit X ]`, `Link:`), of git itself
(`hash (subject, 2020-01-01)`) and plain prose. It is called for every commit of a history: words
and digits are found by byte searches, and only what is there is looked at closely.
"""

from __future__ import annotations

from minekvm.core.messages.backports import blocks, prefixed_subject, status
from minekvm.core.messages.hashes import hashes
from minekvm.core.messages.links import message_ids, numbers, urls
from minekvm.core.messages.model import Mention, Person, References, Trailer
from minekvm.core.messages.quoting import folded, sentence
from minekvm.core.messages.scan import Found, Scan
from minekvm.core.messages.trailer_mentions import fixes, links, named, prerequisites
from minekvm.core.messages.trailers import Line, people_in, trailer_lines
from minekvm.core.messages.unhashed import neighbours, subject_line, titles

NOTHING = References((), (), ())

_STRENGTH = {
    "reverts": 0,
    "fixes": 1,
    "backport-of": 2,
    "depends": 3,
    "cites": 4,
    "previous": 5,
    "link": 6,
}


def read(message: str) -> References:
    """All that a commit message says of other commits, mails, bugs and people."""
    scan = Scan(message)
    trailers: list[Trailer] = []
    people: list[Person] = []
    lines = trailer_lines(message)
    for line in lines:
        value = message[line.value : line.end].strip()
        if "\n" in value:
            value = folded(value)
        trailers.append(Trailer(line.key, value, line.number))
        sort = line.sort
        if sort == "person":
            people += people_in(line, value)
            scan.take(line.start, line.end)
        elif sort != "?":
            if sort == "cc":
                people += people_in(line, value)
            _trailer(scan, line, value)
    scan.shorten(_trailing(scan, lines))
    subject_line(scan)
    blocks(scan)
    urls(scan)
    message_ids(scan)
    numbers(scan)
    hashes(scan)
    prefixed_subject(scan)
    nouns = scan.places(b"commit"), scan.places(b"patch")
    titles(scan, *nouns)
    neighbours(scan, *nouns)
    if not (scan.found or trailers):
        return NOTHING
    return References(_in_order(scan), tuple(trailers), tuple(people))


def _trailing(scan: Scan, lines: list[Line]) -> int:
    """Where the trailers begin that stand together at the end, and leave nothing to be read."""
    message = scan.message
    start = len(message.rstrip())
    for line in reversed(lines):
        if line.end < start - 1 or not scan.taken[line.start]:
            break
        start = line.start
    return start


def _trailer(scan: Scan, line: Line, value: str) -> None:
    """Note what a trailer mentions."""
    match line.sort:
        case "fixes":
            fixes(scan, line, value)
        case "link":
            links(scan, line, value)
        case "depends":
            named(scan, line, "depends", "Depends-on trailer", value)
        case "origin":
            named(scan, line, "backport-of", "Upstream trailer", "")
        case "status":
            status(scan, line)
        case _:
            if line.sort == "cc" and "#" in value:
                prerequisites(scan, line)
            scan.take(line.start, line.end)


def _in_order(scan: Scan) -> tuple[Mention, ...]:
    """The findings as mentions, in order of place, each thing once a line."""
    message = scan.message
    kept: dict[tuple[int, str], tuple[int, Found]] = {}
    at, number = 0, 1
    for found in sorted(scan.found):
        start = found[0]
        number += message.count("\n", at, start)
        at = start
        key = number, found[4] or found[5] or found[6]
        before = kept.get(key)
        if before is None or _STRENGTH[found[2]] < _STRENGTH[before[1][2]]:
            kept[key] = number, found
    mentions = []
    for number, (start, end, kind, rule, hash_, subject, target, low, high) in kept.values():
        span = (low, high) if low >= 0 else sentence(message, start, end)
        first = number - message.count("\n", span[0], start)
        quote = message[span[0] : span[1]]
        last = first + quote.count("\n")
        mentions.append(Mention(kind, rule, hash_, subject, target, first, last, quote))
    return tuple(mentions)
