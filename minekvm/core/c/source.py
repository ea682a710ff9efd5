"""C source as bytes: what is a literal, what a directive, which condition holds, which tokens.

Nothing here backtracks: every repetition is possessive, so that hostile input stays linear.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

COMMENT = rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+|//(?:[^\n\\]++|\\\r?\n|\\)*+"
# Unterminated strings and character constants end with their line, as compilers recover.
_STRING = rb'"(?:[^"\\\n]++|\\(?:\r\n|.))*+"?+'
_CHARACTER = rb"'(?:[^'\\\n]++|\\(?:\r\n|.))*+'?+"
LITERAL = COMMENT + rb"|" + _STRING + rb"|" + _CHARACTER

# Every branch begins with a plain byte, which lets the regex engine skip to it.
_EVENT = re.compile(LITERAL + rb"|\{|\}|#", re.DOTALL)
_EVENT_BUT_BRACES = re.compile(LITERAL + rb"|#", re.DOTALL)
# A directive swallows its continuation lines and the comments inside it; an apostrophe in it is
# more often prose (`#error don't`) than the start of a character constant.
_DIRECTIVE = re.compile(
    rb"#(?:[^\n\\/\"']++|\\\r?\n|\\|"
    + COMMENT
    + rb"|"
    + _STRING
    + rb"|'(?:\\.|[^'\\\n])[^'\n]{0,6}+'|[/'])*+",
    re.DOTALL,
)
_COMMENT_OR_STRING = re.compile(
    rb"(?P<comment>" + COMMENT + rb")|" + _STRING + rb"|" + _CHARACTER, re.DOTALL
)
_NOT_NEWLINE = re.compile(rb"[^\n]")
_SPLICE = re.compile(rb"\\\r?\n")
_ANY_TOKEN = (
    rb"[A-Za-z_$][\w$]*+|\.?[0-9][\w.]*+|"
    + _STRING
    + rb"|"
    + _CHARACTER
    + rb"|->|\+\+|--|<<=|>>=|<<|>>|[-+*/%&|^!=<>]=|&&|\|\||\.\.\.|##|[^\s\w]"
)
_TOKEN = re.compile(_ANY_TOKEN, re.DOTALL)
_TOKEN_OR_COMMENT = re.compile(COMMENT + rb"|" + _ANY_TOKEN, re.DOTALL)
_COMMENT_SIGNS = (b"/*", b"//")
_CONDITIONAL = re.compile(rb"#[ \t]*+((?:el)?if(?:n?def)?|else|endif)\b")
_LONGEST = 2_000  # bytes of a condition that are kept
_DEFINED = re.compile(r"!?defined\(\w+\)")
_LOGIC = re.compile(r"[()]|\|\|")
_GUARD_NAME = re.compile(r"!defined\(?(\w+)\)?(?:\|\|defined\(?TRACE_HEADER_MULTI_READ\)?)?")
_GUARD_DEFINE = re.compile(
    rb"(?:\s++|" + COMMENT + rb")*+#[ \t]*+define[ \t]++(\w++)[ \t]*+(?:1[ \t]*+)?+(?=[\r\n/]|\Z)",
    re.DOTALL,
)

OPEN, CLOSE, HASH, NEWLINE, SLASH = b"{}#\n/"


class Directive(NamedTuple):
    """A preprocessor directive: its span from the `#` on, and its bytes as they stand."""

    start: int
    end: int
    text: bytes

    @property
    def branch(self) -> str:
        """`if`, `else` or `endif` for what begins, continues or ends a conditional; or nothing."""
        return _branch(self.text)[0]


def _branch(text: bytes) -> tuple[str, str]:
    """What a directive does to the conditional around it, and its expression."""
    return _conditional(text[:_LONGEST]) if _CONDITIONAL.match(text) else ("", "")


@lru_cache(maxsize=8_192)
def _conditional(text: bytes) -> tuple[str, str]:
    """The same for a conditional; remembered, since versions of a file repeat the same few."""
    word, *after = _CONDITIONAL.split(text, maxsplit=1)[1:]
    if word in (b"else", b"endif"):
        return word.decode(), ""
    rest = " ".join(join_lines(strip_comments(after[0])).decode("latin-1").split())
    if word.endswith(b"def"):
        rest = ("!" if b"n" in word else "") + f"defined({rest.partition(' ')[0]})"
    return "else" if word.startswith(b"el") else "if", rest


def events(
    source: bytes, at: int = 0, end: int = sys.maxsize, *, braces: bool = True
) -> Iterator[tuple[int, int, int]]:
    """What matters to a scanner between two offsets, in order: (first byte, start, end).

    The first byte tells them apart: `{` and `}`, `#` for a directive, and `/`, `"` or `'` for
    comments and literals. Both offsets must lie outside of these. Without `braces` these are not
    told.
    """
    pattern = _EVENT if braces else _EVENT_BUT_BRACES
    lead = -1  # the end of a comment in front of which its line is blank
    while True:
        for match in pattern.finditer(source, at, end):
            start, stop = match.span()
            char = source[start]
            if char == HASH:
                if _begins_line(source, at, start, lead):
                    at = _directive_end(source, start)
                    yield char, start, at
                    break
            else:
                if char == SLASH and _begins_line(source, at, start, lead):
                    lead = stop
                yield char, start, stop
            at = stop
        else:
            return


def _begins_line(source: bytes, done: int, at: int, lead: int) -> bool:
    """Whether only blanks and comments stand before `at` on its line.

    `done` is where the last event ended, `lead` where the last comment that began its line did.
    """
    if at == 0 or source[at - 1] == NEWLINE:
        return True
    start = source.rfind(b"\n", done, at) + 1
    if start == 0 and done == lead:
        start = done
    return (start > 0 or done == 0) and not source[start:at].strip(b" \t")


def _directive_end(source: bytes, at: int) -> int:
    match = _DIRECTIVE.match(source, at)
    return match.end() if match else at


def directive_at(source: bytes, at: int) -> Directive:
    """The directive whose `#` stands at `at`."""
    end = _directive_end(source, at)
    return Directive(at, end, source[at:end])


def _spaces(text: bytes) -> bytes:
    return _NOT_NEWLINE.sub(b" ", text) if b"\n" in text else b" " * len(text)


def mask(source: bytes, at: int = 0, end: int | None = None) -> tuple[bytes, list[Directive]]:
    """Blank comments, strings, character constants and directives at equal length.

    Newlines stay, so that byte offsets and line numbers hold in both texts. The directives are
    returned in file order, with offsets into `source`.
    """
    directives: list[Directive] = []
    pieces: list[bytes] = []
    done, stop = at, len(source) if end is None else end
    for char, start, over in events(source, at, stop, braces=False):
        if char == HASH:
            directives.append(Directive(start, over, source[start:over]))
        pieces += (source[done:start], _spaces(source[start:over]))
        done = over
    pieces.append(source[done:stop])
    return b"".join(pieces), directives


def strip_comments(text: bytes) -> bytes:
    """Replace each comment by one space; strings stay."""
    if b"/" not in text:
        return text
    return _COMMENT_OR_STRING.sub(lambda m: b" " if m.lastgroup == "comment" else m.group(), text)


def join_lines(text: bytes) -> bytes:
    """Replace each backslash-newline by one space."""
    return _SPLICE.sub(b" ", text) if b"\\" in text else text


def tokens(text: bytes) -> list[bytes]:
    """The C tokens of a text, comments left out; a directive's words count like others."""
    if b"\\" in text:
        return _TOKEN.findall(join_lines(strip_comments(text)))
    if b"/" not in text:
        return _TOKEN.findall(text)
    # Comments are found as they stand, which spares a second text.
    return [t for t in _TOKEN_OR_COMMENT.findall(text) if t[:2] not in _COMMENT_SIGNS]


# How far to look back for the end of a comment: keeps repeated questions linear.
_BACK = 100_000


def starts_plainly(source: bytes, line: int) -> bool:
    """Whether a line surely begins outside of comments, strings and directives.

    Told from the bytes before it, without reading the file from its top: a newline ends all but a
    block comment unless a backslash precedes it, and a block comment is over after `*/`, whatever
    went before. A false answer means "perhaps".
    """
    if source.endswith((b"\\\n", b"\\\r\n"), 0, line):
        return False
    low = max(line - _BACK, 0)
    close = source.rfind(b"*/", low, line)
    if close < 0 and low > 0:
        return False
    if close > 0 and source[close - 1] == SLASH:
        return False  # `/*/` opens a comment and does not close it
    return source.find(b"/*", max(close + 1, low), line) < 0


def follows_plainly(source: bytes, over: int, line: int) -> bool:
    """The same, where `over` is known to lie outside of comments and strings, perhaps cheaper."""
    if source.find(b"/*", over, line) >= 0:
        return False
    return not source.endswith((b"\\\n", b"\\\r\n"), 0, line)


def within_comment(source: bytes, at: int) -> bool:
    """Whether `at` surely lies in a comment; a false answer means "perhaps not"."""
    line = source.rfind(b"\n", 0, at) + 1
    opening = source.find(b"//", line, at)
    if opening >= 0 and source.find(b"*/", opening, at) < 0 and _opens(source, line, opening):
        return True
    opening = source.rfind(b"/*", 0, at)
    if opening < 0 or source.find(b"*/", opening + 1, at) >= 0:
        return False
    line = source.rfind(b"\n", 0, opening) + 1
    return source.find(b"//", line, opening + 1) < 0 and _opens(source, line, opening)


def _opens(source: bytes, line: int, at: int) -> bool:
    """Whether no literal or `*/` can be what makes the comment sign at `at`."""
    if source.endswith((b"\\\n", b"\\\r\n"), 0, line) or source[at - 1 : at] == b"*":
        return False
    return source.find(b'"', line, at) < 0 and source.find(b"'", line, at) < 0


def _negated(condition: str) -> str:
    if not condition:
        return ""
    if not _DEFINED.fullmatch(condition):
        return f"!({condition})"
    return condition[1:] if condition.startswith("!") else "!" + condition


def _is_guard(source: bytes, directive: Directive, expression: str) -> bool:
    """A header guard: `#ifndef NAME`, or its spelling in trace headers, then `#define NAME`."""
    name = _GUARD_NAME.fullmatch(expression.replace(" ", ""))
    if name is None:
        return False
    match = _GUARD_DEFINE.match(source, directive.end)
    return match is not None and match.group(1).decode("latin-1") == name.group(1)


_DEEPEST = 50  # conditions nested deeper are not told apart


def conditions(source: bytes, directives: Iterable[Directive]) -> Iterator[tuple[int, str]]:
    """The preprocessor condition in force after each directive that changes it: (offset, text).

    Conditions are written with `defined(X)`, joined by ` && ` from the outermost in; an `#else`
    negates its `#if`. Header guards do not count.
    """
    stack: list[tuple[str, str]] = []  # (earlier branches negated, this branch)
    for directive in directives:
        branch, expression = _branch(directive.text)
        if branch == "if":
            stack.append(("", "" if _is_guard(source, directive, expression) else expression))
        elif not stack or not branch:
            continue  # a stray #else or #endif, or no conditional at all
        elif branch == "endif":
            stack.pop()
        else:
            before, last = stack[-1]
            stack[-1] = (_all_of(((before, _negated(last)),)), expression)
        yield directive.end, _all_of(tuple(stack[:_DEEPEST]))


@lru_cache(maxsize=8_192)
def _all_of(stack: tuple[tuple[str, str], ...]) -> str:
    known = [part for pair in stack for part in pair if part]
    if len(known) > 1:
        known = [f"({part})" if _is_alternative(part) else part for part in known]
    return " && ".join(known)


def _is_alternative(condition: str) -> bool:
    """Whether `||` stands outside of parentheses."""
    depth = 0
    for sign in _LOGIC.findall(condition):
        depth += (sign == "(") - (sign == ")")
        if sign == "||" and depth <= 0:
            return True
    return False


def condition_at(changes: list[tuple[int, str]], offset: int) -> str:
    """The condition in force at an offset, given `conditions` as a list."""
    index = bisect_right(changes, (offset, "\U0010ffff")) - 1
    return changes[index][1] if index >= 0 else ""
