"""Whether a run of hexadecimal digits in a message can be a commit's hash.

Messages are full of others: addresses, registers, UUIDs, checksums, names of chips. What tells them
apart are the characters around a run, the word beside it and what follows it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from minekvm.core.messages.leads import COMMIT
from minekvm.core.messages.quoting import looks_titled, subject_after
from minekvm.core.messages.scan import word_set

SUSPECT = (8, 16)  # digits of an address or a register, more often than of a hash
SHORT = 12
_LABELS = word_set("""
    commit commits commit-id commitid upstream upsteam fixes mainline backport reverts from sha
    sha1 hash id rev revision pre post
""")
_NOT_A_COMMIT = word_set("""
    blob blobs tree trees index uuid guid md5 md5sum sha256 sha512 sha1sum build-id buildid
    address addr addresses size value values crc crc32 checksum key keys serial mac cookie trace
    ptr pointer pc lr sp ip rip eip offset mask magic signature csum phys virt dma iova va pa
    fingerprint digest xid inode pci dev device register reg object oid virtual physical page pfn
    flags firmware bios cpu esp ebp eax ebx ecx edx esi edi rsp rax rbp r0 r1 wq epc ra fw stack
    name colour color number phone call tel bug issue ticket error code comm status pid port range
    msr cr2 cr3 cr0 gpgkey pgp vendor product usb submodule subproject item pgd pud p4d pmd pte
    rdx rbx rcx rdi rsi
""")
_NEAR = word_set("""
    in since by with after before until see cf c.f via like reverts revert fixes fix undo undoes
    as introduced than prior reverting merges following because per e.g i.e seems commit-id during
    using cherry-picked picked backported reverted
""")
_WEAK = word_set("of from to and or that made both between at on for than version")
_MOTION = ("of", "from", "to", "than")
_OPENERS = " \t\"'`([<{\u201c"
_DOES = re.compile(
    r"\s(?:broke|made|did|does|was|taught|brought|got|[a-z]{3,}ed|introduces|adds|fixes|removes"
    r"|changes|commit|patch|change|reworks|moves|makes|drops|uses|allows|switches|converts|renames"
    r"|breaks|causes|turns)\b"
)
_NUMBER = re.compile(r"[>|]?+(?=[a-f]*+\d)[0-9a-f]{5,}+[:|]?+|[0-9a-f]{4}:")
_REGISTER = re.compile(
    r"[A-Z]{1,3}\d{1,3}:|[rx]\d{1,2}:|[A-Z]{2,3}[XPISG]:|(?:pc|lr|sp|ip|psr):|\d{4,}:"
)
_RAW = ("index ", "diff ", "@@", "Subproject ", "Code:", ":100", ":000")
_PARENTS = ("Merge:", "parent")
_MAPPED = ("7f", "55", "56", "ff")  # how addresses of 12 digits begin
_ONE_LINE = re.compile(r"[ \t>|*#+-]*+(?:\d{1,3}[.):] ?+)?+(?:[\[(]|[=!<>] )?+")
_TITLE = re.compile(r"\]?+:?[ \t]{1,4}([A-Za-z][^\n]*+)")


def framed(message: str, start: int, end: int, listed: bool) -> bool:
    """Whether the characters around a run let it be a hash: no part of a number, path or id.

    `listed` tells whether a hash ends just before the character before it, as in `abc1234/def5678`.
    """
    return _begins(message, start, listed) and _stops(message, end)


def _begins(message: str, start: int, listed: bool) -> bool:
    before = message[start - 1] if start else " "
    if before not in ".-:/~":
        return True
    beyond = message[start - 2] if start > 1 else " "
    if before == ".":
        return beyond == "."
    if beyond.isalnum() and not (listed and before == "/"):
        word = message[max(0, start - 12) : start - 1].split()[-1:]
        return bool(word) and word[0].lower().strip("\"'([<") in _LABELS
    return before != "~" and (before != "/" or listed or beyond.isspace())


def _stops(message: str, end: int) -> bool:
    after = message[end : end + 1]
    beyond = message[end + 1 : end + 2]
    if not beyond or after not in ".-:/":
        return True
    if after == "." == beyond or (after == "/" and _NUMBER.match(message, end + 1)):
        return True
    return not (beyond.isalnum() or beyond in "/_") or message.startswith("-dirty", end)


def worth(message: str, start: int, end: int) -> bool:
    """Whether a run of as many digits as an address has is worth a closer look.

    It is where prose leads to it or goes on from it as with a commit.
    """
    window = message[max(0, start - 24) : start].rstrip(_OPENERS)
    token = (window.split() or [""])[-1]
    word = token.strip("\"'`([<,;:").lower()
    if word in _NEAR or word in COMMIT or "commit" in word:
        return True
    text = message[start:end]
    before = message[start - 1] if start else "\n"
    if "0000" in text or text.startswith("ffff") or before == "<":
        return False
    after = message[end : end + 1]
    if before == "(" and after == ")":
        return not message[max(0, start - 2) : start - 1].isalnum()
    if after in ("^", "~") or message.startswith("..", end):
        return True
    if "\n" in message[max(0, start - 4) : start]:
        token = ""
    return _spoken_of(message, start, end, token) or (
        word in _MOTION and after in ".,\n) " and _in_prose(message, start, text)
    )


def _spoken_of(message: str, start: int, end: int, token: str) -> bool:
    """Whether what follows a run makes it a commit: a verb, a quoted subject, a line of a log."""
    if _REGISTER.fullmatch(token) or token.startswith("["):
        return False
    before = message[start - 1] if start else "\n"
    if before in " \n\t" and token.strip("\"'`([<,;:").lower() not in _NOT_A_COMMIT:
        follows = message[end : end + 16]
        if _DOES.match(follows):
            return True
        if follows.startswith((" (", ' "', "\n(", "(")):
            return subject_after(message, end, True)[1] > end
    return bool(one_line(message, start, end)[0])


def _in_prose(message: str, start: int, text: str) -> bool:
    """Whether a run stands among words, and has the look of a hash: mixed digits and letters."""
    words = message[max(0, start - 60) : start].rpartition("\n\n")[2].split()
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(text))
    return turns >= 2 and bool(words) and all(w[:1].isalpha() for w in words[-3:])


def bare(message: str, start: int, end: int, last: str) -> bool:
    """Whether a hash without `commit` or a subject beside it is likely one all the same.

    `last` is the word before it.
    """
    line = message.rfind("\n", max(0, start - 80), start)
    ahead = message[line + 1 if line >= 0 else max(0, start - 80) : start]
    tokens = ahead.strip(_OPENERS + "-*>#|").split()
    token = tokens[-1] if tokens else ""
    if last in _NOT_A_COMMIT and (token or message[max(0, line - 1) : line] not in (":", ".")):
        return False
    if _dumped(message, start, end, ahead, token):
        return False
    before = message[start - 1] if start else "\n"
    after = message[end] if end < len(message) else "\n"
    if before == "(" and message[max(0, start - 2) : start - 1].isalnum() and last not in _LABELS:
        return False
    led = last in _NEAR or last in _WEAK or (before == "(" and after == ")")
    if end - start == 7 and not led:
        led = before in "([\"'`\u201c" or not tokens or after in "^~."
        led = led or _DOES.match(message, end) is not None
    return _of_size(message, start, end, led) and (bool(tokens) or not _summed(message, start, end))


def _dumped(message: str, start: int, end: int, ahead: str, token: str) -> bool:
    """Whether a run stands in what a program printed: beside numbers or registers, in a diff."""
    before = message[start - 1] if start else "\n"
    option = len(token) == 2 and token[0] == "-"
    if option or (before == "<" and message[end : end + 1] == ">"):
        return True
    if _REGISTER.fullmatch(token) or token.startswith(("0x", "[<")) or "+0x" in token:
        return True
    head = ahead.lstrip(" \t>|+-")
    behind = (message[end : end + 40].partition("\n")[0].split() or [""])[0]
    if _NUMBER.fullmatch(token) or _NUMBER.fullmatch(behind) or behind.startswith("0x"):
        return not head.startswith(_PARENTS)
    return head.startswith(_RAW)


def _of_size(message: str, start: int, end: int, led: bool) -> bool:
    """Whether a bare run has as many digits as people give, or words lead to it."""
    size = end - start
    if "0000" in message[start:end] or 32 <= size != 40:
        return False
    mapped = size == SHORT and message.startswith(_MAPPED, start)
    return led or not (size == 7 or 16 < size < 32 or mapped)


def _summed(message: str, start: int, end: int) -> bool:
    """Whether a run that opens its line is a file's checksum, as sha1sum prints it."""
    behind = message[end : end + 40].partition("\n")[0].split()
    return end - start == 40 and len(behind) == 1 and "." in behind[0][1:-1]


def one_line(message: str, start: int, end: int) -> tuple[str, int]:
    """The subject behind a hash that opens its line, as `git log --oneline` has it; its end."""
    line = message.rfind("\n", max(0, start - 20), start)
    if line >= 0 and _ONE_LINE.fullmatch(message, line + 1, start):
        behind = _TITLE.match(message, end, end + 200)
        if behind is not None and looks_titled(behind[1]):
            title = behind[1].rstrip()
            stop = behind.start(1) + len(title)
            if message[start - 1] == "(" and title.endswith(")"):
                return title[:-1], stop - 1
            return title, stop
    return "", end
