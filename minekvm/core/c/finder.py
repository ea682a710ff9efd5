"""The definitions of a file (`scan`), or of one name in many versions of it (`find`, `Finder`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from minekvm.core.c.bodies import Body, bodies, goes_on
from minekvm.core.c.definitions import (
    TRACEPOINT_WORDS,
    Span,
    Texts,
    function,
    functions,
    macro,
    scan,
)
from minekvm.core.c.source import (
    LITERAL,
    Directive,
    conditions,
    directive_at,
    follows_plainly,
    starts_plainly,
    within_comment,
)
from minekvm.core.c.words import TYPES
from minekvm.core.model import Function

__all__ = ["Finder", "defines", "find", "scan", "stands"]

_MAX_PROBES = 40  # occurrences looked at before a scan is the cheaper way
_MAX_DIRECTIVES = 1_000
_FAR = 50_000  # bytes to read from the last brace in the first column
_BACK = 80  # bytes in which a word before must be found
_PREFIXES = (b"compat_sys_", b"sys_")
_TRACED = (b"trace_", b"event_class_")

_IDENTIFIER = re.compile(rb"[A-Za-z_$][\w$]*+")
_LAST_WORD = re.compile(rb"[\w$]*+\Z")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_ARGUMENTS = rb"[^()\"'/#{};]++|" + LITERAL + rb"|/"
_NESTED = _ARGUMENTS
for _ in range(5):
    _NESTED = _ARGUMENTS + rb"|\((?:" + _NESTED + rb")*+\)"
# A call and the sign behind it; one more closing parenthesis may belong to a macro around it.
_CALL = re.compile(rb"\s*+\((?:" + _NESTED + rb")*+\)\s*+(\)\s*+)?+([^\s]?)", re.DOTALL)
# Signs behind `name(...)` that leave it a header; all others end an expression or declaration.
_GOES_ON = re.compile(rb"[\w{(:/#$\"'\\]")
_NEXT = re.compile(rb"\s*+(/[*/]|[^\s]|\Z)")
_UNSURE = (b"(", b"#", b"/*", b"//")
_OPERATORS = (b"(", b"!", b"&", b"|", b"=", b",", b"<", b">", b"+", b"-", b"?", b":", b";", b"{")
_TYPE_BEFORE = re.compile(rb"(?:\A|\n)[A-Za-z_][\w$ \t]*+(?:\([^()\n]*+\)\s*+)?+\(\Z")
_OBSCURE = re.compile(rb"#|//|\*/")
_PARAMETERS = re.compile(rb"\s*+\)\s*+[(/#]")
_FLUSH = re.compile(rb"\n[^\s#}/]")  # without which no firm header stands in a body
_PARAMETERS_MADE = re.compile(rb"[ \t]++[A-Z_][A-Z0-9_]++[ \t]*+\(")  # `name ARGUMENTS(a) {`
# `WRAPPER(int, name, ...) {`
_TYPE_FIRST = re.compile(rb"[A-Z0-9_]\s*+\(\s*+(?:" + b"|".join(sorted(TYPES)) + rb")\s*+,\Z")
_COMMENTED = re.compile(rb"[^\n*]*+(?:\*(?!/)[^\n*]*+)*+\*/[^\n#]*+#")
_FIRST = re.compile(rb"[ \t]*+#")
_NOTHING = Span(0, 0, 0, 0, b"", "function")
_CONDITIONAL = re.compile(rb"#[ \t]*+(?:if|el|endif)")


class _Head(NamedTuple):
    """A file down to its last definition of a name, and what it tells of the first."""

    text: bytes
    start: int
    line: int
    changes: list[tuple[int, str]]


def find(source: bytes, name: str) -> tuple[Function, ...]:
    """The definitions of one name in a file: what `scan` gives, filtered, but far cheaper."""
    return Finder(name).definitions(source)


def stands(source: bytes, name: str) -> bool:
    """Whether a name stands anywhere in a file, as a whole word."""
    return next(_words(source, name.encode("latin-1", "replace")), None) is not None


def defines(source: bytes, name: str) -> bool:
    """Whether a file defines a name."""
    return Finder(name).defines(source)


class Finder:
    """Finds one name in many versions of a file, mostly without scanning them.

    Each place where the name stands either is no definition, by what follows it, or is looked at
    with the few lines around it; where these do not settle it, the whole file is scanned. What
    the version before had in common is remembered.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._symbol = name.encode("latin-1", "replace")
        self._texts: Texts = {}
        self._around: dict[int, tuple[bytes, Span]] = {}
        self._head = _Head(b"", 0, 1, [])
        self._last: tuple[int, int, Body | None] = (-1, 0, None)

    def definitions(self, source: bytes) -> tuple[Function, ...]:
        """What `scan` finds in a file under the name; equal texts are one object."""
        spans = self._spans(source)
        if spans is not None:
            if not spans:
                return ()
            head = self._head_above(source, spans)
            if head is not None:
                known = (head.line, head.start)
                return tuple(functions(source, spans, head.changes, self._texts, known))
        return tuple(f for f in scan(source, self._texts) if f.name == self._name)

    def defines(self, source: bytes) -> bool:
        """Whether `scan` finds the name in a file."""
        spans = self._spans(source)
        return bool(self.definitions(source)) if spans is None else bool(spans)

    def _head_above(self, source: bytes, spans: list[Span]) -> _Head | None:
        """Lines and conditions above the definitions, or None if only a scan can tell."""
        head, start, place = self._head, spans[0].start, spans[-1].place
        if start != head.start or place != len(head.text) or not source.startswith(head.text):
            changes = _conditions_before(source, place)
            if changes is None:
                return None
            line = 1 + source.count(b"\n", 0, start)
            self._head = _Head(source[:place], start, line, changes)
        return self._head

    def _spans(self, source: bytes) -> list[Span] | None:
        """Where the name is defined, or None if only a scan can tell."""
        symbol = self._symbol
        if not _IDENTIFIER.fullmatch(symbol):  # of a macro with arguments, such as TEST(a, b)
            return None if symbol.partition(b"(")[0] in source else []
        if symbol.startswith(_TRACED) and any(word in source for word in TRACEPOINT_WORDS):
            return None
        found: set[Span] = set()
        self._last = (-1, 0, None)
        for probes, at in enumerate(self._places(source)):
            span = self._definition_around(source, at) if probes < _MAX_PROBES else None
            if span is None:
                return None
            if span.name == symbol:
                found.add(span)
        return sorted(found)

    def _places(self, source: bytes) -> Iterator[int]:
        """Where the name stands and might be defined."""
        symbol = self._symbol
        for prefix in _PREFIXES:  # of what SYSCALL_DEFINE1(name, ...) and its like define
            if symbol.startswith(prefix):
                word = symbol[len(prefix) :]
                for at in _words(source, word):
                    end = at + len(word)
                    if source[end : end + 1] != b"(" and not _is_use(source, at, end):
                        yield at
        for at in _words(source, symbol):
            if not _is_use(source, at, at + len(symbol)):
                yield at

    def _definition_around(self, source: bytes, at: int) -> Span | None:
        """The definition around an offset, `_NOTHING`, or None if only a scan can tell."""
        directive = _directive_around(source, at)
        if directive is not None:
            return macro(directive) or _NOTHING
        if _COMMENTED.match(source, source.rfind(b"\n", 0, at) + 1):
            return None  # what follows a comment may be a directive
        if within_comment(source, at):
            return _NOTHING
        top = _top_before(source, at)
        if top < 0:
            return None
        text, span = self._around.get(at - top, (b"", _NOTHING))
        if text and source.startswith(text, top):
            return span.moved(top)
        return self._read_around(source, top, at)

    def _read_around(self, source: bytes, top: int, at: int) -> Span | None:
        """The same, read from the top level on."""
        body = self._body_around(source, top, at)
        if body is None:
            return _NOTHING
        if body.joined:
            return None
        span = function(body)
        firm = body.header is not None and body.header.firm
        in_front = at < (body.brace if span is None else span.start)
        indented = at > body.brace and not _FLUSH.search(source, body.brace, body.end)
        if body.cut or not (firm or in_front or indented or top == 0):
            return None
        if span is None or in_front or at >= body.brace:
            return _NOTHING
        if firm and body.end < len(source):
            self._around[at - top] = source[top : body.end + 1], span.moved(-top)
        return span

    def _body_around(self, source: bytes, top: int, at: int) -> Body | None:
        """The first body behind `top` that ends behind an offset."""
        last_top, last_at, body = self._last
        if top != last_top or at < last_at or (body is not None and body.end <= at):
            ends = (b for b in bodies(source, top, []) if b.end > at or b.cut)
            body = next(ends, None)
            self._last = top, at, body
        return body


def _words(source: bytes, word: bytes) -> Iterator[int]:
    """Where a whole word stands, in file order."""
    length, last = len(word), len(source) - 1
    at = source.find(word)
    while at >= 0:
        end = at + length
        if (at == 0 or source[at - 1] not in _WORD_BYTES) and (
            end > last or source[end] not in _WORD_BYTES
        ):
            yield at
        at = source.find(word, end)


def _is_use(source: bytes, at: int, end: int) -> bool:
    """Whether the bytes around a word show that nothing is defined there."""
    before = source[max(at - _BACK, 0) : at].rstrip(b" \t")
    call = _CALL.match(source, end)
    if call is None:
        following = _NEXT.match(source, end)
        sign = following.group(1) if following else b""
        if sign in (b",", b")"):
            return _is_argument(source, at, end)
        return sign not in _UNSURE and _PARAMETERS_MADE.match(source, end) is None
    if before.endswith((b"define", b"\\\n", b"\\\r\n")) or (not before and at > 0):
        return False
    sign = call.group(2)
    if sign == b"[":  # `(*name(a))[2] {`, `name(a) [[cold]] {`
        return not (before.endswith(b"*") or source.startswith(b"[[", call.end() - 1))
    if not _GOES_ON.match(sign):
        return True
    # `if (name(a)) {`, but not `MACRO(int name(a)) {`, nor `type (name(a)) {` in the first column
    enclosed = call.group(1) is not None and before[-1:] in _OPERATORS
    return enclosed and _TYPE_BEFORE.search(before) is None


def _is_argument(source: bytes, at: int, end: int) -> bool:
    """Whether a word before a comma or a parenthesis is not what a macro around it defines."""
    low = max(at - _BACK, 0)
    before = source[low:at].rstrip()
    stop = low + len(before)
    if source.find(b"\n", stop, at) >= 0 and _OBSCURE.search(source, max(stop - _BACK, 0), stop):
        return False  # what seems to stand before the word may be a comment or a directive
    if _TYPE_FIRST.search(before):
        return False
    if not before.endswith(b"("):
        return len(before) > 0 and not before.endswith((b"/", b'"', b"'"))
    caller = _LAST_WORD.search(before[:-1].rstrip(b" \t"))
    if caller is None or not caller.group() or caller.start() == 0:
        return False
    if not caller.group().isupper():
        return _PARAMETERS.match(source, end) is None  # of `int (name)(int a) {`
    call = _CALL.match(source, stop - 1)
    return call is not None and not (call.group(1) is None and _GOES_ON.match(call.group(2)))


def _directive_around(source: bytes, at: int) -> Directive | None:
    """The directive in which an offset surely lies."""
    line = source.rfind(b"\n", 0, at) + 1
    while source.endswith((b"\\\n", b"\\\r\n"), 0, line) and at - line < _FAR:
        line = source.rfind(b"\n", 0, line - 1) + 1
    sign = _FIRST.match(source, line)
    if sign is None or not starts_plainly(source, line):
        return None
    directive = directive_at(source, sign.end() - 1)
    return directive if at < directive.end else None


def _top_before(source: bytes, at: int) -> int:
    """Behind the closest brace before that ends a definition in the first column, or -1.

    There the scanner is at the top level, or else inside braces that do not balance: then it
    honours firm headers alone. Both this place and the offset must surely lie in code.
    """
    if not starts_plainly(source, source.rfind(b"\n", 0, at) + 1):
        return -1
    top = source.rfind(b"\n}", 0, at) + 2
    if top == 1:
        return 0
    plain = source[top : top + 1] != b"," and not goes_on(source, top)
    return top if plain and at - top < _FAR and starts_plainly(source, top - 1) else -1


def _conditions_before(source: bytes, place: int) -> list[tuple[int, str]] | None:
    """The preprocessor conditions up to an offset, or None if only a scan can tell."""
    directives: list[Directive] = []
    over = 0  # behind the last directive
    for match in _CONDITIONAL.finditer(source, 0, place):
        at = match.start()
        before = source[max(at - _BACK, 0) : at].rstrip(b" \t")
        if before.endswith(b"*/"):
            return None  # perhaps at the start of a line, but for comments
        if before and not before.endswith(b"\n"):
            continue  # not at the start of a line
        line = at - len(source[max(at - _BACK, 0) : at]) + len(before)
        if follows_plainly(source, over, line) or starts_plainly(source, line):
            directives.append(directive_at(source, at))
            over = directives[-1].end
        elif not within_comment(source, at):
            return None
        if len(directives) > _MAX_DIRECTIVES:
            return None
    return list(conditions(source, directives))
