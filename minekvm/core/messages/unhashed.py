"""Commits that a message speaks of without a hash: by their subject, or by where they stand.

`Revert "subject"`, `commit ("subject")`, `"subject" patch`; `the previous patch`, `this series`.
"""

from __future__ import annotations

import re

from minekvm.core.messages.model import MentionKind
from minekvm.core.messages.quoting import LONGEST, folded, looks_titled, quoted_at, trimmed
from minekvm.core.messages.scan import Scan, word_set

_REVERT = re.compile(
    r"(?:\[[^\]\n]{0,60}\]\s*+){0,4}+(?:[\w./,+ &-]{1,60}?:\s++){0,3}?(?:partial(?:ly)?+\s++)?+"
    r"(un-?revert|revert|reapply|reland|back(?:ed)? ?out)\w*+:?+\s++"
    r"(?:(?:the|commits?|patch|merge|upstream)\s++){0,3}+[\"\u201c](.++)",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(r"\"\s*+(?:,\s*+and|,|&|and)\s*+\"")
_LAST_QUOTE = re.compile(r".*[\"\u201d]", re.DOTALL)
_HASH = re.compile(r"[0-9a-f]{7,40}")
_SQUASH = re.compile(r"\"?+((?:(?:fixup|squash|amend)!\s*+)++)(\S.*+)", re.DOTALL)

_UNHASHED = "subject without hash"
_BARELY = 2
_TITLED_BY = dict.fromkeys(
    word_set("""
    commit commits patch patches changeset commit: commits: patch: patches: upstream: subject:
    title: backport:
    """),
    False,
) | {"change": True, "change:": True}  # True where only what has the form of a subject counts
_SERIES_OF = ("series", "series:", "patchset", "patchset:")
_NO_TITLE = re.compile(r"^[-%$/.]|\. .|%[a-z]|\\n")
_LEADS = word_set("""
    since after before fix fixes fixing fixed by see for in from revert reverts to of than
""")
_NO_NOUN = word_set("""
    git to -m will would can cannot not must run the_commit
""")
_QUOTE = re.compile(r"(?:commit|patch):? \(?['\u2018]")
_AFTER_TITLE = re.compile(
    r"[)\]]?+(?:[ \t]++|[ \t]*+\n[ \t>#*]*+)(?:\w++ )?(?:patch(?:es|set)?|commits?|change ?set"
    r"|change|series)\b"
)
_BULLET = re.compile(r"[\s>*#,;&+()-]*+(?:and\s++|or\s++)?+[\s>*#(-]*+")
_WORDS = re.compile(r"\b[A-Za-z][\w-]++")

_TARGETS = {
    "previous": "previous",
    "preceding": "previous",
    "prior": "previous",
    "last": "previous",
    "next": "next",
    "following": "next",
    "succeeding": "next",
    "earlier": "earlier",
    "former": "earlier",
    "subsequent": "later",
    "upcoming": "later",
    "later": "later",
    "further": "later",
    "future": "later",
    "forthcoming": "later",
}
_PLURAL = {"previous": "earlier", "next": "later"}
_COMMON = ("last", "previous", "next", "later", "earlier")
_COUNTS = word_set("""
    two three four five few couple several 2 3 4 of
""")
_NOUN = re.compile(r"(?:patch|commit|change)(es|s)?+(?![\w-]|\()")
_BEHIND = re.compile(
    r"\s++(?:of|on)\s++(?!this\b|the\s(?:\w++\s)?(?:series|patch|set))"
    r"|\s++in\s++(?:the|a|your|each|any)\s++(?:\w++\s++)?(?:input|list|file|mbox|mailbox|history"
    r"|range|queue|todo|stack|code ?base|repository|log|editor|walk|chain|graph|branch|sequence)\b"
    r"|'s\s"
    r"|\s++(?:message|object|id|hash|log|editor|order|list|date|walk)s?\b"
    r"|\s++that\s++(?:touched|touches|changed|contains)"
    r"|\s++(?:we|you|one)\s++(?:inspect|visit|process|pick|show|look|see|find|walk|parse|read)"
)
_BELOW = re.compile(r"[^\n]{0,80}:[ \t]*+(?:\r?\n|\Z)")  # what follows in the message itself
_ACTS = word_set("""
    apply applies applying applied application amend amends amending edit editing edits pick
    picking picks squash squashing reset resets checkout merge merging rewrite rewrites find finds
    show shows showing undo undoing your their his its her each every any all those such
    during create
    creates creating git display displays reuse fixup
""")
_OWN = word_set("""
    in since by with from after as like of until before
""")
_SETS = (b"set", b" set", b"-set", b"\nset")
_SERIES = re.compile(
    r"(?:series|patch-?set|patch\sset(?!\s++(?:the|an?|it|up|to|[A-Z0-9])\b))(?![\w-])"
)
_WHOLE = ("patch", "commit", "rfc", "whole", "current", "entire", "same")
_DEFINITE = ("the", "this", "our", "my")
_INDEFINITE = ("a", "an", "some", "one")


def subject_line(scan: Scan) -> None:
    """`Revert "subject"`, `Reapply "subject"`, `fixup! subject` as the message's own subject."""
    message = scan.message
    low = scan.low[:200].lstrip()
    if b'"' not in low and b"!" not in low[:9] and not (message[:200].count("\u201c")):
        return
    start = len(message) - len(message.lstrip())
    end = message.find("\n\n", start, start + 1000)
    if end < 0:
        end = min(len(message), start + 1000)
    text = message[start:end]
    quote = trimmed(message, start, min(end, start + LONGEST))
    squash = _SQUASH.match(text) if "!" in text[:9] else None
    if squash is not None:
        subject = folded(squash[2].rstrip('"'))
        hash_ = subject if _HASH.fullmatch(subject) else ""
        subject = "" if hash_ else subject
        scan.add(start, end, "cites", "autosquash subject", hash_, subject, "", quote)
        return
    found = _REVERT.match(text)
    if found is None:
        return
    whole = _LAST_QUOTE.match(found[2])
    inner = whole[0][:-1] if whole is not None else found[2]
    place = start + found.start(2)
    stop = place + len(inner)
    parts = _SPLIT.split(inner) if inner.count('"') > 1 else [inner]
    back = found[1].lower().startswith(("revert", "back"))
    for part in parts:
        subject = folded(part) if back else f'Revert "{folded(part)}"'
        rule = "Revert subject" if back else "Reapply subject"
        scan.add(place, place + 1, "reverts", rule, "", subject, "", quote)
        place += 1
    scan.take(start, stop)


def titles(scan: Scan, commits: list[int], patches: list[int]) -> None:
    """Subjects quoted without a hash; these are the places of `commit` and `patch`."""
    message, taken = scan.message, scan.taken
    places = scan.places(b'"')
    if not message.isascii() and "\u201c" in message:
        places += [found.start() for found in re.finditer("\u201c", message)]
    if "'" in message or "\u2018" in message:
        quotes = (_QUOTE.match(message, place) for place in commits + patches)
        places += [found.end() - 1 for found in quotes if found is not None]
    if not places:
        return
    last = 0
    for place in sorted(places):
        if place < last or taken[place]:
            continue
        title = _title_at(message, place, last)
        if title is None or any(taken[place : title[1]]):
            continue
        subject, last, kind, rule = title
        scan.add(place, last, kind, rule, "", subject, "series" if kind == "previous" else "")


def _title_at(message: str, place: int, last: int) -> tuple[str, int, MentionKind, str] | None:
    """The subject in the quotes that open at a place, its end, kind and rule.

    `last` is where the subject before it ends.
    """
    before = message[place - 1] if place else "\n"
    paren = before in "(["
    quoted = quoted_at(message, place + 1, paren) if paren or before.isspace() else None
    if quoted is None or not _like_title(quoted[0]):
        return None
    text, end = quoted
    titled = looks_titled(text)
    head = place - 1 if paren else place
    words = message[max(0, head - 40) : head].lower().split()
    word = words[-1] if words else ""
    if word in _SERIES_OF and text.count(" ") >= 2 and words[-2:-1] in ([], ["patch"]):
        return text, end, "previous", "patch series"
    if _TITLED_BY.get(word, _BARELY) <= titled and not _NO_NOUN.intersection(words[-2:-1]):
        kind: MentionKind = "backport-of" if word in ("upstream:", "backport:") else "cites"
        return text, end, kind, _UNHASHED
    listed = 0 < last <= head < last + 60 and bool(_BULLET.fullmatch(message, last, head))
    apart = paren and message[max(0, place - 2) : place - 1].isspace() and word.isalpha()
    mailed = text.startswith(("[PATCH", "[RFC"))
    led = listed or apart or (word in _LEADS and text.count(" ") > 2)
    noun = titled or text[0].isupper()
    if mailed or (titled and led) or (noun and _AFTER_TITLE.match(message, end)):
        return text, end, "cites", _UNHASHED
    return None


def _like_title(text: str) -> bool:
    """Whether a text has the form of a subject, or words enough for one and no more."""
    if not 8 <= len(text) <= LONGEST or _NO_TITLE.search(text):
        return False
    words = text.count(" ") >= 2 and len(text) <= 120 and len(_WORDS.findall(text)) >= 3
    return words or looks_titled(text)


def neighbours(scan: Scan, commits: list[int], patches: list[int]) -> None:
    """`the previous patch`, `a later commit`; `this series`."""
    low, taken = scan.low, scan.taken
    for place in commits:
        if not taken[place]:
            _neighbour(scan, place, b"commit")
    for place in patches:
        if taken[place]:
            continue
        if low.startswith(_SETS, place + 5):
            _series(scan, place)
        else:
            _neighbour(scan, place, b"patch")
    for place in scan.places(b"change"):
        if not taken[place] and low[place - 3 : place - 1] in (b"us", b"ng"):
            _neighbour(scan, place, b"change")
    for place in scan.places(b"series"):
        if not taken[place]:
            _series(scan, place)


def _neighbour(scan: Scan, place: int, noun: bytes) -> None:
    """Note the patch or commit at a place, if it is told by where it stands beside this one."""
    ahead = scan.low[max(0, place - 40) : place]
    words = ahead.decode("latin-1").split()
    at = len(words) - 1
    while at > 0 and words[at] in _COUNTS:
        at -= 1
    word = words[at].lstrip("([\"'`*") if words else ""
    target = _TARGETS.get(word)
    found = _NOUN.match(scan.message, place) if target is not None else None
    if target is None or found is None:
        return
    article, verb = (["", "", *words[:at]])[:-3:-1]
    plural = bool(found[1])
    if noun == b"change" and (plural or target != "previous" or article not in _DEFINITE):
        return
    if _in_general(word, article, verb, plural):
        return
    told = any(scan.taken[found.end() : found.end() + 3])  # by a hash or a subject
    behind = _BELOW if word == "following" else _BEHIND
    if not told and not behind.match(scan.message, found.end(), found.end() + 120):
        if plural or article in _INDEFINITE:
            target = _PLURAL.get(target, target)
        start = scan.low.rfind(word.encode("latin-1"), max(0, place - 60), place)
        scan.add(start, found.end(), "previous", "neighbour", "", "", target)


def _in_general(word: str, article: str, verb: str, plural: bool) -> bool:
    """Whether `the last commit` and the like speak of anybody's, by the two words before it."""
    if article in _ACTS or (word in _COMMON and verb in _ACTS and article in ("the", "a", "an")):
        return True
    if word == "last":
        return (verb if article in _DEFINITE else article) not in _OWN
    if word == "further":
        return not plural
    return word == "following" and plural and article in _OWN


def _series(scan: Scan, place: int) -> None:
    """Note `this series` and `an earlier series`, but for `a later patch in this series`."""
    low = scan.low
    words = low[max(0, place - 50) : place].decode("latin-1").split()
    at = len(words) - 1
    while at > 0 and words[at] in _WHOLE:
        at -= 1
    found = _SERIES.match(scan.message, place)
    word = words[at] if words else ""
    target = "series" if word == "this" else _TARGETS.get(word)
    if found is None or target is None:
        return
    within = at > 2 and words[at - 1] in ("in", "of", "on", "from", "within")
    if not (within and words[at - 3] in _TARGETS and words[at - 2][:5] in ("patch", "commi")):
        start = low.rfind(word.encode("latin-1"), max(0, place - 60), place)
        target = _PLURAL.get(target, target)
        scan.add(start, found.end(), "previous", "series", "", "", target)
