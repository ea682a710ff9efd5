"""Places in a commit message: a subject quoted behind a hash, the sentence around a mention.

All of it looks at windows of bounded size, so that no message, however hostile, takes more than a
time in proportion to its length.
"""

from __future__ import annotations

import re

LONGEST = 300  # characters of a quoted subject, and of a quote
_NESTED = 12  # marks looked at for the one that closes
_LEAST = 2  # words of a subject
_BESIDE = 120  # characters of the sentence before and behind a mention

_PREFIX = r"[ \t]*+(?:[>|#*][ \t]*+)*+"  # of a line in a quoted mail or a comment
_GAP = rf"(?:[ \t]*+(?:\r?+\n{_PREFIX})?+)"
_OPEN = re.compile(
    rf"[>*`]?+{_GAP}(?P<word>(?:titled|named|subject:?+|entitled|aka|a\.k\.a\.|i\.e\.,?+)\s)?+[,:-]?+{_GAP}"
    rf"(?P<paren>[(\[{{]?+){_GAP}(?P<quote>[\"\u201c\u2018\u00ab\u201e]|''?+|``?+)?+"
)
_CLOSERS = {
    '"': '"\u201d',
    "\u201c": '\u201d"\u201c',
    "\u201e": '\u201c\u201d"',
    "''": ("''", '"'),
    "``": ("''", "``", '"'),
    "`": "`'\u2019",
    "\u2018": "\u2019'",
    "'": "'\u2019",
    "\u00ab": "\u00bb",
}
_DATED = re.compile(
    r"(.*?),\s++(?:\d{4}-\d\d-\d\d|\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{4}).*+", re.DOTALL
)
_TAIL = re.compile(r"[\"'\u201d],\s++(?:\w{2,4}[ .-]){2}\w{2,4}\Z")  # the date behind the quotes
_DATE_FIRST = re.compile(
    r"(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} \d{1,2},? \d{4})(?:, ?+([\"'].++))?+()", re.DOTALL
)
_COMMENT = re.compile(
    r"(?:in|see|from|which|and|also|or|the|an?|this|that|it|its|we|by|via|since|i\.e|e\.g|eg|ie"
    r"|merged|first|part|released|not|now|only|as|at|for|on|to|with|introduced|included|v?\d|was"
    r"|is|has|but|where|when|who|current|currently|then|tag|aka|after|before|cf|because|although"
    r"|though|of|if|both|already|just|same|old|new|https?|no|there|you|\w++ed|\w++ly|\W)\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"\b[0-9a-f]{7,}+\b")
_ROUND = re.compile(r"[()]")
_SQUARE = re.compile(r"[\[\]]")
_BESIDE_HASH = re.compile(
    r"(?=[\"\u201d])[\"\u201d][\s(,\[:]{1,8}+(?:commit|sha-?1|sha|hash|id)?+[\s:]{0,3}\Z"
)
_FOLD = re.compile(rf"[ \t\r]*+\n{_PREFIX}")
_SPACE = re.compile(r"\s++")
_PREFIXED = re.compile(r"\[?[\w./+*,&{}<>-]++(?:[ ,/][\w./+*&()-]++){0,3}+\]?:\s")
_TALK = re.compile(
    r"(?:error|warning|warn|fatal|note|bug|usage|info|debug|hint|remote|failed|e\.g|i\.e|see|v\d"
    r"|cc|from|to|subject|date|author|https?|line \d++|panic|oops|exception|kernel panic)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[.!?][)\"'\]]?+(?=\s)|\n[>|# \t]*+(?=\n)|\n(?=[ \t>]*+(?:[-*o] |\d{1,2}[.)] |\[\d))"
    r"|\n(?=[ \t>]*+[A-Z][\w-]++: )"
)
_ENDS = re.compile(
    r"[.!?][)\"'\]]?+(?=\s)|\n[>|# \t]*+(?=\n)|\n(?=[ \t>]*+[A-Z][a-z-]++: )"
    r"|\n(?=[ \t>]*+(?:[-*o] |\d{1,2}[.)] |\[\d))"
)


def folded(text: str) -> str:
    """A wrapped subject on one line, without the marks of a quoted mail."""
    if "\n" in text:
        text = _FOLD.sub(" ", text)
    return _SPACE.sub(" ", text).strip()


def paragraph_end(message: str, start: int, most: int = LONGEST + 20) -> int:
    """Where the text from a place on ends: at a blank line, or after so many characters."""
    limit = min(len(message), start + most)
    for blank in ("\n\n", "\n \n", "\n>\n", "\n\t\n"):
        cut = message.find(blank, start, limit)
        if cut >= 0:
            limit = cut
    return limit


def subject_after(
    message: str, place: int, wordy: bool = False, free: bool = False
) -> tuple[str, int, str]:
    """The subject quoted behind a hash that ends at `place`: subject, its end, and its style.

    The style is "quoted", "reference" (git's `hash (subject, 2020-01-01)`), "parentheses", or ""
    where there is none. In parentheses without quotes or a date, a text counts that has the form of
    a subject, or some words that do not comment (`wordy`), or any (`free`, as behind `Fixes:`).
    """
    if message[place : place + 3] == ' ("':
        fast = _closed_paren(message, place + 3, '"', paragraph_end(message, place + 3))
        if fast is not None:
            return folded(message[place + 3 : fast[0]]), fast[1], "quoted"
    opened = _OPEN.match(message, place)
    if opened is None:
        return "", place, ""
    paren, quote, start = opened["paren"], opened["quote"], opened.end()
    found = None
    if quote:
        found = _in_quotes(message, start, paren, quote)
    elif paren and paren != "{" and not (paren == "[" and "\n" in opened[0]):
        titled = wordy or not opened["word"]
        found = _in_parentheses(message, start, paren, titled, wordy, free)
    return found or ("", place, "")


def _in_quotes(message: str, start: int, paren: str, quote: str) -> tuple[str, int, str] | None:
    """The subject in quotes that open before `start`, as of `subject_after`."""
    if not paren and quote in ("'", "`", "\u2018") and not message[start : start + 1].isalnum():
        return None
    limit = paragraph_end(message, start)
    closed = _closed(message, start, bool(paren), quote, limit)
    if closed is not None:
        text = folded(message[start : closed[0]])
        told = paren or (" " in text and (quote == '"' or looks_titled(text)))
        return (text, closed[1], "quoted") if told else None
    line = message.find("\n", start, limit)
    end = line if line >= 0 else limit
    text = folded(message[start:end].rstrip(" \t).,;\"'"))
    return (text, end, "quoted") if paren and text.count(" ") >= _LEAST else None


def _in_parentheses(
    message: str, start: int, paren: str, titled: bool, wordy: bool, free: bool
) -> tuple[str, int, str] | None:
    """The subject in parentheses that open before `start`, as of `subject_after`."""
    shut = _matching(message, start, paren, paragraph_end(message, start))
    if shut < 0:
        return None
    text = folded(message[start:shut])
    dated = _DATED.fullmatch(text) or _DATE_FIRST.fullmatch(text)
    if dated:
        return _unquoted(dated[1] or ""), shut + 1, "reference"
    told = free or (titled and len(text) > 10 and looks_titled(text))
    if not told and wordy:
        told = text.count(" ") >= 3 and not (_COMMENT.match(text) or _HASH.search(text))
    return (text, shut + 1, "parentheses") if told else None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _closed(
    message: str, start: int, paren: bool, quote: str, limit: int
) -> tuple[int, int] | None:
    """Where a quoted text ends, and where what closes it ends; quotes may nest in it."""
    found = _closed_paren(message, start, quote, limit) if paren else None
    if found is not None:
        return found
    ends = (_closed_by(message, start, closer, limit) for closer in _CLOSERS[quote])
    first = min((end for end in ends if end is not None), default=None)
    if first is not None and paren and message[first[1] : first[1] + 1] == ")":
        return first[0], first[1] + 1
    return first


def _closed_paren(message: str, start: int, quote: str, limit: int) -> tuple[int, int] | None:
    """The end of a text in quotes in parentheses: the first whose parentheses are even."""
    first: tuple[int, int] | None = None
    place = message.find(")", start, limit)
    for _ in range(_NESTED):
        if place < 0:
            break
        before = place
        while before > start and message[before - 1] in " \t\n\r.,>":
            before -= 1
        dated = _TAIL.search(message, max(start, place - 32), place)
        if dated is not None:
            before = dated.start() + 1
        for closer in _CLOSERS[quote]:
            inner = before - len(closer)
            if inner > start and message.startswith(closer, inner):
                if message.count("(", start, inner) == message.count(")", start, inner):
                    return inner, place + 1
                first = first or (inner, place + 1)
        place = message.find(")", place + 1, limit)
    return first


def _closed_by(message: str, start: int, closer: str, limit: int) -> tuple[int, int] | None:
    """The first quotation mark that may close: no apostrophe, and none that opens."""
    place = message.find(closer, start, limit)
    for _ in range(_NESTED):
        if place < 0:
            break
        after = message[place + len(closer) : place + len(closer) + 1]
        opens = message[place - 1] in " (" and closer != "''"
        if place > start and not opens and not (after.isalnum() or after == "_"):
            return place, place + len(closer)
        place = message.find(closer, place + 1, limit)
    return None


def _matching(message: str, start: int, paren: str, limit: int) -> int:
    """The place of the bracket that closes one opened before `start`, or -1."""
    depth = 1
    for found in (_SQUARE if paren == "[" else _ROUND).finditer(message, start, limit):
        depth += 1 if found[0] == paren else -1
        if not depth:
            return found.start()
    return -1


def quoted_at(message: str, place: int, paren: bool) -> tuple[str, int] | None:
    """The text in quotes that open before `place`, and where they end."""
    quote = message[place - 1]
    if quote not in _CLOSERS:
        return None
    closed = _closed(message, place, paren, quote, paragraph_end(message, place))
    return (folded(message[place : closed[0]]), closed[1]) if closed is not None else None


def quoted_from(message: str, start: int, end: int) -> tuple[str, int]:
    """The subject of `"hash subject"`, quoted as one, and its end; "" and `end` for none."""
    quote = message[start - 1] if start else ""
    if quote not in ('"', "\u201c", "'", "(") or message[end : end + 1] not in (" ", "\n", ":"):
        return "", end
    if quote == "(":
        shut = _matching(message, end, "(", paragraph_end(message, end))
        text = folded(message[end:shut]).strip(": ") if shut > 0 else ""
        return (text, shut) if looks_titled(text) else ("", end)
    closed = _closed(message, end, False, quote, paragraph_end(message, end))
    if closed is None:
        return "", end
    text = folded(message[end : closed[0]]).strip(": ")
    return (text, closed[1]) if text.count(" ") >= _LEAST else ("", end)


def titled_before(message: str, start: int) -> tuple[str, int]:
    """The subject of `"subject" (hash)`, `"subject", hash`, and where it opens; "" for none."""
    low = max(0, start - LONGEST)
    beside = _BESIDE_HASH.search(message, max(low, start - 24), start)
    if beside is None and message[start - 2 : start] == ": ":
        line = message.rfind("\n", low, start) + 1
        text = folded(message[line : start - 2].lstrip(" -*>"))
        return (text, line) if line > low and looks_titled(text) else ("", start)
    close = beside.start() if beside is not None else start - 1
    if close <= low or message[close] not in '"\u201d':
        return "", start
    opened = max(message.rfind('"', low, close), message.rfind("\u201c", low, close))
    text = folded(message[opened + 1 : close]) if opened >= 0 else ""
    if text.count(" ") < _LEAST or "\n\n" in message[opened:start]:
        return "", start
    return (text, opened) if looks_titled(text) or text[:1].isalpha() else ("", start)


def looks_titled(text: str) -> bool:
    """Whether a text has the form `area: what was done` of a subject, and is no program's talk."""
    return bool(_PREFIXED.match(text)) and text.count(" ") >= _LEAST and not _TALK.match(text)


def sentence(message: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence that holds a mention, its two ends trimmed; at most LONGEST."""
    if end - start >= LONGEST:
        return start, start + LONGEST
    room = LONGEST - (end - start)
    low = max(0, start - min(_BESIDE, room))
    left = low
    for stop in _STOP.finditer(message, low, start):
        left = stop.end()
    if left == low and low:  # no end of a sentence in sight: a whole word at least
        left = next((i for i in range(low, start) if message[i].isspace()), start)
    high = min(len(message), end + LONGEST - (end - left), end + 2 * _BESIDE)
    stop_at = _ENDS.search(message, end, high)
    if stop_at is not None:
        right = stop_at.end()
    elif high < len(message) and not message[high].isspace():
        right = next((i for i in range(high, end, -1) if message[i - 1].isspace()), end)
    else:
        right = high
    return trimmed(message, left, right)


def trimmed(message: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    while start < end and message[start].isspace():
        start += 1
    while end > start and message[end - 1].isspace():
        end -= 1
    return start, end
