"""What a message says of the commit it was taken from, where no sentence or plain label does.

The block of `git log` that Red Hat puts into a message, `Upstream-Status: Backport [...]` of the
Yocto project, `Origin: upstream, <URL>` of Debian's patches (DEP-3), and the `UPSTREAM:`,
`BACKPORT:` and `FROMGIT:` before the subjects of Android and ChromeOS.
"""

from __future__ import annotations

import re

from minekvm.core.messages.quoting import LONGEST, trimmed
from minekvm.core.messages.scan import Scan
from minekvm.core.messages.subjects import agrees
from minekvm.core.messages.trailer_mentions import named
from minekvm.core.messages.trailers import Line

_BLOCK = re.compile(
    r"(?<=\n)commit ([0-9a-f]{40}(?:[0-9a-f]{24})?+)(?: \([^)\n]*+\))?+\r?\n(?:Merge: [^\n]*+\n)?+"
    r"Author:[ \t][^\n]*+\n(?:(?:AuthorDate|Date|Commit|CommitDate):[^\n]*+\n){0,3}+(?:\r?\n)?+"
    r"[ \t]{1,8}+(\S[^\n]{0,300}+)"
)
_BAD = re.compile(
    r"\b(?:bad commit|bisect\w*|culprit|offend\w+|regress\w+)\b|:\s*\Z", re.IGNORECASE
)
_LABEL = re.compile(
    r"[ \t]|\[|\(|[A-Za-z][\w /()-]{0,40}+:|O-|(?:Bugzilla|Conflicts?|Tested|Upstream)\b|[#*-]"
)
_PORT_PREFIX = re.compile(r"(?:(?:UPSTREAM|BACKPORT|FROMGIT|FROMLIST):[ \t]++){1,4}+(\S.*+)")
_NOT_TAKEN = re.compile(
    r"\s*+(?:submitted|pending|inappropriate|denied|inactive|vendor|other)\b", re.IGNORECASE
)
_LOOKED = 600  # characters before a block that tell what it is there for


def status(scan: Scan, line: Line) -> None:
    """`Upstream-Status:` and `Origin:`: the commit named was taken over, unless they deny it."""
    message = scan.message
    if _NOT_TAKEN.match(message, line.value, line.end):
        return  # for those who read URLs and hashes
    named(scan, line, "backport-of", f"{line.role} trailer", "")


def blocks(scan: Scan) -> None:
    """Note each block of `git log` by which a message gives the commit that it is a backport of.

    It is one where its subject is this message's, or only labels and other blocks stand before it;
    a block below a sentence that ends with a colon, or that speaks of a bad commit, is quoted.
    """
    message = scan.message
    if b"\nauthor:" not in scan.low:
        return
    subject = message.lstrip("\n").partition("\n")[0]
    for found in _BLOCK.finditer(message):
        start, stop = found.start(), found.end(1)
        same = agrees(found[2].strip(), subject)
        if same or _is_labelled(message[:start]):
            quote = trimmed(message, start, min(found.end(), start + LONGEST))
            scan.add(start, stop, "backport-of", "commit block", found[1], "", "", quote)


def _is_labelled(before: str) -> bool:
    """Whether what stands before a block is the subject and labels, and no prose."""
    body = before.lstrip("\n").partition("\n")[2]
    if _BAD.search(body[-_LOOKED:].rstrip(" \t\n")):
        return False
    return all(_LABEL.match(text) for text in body.split("\n") if text.strip())


def prefixed_subject(scan: Scan) -> None:
    """`BACKPORT: subject`, where the message gives no hash of what it was taken from."""
    message = scan.message
    start = len(message) - len(message.lstrip())
    end = message.find("\n", start)
    found = _PORT_PREFIX.fullmatch(message, start, end if end >= 0 else len(message))
    if found is not None and all(f[2] != "backport-of" for f in scan.found):
        quote = trimmed(message, start, min(found.end(), start + LONGEST))
        rule = "backport prefix"
        scan.add(start, found.start(1), "backport-of", rule, "", found[1].strip(), "", quote)
