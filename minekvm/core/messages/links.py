"""Links in a message: mails, bugs, and commits behind a URL."""

from __future__ import annotations

import re
from urllib.parse import unquote

from minekvm.core.messages.leads import labelled, lead, said
from minekvm.core.messages.model import MentionKind
from minekvm.core.messages.scan import Scan, word_set

_URL = re.compile(r"[^\s<>\"\u201c\u201d`|\\]++")
_SCHEME = re.compile(r"(?:h?ttps?|git|ftp|ssh|svn|rdar)\Z", re.IGNORECASE)
_LORE = "https://lore.kernel.org/"
_MAIL = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:lore\.kernel\.org/[^/\s]++|lkml\.kernel\.org/[^/\s]++|lkml\.org/msgid"
    r"|(?:patch\.)?msgid\.link(?:/(?:r|all))?+|public-inbox\.org/[^/\s]++|patchwork\.[\w.]++/patch/msgid"
    r"|inbox\.\w++\.org/[^/\s]++|lists?\.[\w.-]++/(?:r|all|msgid-search)|mid\.mail-archive\.com|mid\.gmane\.org|marc\.info/\?i=)/?"
    r"((?:[^/\s?#@]|%2[fF])++(?:@|%40)[^/\s?#@]++)",
    re.IGNORECASE,
)
_COMMIT = re.compile(
    r"(?:/(?:commit|commits|c|rev|changeset|\+|blob|tree|blame|raw|linus)/"
    r"|[?;&](?:id|hb|commit|rev|h)=)"
    r"([0-9a-f]{7,64}+)(?![0-9A-Za-z_@-])",
    re.IGNORECASE,
)
_VERSIONED = re.compile(r"git|commit|patch|diff|tree|log|cgi|[?;&]p=", re.IGNORECASE)
_NO_COMMIT = re.compile(r"/(?:bugs?|show_bug|crash|issues?)\b|a=blob|a=tree|[?&;]h=.*hb=")
_KNOWN = re.compile(
    r"lore\.|lkml|/mail/|patchwork|/patch(?:es)?/|bugzilla|bugs?[./-]|/bugs?\b|bug\.cgi|marc\.info|spinics"
    r"|gmane|public-inbox|msgid|mail-archive|pipermail|mailman|/archives?/|//lists?\.|//mails?\."
    r"|/issues?/|/pull/|/merge_requests/|jira|/browse/[A-Z]|tracker|syzkaller|syzbot|ticket"
    r"|sourceware\.org/ml|/ml/|mailing|groups\.google|launchpad|nabble|/msg\d|coverity|crbug"
    r"|regress|/discussions/|thread|narkive|openwall|cve\b|CVE-",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"[^\s<>@\"',;()]{8,200}+@[^\s<>@\"',;()]{3,120}+")
_MID = re.compile(
    r"(?:[^\s<>@]*(?:\d[^\s<>@]*){5}|xmq\w[^\s<>@]*|(?:alpine|cover|pull|patch|CA[+A-Z])[^\s<>@]*)@\S+"
)
_REST = re.compile(r"\n[ \t>]*+(?=[^\s?]{1,80}?/commit/)")
_FOLD = re.compile(r"\n[ \t>]*+")
_NUMBER = re.compile(r"#[1-9]\d{0,6}+(?!\w|-[A-Za-z]|\.\d)")
_PLAIN_NUMBER = re.compile(
    r"(?:\w{2,8} (?:id )?([1-9]\d{4,7}+)|pull request ([1-9]\d{0,6}+))(?!\w|[.:-]\d)",
    re.IGNORECASE,
)
_GMANE = re.compile(r"\$gmane/(\d{3,9}+)")
_TRACKER = re.compile(
    r"(?<![\w/.-])(?:[\w.-]{1,30}+/[\w.-]{1,40}+|(?:rh|bugs?|o?s)?+bz|bsc|bnc|boo|lp|gh|rt|bug)\Z",
    re.IGNORECASE,
)
_ISSUE = word_set("""
    bug bugs issue issues feature ticket pr prs request fix fixes fixed fixing close closes closed
    closing resolve resolves resolved bugzilla bz jira gh
""")
_LOOSE = word_set("in of see from to by with via for as and or per also")
_ALSO = re.compile(r"[,;]?+\s++(?:and\s++|or\s++|&\s++)?+|,|/")
_TRIM = ".,;:!?'*]}\u2019"


def mail_id(url: str) -> str:
    """The Message-Id in the URL of a mail archive; "" where there is none."""
    if url.startswith(_LORE):  # the usual one, faster
        id_ = url[len(_LORE) :].partition("/")[2].partition("/")[0]
        if "@" in id_ and "#" not in id_ and "?" not in id_:
            return unquote(id_)
    found = _MAIL.match(url)
    return unquote(found[1]) if found is not None else ""


def commit_in(url: str) -> str:
    """The commit's hash in a URL, in lower case; "" where there is none."""
    found = _COMMIT.search(url)
    if found is None or _NO_COMMIT.search(url) or 40 < len(found[1]) < 64:
        return ""
    if found[0][0] in "?;&" and not _VERSIONED.search(url):
        return ""
    hash_: str = found[1].lower()
    return "" if hash_.isdigit() or (hash_.isalpha() and len(hash_) not in (12, 40)) else hash_


def url_at(message: str, start: int) -> int:
    """Where a URL ends that starts at a place, without the punctuation of the text around."""
    found = _URL.match(message, start)
    end = found.end() if found is not None else start
    floor = max(start, end - 40)
    while end > floor:
        letter = message[end - 1]
        if letter in _TRIM or (letter == ")" and "(" not in message[max(start, end - 200) : end]):
            end -= 1
        else:
            break
    return end


def _unbroken(message: str, end: int) -> int:
    """Where a URL ends that a line's end breaks behind a slash, before a commit's path."""
    if message.startswith("/\n", end - 1):
        rest = _REST.match(message, end)
        if rest is not None:
            return url_at(message, rest.end())
    return end


def url_start(message: str, colon: int) -> int:
    """Where the scheme before `://` starts, or -1."""
    found = _SCHEME.search(message, max(0, colon - 5), colon)
    return found.start() if found is not None else -1


def urls(scan: Scan) -> None:
    """Note the URLs of mails, bugs and commits in prose; keep others from reading any."""
    message = scan.message
    for colon in scan.places(b"://"):
        if scan.taken[colon]:
            continue
        start = url_start(message, colon)
        if start < 0:
            continue
        end = _unbroken(message, url_at(message, start))
        note_url(scan, start, end, "")
        scan.take(start, end)


def note_url(
    scan: Scan, start: int, end: int, rule: str, quote: tuple[int, int] = (-1, -1)
) -> None:
    """Note one URL: a commit's, a mail's or, in prose (no rule), only what is known as a bug's."""
    url = _FOLD.sub("", scan.message[start : min(end, start + 2000)])
    id_ = mail_id(url)
    hash_ = commit_in(url) if not id_ else ""
    if hash_:
        kind, said_rule = _governed(scan, start, end) if not rule else _CITED
        scan.add(start, end, kind, said_rule, hash_, "", url, quote)
    elif id_ or rule or _KNOWN.search(url):
        scan.add(start, end, "link", rule or "URL", "", "", id_ or url, quote)


_CITED: tuple[MentionKind, str] = "cites", "commit link"


def _governed(scan: Scan, start: int, end: int) -> tuple[MentionKind, str]:
    """Kind and rule of a commit's URL by the words before it, as of a hash."""
    words = lead(scan.message, start)
    kind, rule = labelled(scan.message, words.label, start, end, end)
    kind, rule = (kind, rule) if rule else said(scan.low, words)
    return (kind, rule) if kind != "cites" else _CITED


def message_ids(scan: Scan) -> None:
    """Note Message-Ids in angle brackets, and take every other address."""
    message = scan.message
    for at in scan.places(b"@"):
        if scan.taken[at]:
            continue
        opened = message.rfind("<", max(0, at - 200), at)
        if opened < 0:
            continue
        found = _MESSAGE_ID.match(message, opened + 1)
        if found is None or message[found.end() : found.end() + 1] != ">":
            continue
        if _MID.fullmatch(found[0]) and not message[max(0, opened - 2) : opened].strip().isalpha():
            scan.add(opened, found.end() + 1, "link", "message-id", "", "", found[0])
        else:
            scan.take(opened, found.end() + 1)


def numbers(scan: Scan) -> None:
    """Note bugs by their numbers: `bug #123`, `(#123)` in the subject, `owner/repository#123`."""
    message = scan.message
    last = -1
    for place in scan.places(b"#"):
        found = _NUMBER.match(message, place) if not scan.taken[place] else None
        if found is None:
            continue
        ahead = message[max(0, place - 72) : place]
        tracker = _TRACKER.search(ahead)
        if tracker is not None and found.end() - place < 3:
            continue
        start = place - len(tracker[0]) if tracker is not None else place
        if tracker is not None or _is_issue(message, ahead, found, last):
            last = found.end()
            scan.add(start, last, "link", "bug number", "", "", message[start:last])
    low = scan.low
    # A single byte is found much faster than a word.
    if b"bug" in low or (b"z" in low and b"bz " in low) or (b"q" in low and b"pull req" in low):
        _spelt_out(scan)
    if b"$" in low:
        for found in _GMANE.finditer(message):
            scan.add(*found.span(), "link", "gmane number", "", "", found[0][1:])


def _spelt_out(scan: Scan) -> None:
    """Note `bug 123456`, `BZ 123456`, `Pull Request 218`."""
    for word in (b"bug ", b"bz ", b"bugzilla ", b"pull request "):
        for place in scan.places(word):
            found = _PLAIN_NUMBER.match(scan.message, place)
            if found is not None and not scan.taken[found.end() - 1]:
                number = found[1] or found[2]
                start = found.end() - len(number)
                scan.add(start, found.end(), "link", "bug number", "", "", number)


def _is_issue(message: str, ahead: str, found: re.Match[str], last: int) -> bool:
    """Whether what stands before a `#` makes its number a bug's; `last` is the end of another."""
    place, end = found.span()
    if 0 <= last < place and _ALSO.fullmatch(message, last, place):
        return True
    if ahead[-1:] == "(" and message[end : end + 1] == ")":
        return "\n" not in message[max(0, place - 200) : place] and place < 200
    words = ahead.split()
    word = words[-1].strip("(:,[").lower() if words and not ahead[-1:].isalnum() else ""
    return word in _ISSUE or (word in _LOOSE and end - place > 3)
