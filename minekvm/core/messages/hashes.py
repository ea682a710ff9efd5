"""Hashes of commits in a message: found, and what is said of each.

A table of bytes finds the runs of digits; most are thrown out by the characters around them. What
is left is judged by the words before it, read backwards to the verb, and by what follows.
"""

from __future__ import annotations

import re
from dataclasses import replace

from minekvm.core.messages.leads import COMMIT_ALONE, Lead, labelled, lead, said
from minekvm.core.messages.model import MentionKind
from minekvm.core.messages.plausible import SHORT, SUSPECT, bare, framed, one_line, worth
from minekvm.core.messages.quoting import quoted_from, subject_after, titled_before
from minekvm.core.messages.scan import Scan

_RUN = b"x" * 7
_HEX = bytes(ord("x") if chr(i) in "0123456789abcdefABCDEF" else ord(" ") for i in range(256))
_PLAIN = [  # what may stand beside a hash, by its byte
    not (chr(i).isascii() and (chr(i).isalnum() or chr(i) in "_@%$&\\#+=")) for i in range(256)
]
_KERNEL = (b"ffff", b"0000", b"FFFF")  # how addresses of 16 digits begin
_OWNER = re.compile(r"(?<![^\s(\"'])[\w.-]{1,30}+/[\w.-]{1,40}+@\Z")
_WHOLE = (40, 64)  # digits of a whole hash
_LIST = re.compile(
    r"(?:[\s>|*#,;&+/()\[\]\"'`^~-]|\.{2,3}|[~^]\d|\b(?:and|or|plus|also|commits?|patch(?:es)?"
    r"|upstream|the|then)\b|(?<=\n)[ \t]*+\d{1,2}[.):])*+",
    re.IGNORECASE,
)
_UPSTREAM = re.compile(
    r"[\"'>)\]]?+[ \t]*+[,:-]?+\s?+(?:(?:from|in|on) )?+(?:upst[re]{1,4}?am|mainline|linux-next)\b"
    r"(?!\s++(?:and|has|had|did|was|is|which|that|made|\())",
    re.IGNORECASE,
)
_REST = re.compile(r"\r?\n[ \t]*+(?:[>|] ?+)*+[ \t]*+([0-9a-f]{1,39}+)(?![\w-])([ \t]*+\([\"'])?+")


def hashes(scan: Scan) -> None:
    """Find the hashes that no other reader has taken."""
    raw = scan.raw
    runs = raw.translate(_HEX)
    taken = scan.taken
    start = runs.find(_RUN)
    length = len(runs)
    while start >= 0:
        end = runs.find(b" ", start)
        if end < 0:
            end = length
        size = end - start
        # Most runs of 16 digits are addresses in a kernel's last words.
        if not (taken[start] or size > 64 or (size == 16 and raw[start : start + 4] in _KERNEL)):
            before = raw[start - 1] if start else 32
            after = raw[end] if end < length else 32
            if _PLAIN[before] and _PLAIN[after]:
                if size == 40 and before == 32 and _usual(scan, start, end):
                    pass
                elif size <= 40 or size in _WHOLE:
                    _judge(scan, start, end)
            elif before == 64 and size <= 40 and _PLAIN[after]:  # @
                _owned(scan, start, end)
            elif before == 103 and size <= 40 and _described(scan.message, start):  # g
                text = scan.message[start:end].lower()
                scan.add(start, end, "cites", "git describe", text)
        start = runs.find(_RUN, end)


def _described(message: str, start: int) -> bool:
    """Whether `v5.4-123-g` or `2018.11+g` stands before a place, as git describe writes it."""
    ahead = message[max(0, start - 3) : start - 1]
    return ahead[-1:] in ("-", "+") and ahead[:1].isdigit()


def _owned(scan: Scan, start: int, end: int) -> None:
    """Note `owner/repository@hash`, as GitHub writes it."""
    owner = _OWNER.search(scan.message, max(0, start - 60), start)
    text = scan.message[start:end].lower()
    known = owner is not None and framed(scan.message, start, end, False)
    if owner is not None and known and not (text.isalpha() or text.isdigit()):
        words = replace(lead(scan.message, owner.start()), near=True)
        kind, rule = labelled(scan.message, words.label, owner.start(), end, end)
        kind, rule = (kind, rule) if rule else said(scan.low, words)
        scan.add(start, end, kind, rule or "commit", text)


def _usual(scan: Scan, start: int, end: int) -> bool:
    """Note a hash in one of the two lines that open a stable kernel's messages; whether it is one.

    Only a shortcut: the long way finds the same.
    """
    message = scan.message
    ahead = message[max(0, start - 18) : start]
    if ahead == "[ Upstream commit " and message.startswith(" ]\n", end):
        rule, quote = "Upstream commit bracket", (start - 18, end + 2)
    elif ahead[-8:] == "\ncommit " and message.startswith(" upstream.\n", end):
        rule, quote = "commit upstream", (start - 7, end + 10)
    else:
        return False
    scan.add(start, end, "backport-of", rule, message[start:end].lower(), "", "", quote)
    return True


def _judge(scan: Scan, start: int, end: int) -> None:
    """Note the run from `start` to `end` if it is a commit's hash."""
    message = scan.message
    touching = bool(scan.found) and scan.found[-1][1] == start - 1
    if not framed(message, start, end, touching):
        return
    listed = _listed(scan, start)
    if end - start in SUSPECT and not listed and not worth(message, start, end):
        return
    words = lead(message, start)
    if _spelt(scan, message[start:end], words, bool(listed)):
        text, end = _whole(message, start, end, words.near)
        _note(scan, start, end, text.lower(), words, listed)


def _spelt(scan: Scan, text: str, words: Lead, listed: bool) -> bool:
    """Whether the digits are a hash's: letters and digits, others only beside `commit`."""
    if text.isalpha():
        return words.near and len(text) in (SHORT, 40)
    if text.isdigit():
        like = listed and len(text) == len(scan.found[-1][4])
        return like or (words.near and words.last in COMMIT_ALONE)
    return text.islower() or words.near


def _note(
    scan: Scan, start: int, end: int, text: str, words: Lead, listed: tuple[MentionKind, str] | None
) -> None:
    """Say what is said of a hash, unless it is a bare one and something tells against it."""
    message = scan.message
    subject, stop, style = subject_after(message, end, words.near or len(text) not in SUSPECT)
    if not subject:
        subject, stop = quoted_from(message, start, stop)
    kind, rule = labelled(message, words.label, start, end, stop)
    if not rule and words.label == "commit" and words.near and _UPSTREAM.match(message, stop):
        kind, rule = "backport-of", "commit upstream"
    quote = _lines(message, start, stop) if rule else (-1, -1)
    if not rule:
        kind, rule = said(scan.low, words)
    if not rule and listed is not None:
        kind, rule = listed
    if not subject and (words.near or not rule):
        subject, opened = titled_before(message, start)
        scan.take(opened, start)
    if not rule or (listed is not None and kind == "cites"):
        title, after = ("", stop) if subject or words.near else one_line(message, start, stop)
        known = title or words.near or style or subject or listed
        if not known and not bare(message, start, end, words.last):
            return
        rule = _citing(words.near, subject, style, listed)
        if title:
            subject, stop, rule = title, after, "one-line log"
            quote = _lines(message, start, stop)
    scan.add(start, stop, kind, rule, text, subject, "", quote)


def _citing(near: bool, subject: str, style: str, listed: tuple[MentionKind, str] | None) -> str:
    """The rule by which a hash is merely cited."""
    if style == "reference":
        return "reference style"
    if near:
        return "commit with subject" if subject else "commit"
    if subject:
        return "hash with subject"
    return "hash list" if listed else "bare hash"


def _lines(message: str, start: int, end: int) -> tuple[int, int]:
    """The span of the line or lines that hold a mention, within bounds."""
    low = message.rfind("\n", max(0, start - 80), start) + 1
    if not low and start > 80:
        low = start - 80
    high = message.find("\n", end, end + 80)
    return low, high if high >= 0 else min(len(message), end + 80)


def _listed(scan: Scan, start: int) -> tuple[MentionKind, str] | None:
    """Kind and rule of the hash before this one, where this one continues its list."""
    if not scan.found:
        return None
    last = scan.found[-1]
    end = last[1]
    if not last[4] or not 0 < start - end <= 60:
        return None
    between = scan.message[end:start]
    if "\n\n" in between or not _LIST.fullmatch(between) or not between.strip(" >*#|"):
        return None
    return last[2], last[3]


def _whole(message: str, start: int, end: int, near: bool) -> tuple[str, int]:
    """A hash and its end, put together where its length tells that a line's end breaks it."""
    text = message[start:end]
    if not near or end >= len(message) or message[end] not in "\r\n" or end - start >= 40:
        return text, end
    rest = _REST.match(message, end)
    if rest is None:
        return text, end
    size = len(text) + len(rest[1])
    known = size == 40 or (size == SHORT and end - start < SHORT)
    tied = rest[2] and not rest[1].isalpha() and size <= 40 and end - start not in (7, SHORT)
    return (text + rest[1], rest.end(1)) if known or tied else (text, end)
