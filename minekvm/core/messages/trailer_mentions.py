"""What the trailers of a message say of commits, mails and bugs: `Fixes:`, `Link:` and the like."""

from __future__ import annotations

import re

from minekvm.core.messages.links import commit_in, note_url, url_at, url_start
from minekvm.core.messages.model import MentionKind
from minekvm.core.messages.quoting import LONGEST, looks_titled, quoted_at, subject_after, trimmed
from minekvm.core.messages.scan import Scan, word_set
from minekvm.core.messages.trailers import Line

_TEXT = 2000  # characters kept of a value that names no commit
_USUAL = re.compile(
    r" ([0-9a-f]{7,40}+) (?:\(\"([^\"()\n\t]++(?:\([^\"()\n\t]*+\)[^\"()\n\t]*+)*+)\"\)()\s*+)"
)
_SPACE = re.compile(r"  ++")
_FIXED = re.compile(
    r"\s*+(?:(?:commits?|tag|fixes|hash|sha1?|upstream|mainline|stable|kernel|linux|git|the)"
    r"(?:\s*+:)?+\s*+|[<\[(\"'`:#,;&]|and\s|\s)*+(?:v?\d[\w.+-]{0,40}?-g|g)?+([0-9a-f]{5,64}+)(?![0-9A-Za-z_])(?!-[0-9A-Za-z])",
    re.IGNORECASE,
)
_LATER = re.compile(r"(?<![\w.@/#-])([0-9a-f]{7,64}+)(?![\w@-])", re.IGNORECASE)
_REVISION = re.compile(r"[\"'(]?v?\d++\.\d[\w.+-]*+(?:[~^]\d*+)*+[\"')]?$|[\w/-]++(?:[~^]\d*+)++$")
_FULL = re.compile(r"(?<![\w.@/-])([0-9a-f]{7,40}+|[0-9a-f]{64})(?![\w@-])")
_FEW = re.compile(r"\s*+(?:commit )?+([0-9a-f]{5,6}+)\s*+\(", re.IGNORECASE)
_STABLE = re.compile(
    r"#[^#\n]{0,60}?(?<![\w.-])([0-9a-f]{7,40}+)(?![\w.-])(?::?+\s++([^\n]{1,200}+))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:\[\d\]:?+ )?+(?:(?:upstream|linux|kernel) )?+(?:commits?:? )?+<?+[0-9a-f]{7}"
)
_CITING = word_set("references reference ref link links in-reply-to resolves")
_IDS = word_set("message-id messageid msg-id in-reply-to")


def _quote(message: str, line: Line) -> tuple[int, int]:
    return trimmed(message, line.start, min(line.end, line.start + LONGEST))


def fixes(scan: Scan, line: Line, value: str) -> None:
    """A `Fixes:` trailer: one hash or several, or what stands there instead."""
    message = scan.message
    usual = _USUAL.fullmatch(message, line.value, line.end)
    if usual is not None and line.end - line.start <= LONGEST:
        hash_, subject = usual[1], _SPACE.sub(" ", usual[2].strip())
        quote = line.start, usual.end(3)
        scan.add(line.start, line.end, "fixes", "Fixes trailer", hash_, subject, "", quote)
        return
    quote = _quote(message, line)
    found = _FIXED.match(message, line.value, line.end)
    done = False
    if found is None and "://" in value[:_TEXT]:
        done = _fixed_url(scan, line, quote)
    elif found is None and '"' not in value[:2]:
        found = _LATER.search(message, line.value, min(line.end, line.value + 200))
        found = found if found is not None and _mixed(found[1]) else None
    while found is not None:
        hash_, start = found[1].lower(), found.start(1)
        subject, stop, style = subject_after(message, found.end(1), free=True)
        if not _likely(hash_, style):
            break
        if not style:
            subject, stop = _untold(message, stop, line.end)
        scan.add(start, min(stop, line.end), "fixes", "Fixes trailer", hash_, subject, "", quote)
        done = True
        found = _FIXED.match(message, stop, line.end) if stop < line.end else None
    if not done and value:
        rule, subject, text = _malformed(value[:_TEXT])
        scan.add(line.start, line.end, "fixes", rule, "", subject, text, quote)
    scan.take(line.start, line.end)


def _untold(message: str, start: int, end: int) -> tuple[str, int]:
    """The subject that stands without quotes behind a hash, and its end."""
    text = message[start : min(end, start + LONGEST)].partition("\n")[0]
    title = text.lstrip(" \t:,-").rstrip()
    return (title, start + len(text)) if looks_titled(title) else ("", start)


def _fixed_url(scan: Scan, line: Line, quote: tuple[int, int]) -> bool:
    """Note the commit behind a `Fixes:` with a URL; whether there is one."""
    message = scan.message
    start = url_start(message, message.find("://", line.value))
    end = url_at(message, start) if start >= 0 else start
    hash_ = commit_in(message[start : min(end, start + _TEXT)]) if start >= 0 else ""
    if hash_:
        subject, stop, _ = subject_after(message, end, free=True)
        scan.add(start, stop, "fixes", "Fixes trailer", hash_, subject, "", quote)
    return bool(hash_)


def _malformed(value: str) -> tuple[str, str, str]:
    """Rule, subject and target of a `Fixes:` that names no hash."""
    paren = value[0] == "(" and value[1:2] in ('"', "\u201c")
    titled = quoted_at(value, 2 if paren else 1, paren)
    if titled is not None and " " in titled[0] and titled[1] >= len(value) - 1:
        return "Fixes trailer, subject only", titled[0], ""
    if looks_titled(value):
        return "Fixes trailer, subject only", value, ""
    if _REVISION.match(value):
        return "Fixes trailer, revision", "", value
    return "Fixes trailer, no commit", "", value


def _mixed(hash_: str) -> bool:
    return not (hash_.isdigit() or hash_.isalpha())


def _likely(hash_: str, style: str) -> bool:
    """Whether hexadecimal digits behind `Fixes:` are a hash: not a word, not a bug's number."""
    size = len(hash_)
    if (size > 40 and size != 64) or (size < 7 and not style):
        return False
    return bool(style) or not hash_.isalpha() or size in (12, 40)


def links(scan: Scan, line: Line, value: str) -> None:
    """A trailer about a mail or a bug: its URLs or, without one, what stands there."""
    message = scan.message
    rule = f"{line.role} trailer"
    quote = _quote(message, line)
    low = line.role.lower()
    colon = message.find("://", line.value, line.end)
    if colon < 0:
        if low in _CITING and _NAMED.match(value):
            return  # for those who read hashes
        target = value[:_TEXT].strip("<> ")
        numbered = low not in _IDS and any(map(str.isdigit, target[:200]))
        if "@" in target or numbered:
            scan.add(line.start, line.end, "link", rule, "", "", target, quote)
    place = line.value
    while colon >= 0:
        start = url_start(message, colon)
        if start >= place:
            place = url_at(message, start)
            note_url(scan, start, place, rule, quote)
        colon = message.find("://", max(place, colon + 3), line.end)
    scan.take(line.start, line.end)


def named(scan: Scan, line: Line, kind: MentionKind, rule: str, target: str) -> None:
    """A trailer that names commits, such as `Depends-on:` and `Upstream-commit:`.

    Where it names none, `target` is noted as what is meant, if there is one.
    """
    message = scan.message
    quote = _quote(message, line)
    none = not _linked(scan, line, kind, rule, quote)
    found = _FULL.search(message, line.value, line.end)
    while found is not None:
        hash_ = found[1]
        stop = found.end(1)
        if not hash_.isalpha():
            subject, stop, _ = subject_after(message, stop, free=True)
            scan.add(found.start(1), stop, kind, rule, hash_, subject, "", quote)
            none = False
        found = _FULL.search(message, stop, line.end) if stop < line.end else None
    if none:
        few = _FEW.match(message, line.value, line.end)
        place = message.find('"', line.value, line.end)
        titled = quoted_at(message, place + 1, message[place - 1] == "(") if place > 0 else None
        if titled is not None and " " in titled[0]:
            hash_ = few[1].lower() if few is not None else ""
            scan.add(line.start, line.end, kind, rule, hash_, titled[0], "", quote)
        elif target:
            scan.add(line.start, line.end, kind, rule, "", "", target[:_TEXT], quote)
    scan.take(line.start, line.end)


def _linked(scan: Scan, line: Line, kind: MentionKind, rule: str, quote: tuple[int, int]) -> bool:
    """Note the commits behind the URLs of a trailer; whether there is one."""
    message, some = scan.message, False
    colon = message.find("://", line.value, line.end)
    while colon >= 0:
        start = url_start(message, colon)
        stop = min(url_at(message, start), line.end) if start >= 0 else colon + 3
        hash_ = commit_in(message[start : min(stop, start + _TEXT)]) if start >= 0 else ""
        if hash_:
            scan.add(start, stop, kind, rule, hash_, "", message[start:stop][:_TEXT], quote)
            some = True
        colon = message.find("://", max(stop, colon + 3), line.end)
    return some


def prerequisites(scan: Scan, line: Line) -> None:
    """The commit that `Cc: stable@... # 4.9: hash: subject` wants applied before."""
    message = scan.message
    found = _STABLE.search(message, line.value, line.end)
    if found is None or not _mixed(found[1]):
        return
    subject, stop, style = subject_after(message, found.end(1))
    if not style:
        text = (found[2] or "").strip()
        subject = text if looks_titled(text) else ""
    start, stop = found.start(1), min(stop, line.end)
    quote = _quote(message, line)
    hash_ = found[1].lower()
    scan.add(start, stop, "depends", "stable prerequisite", hash_, subject, "", quote)
