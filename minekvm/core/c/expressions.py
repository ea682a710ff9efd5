"""The calls of a C expression or declaration, in the order of evaluation.

Works on masked text (no comments, literals, directives) without knowing any type. What a
parenthesis behind a name, a cast or a pointer means is told from the tokens around it; arguments
come before the call. The order is that of the text: C leaves most of it to the compiler.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from minekvm.core.c.operators import DEEPEST, joined
from minekvm.core.c.steps import Call, Point, Step, Steps

_TOKEN = re.compile(
    rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*+(?:\s*+##\s*+[\w$]++)*+"
    rb"|->|&&|\|\||\.\.\.|[=!<>]=|\.?[0-9][\w.]*+|[^\s\w]"
)
_DIRECT = re.compile(rb"([A-Za-z_$\x80-\xff][\w$\x80-\xff]*+(?:\s*+##\s*+[\w$]++)*+)\s*+\(")
_WORD = re.compile(rb"[A-Za-z_$\x80-\xff]")
# `x` of `static_call(x)(y)` and `kvm_x86_call(x)(y)` is called; what is in front only says how.
_CALLER = re.compile(r"static_call\w*+|\w*_call|guard")
_UNREAD = frozenset(
    b"sizeof typeof __typeof__ __typeof typeof_unqual _Alignof alignof __alignof__ __alignof"
    b" __attribute__ __attribute _Alignas alignas __declspec _Static_assert static_assert"
    b" defined _Generic __builtin_types_compatible_p __builtin_offsetof offsetof".split()
)
TYPES = frozenset(
    b"void char short int long float double signed unsigned bool _Bool __signed__ struct union"
    b" enum const volatile __const __volatile__ __restrict restrict u8 u16 u32 u64 s8 s16 s32"
    b" s64 __u8 __u16 __u32 __u64 size_t ssize_t".split()
)
_STORAGE = frozenset(b"static extern register inline __inline __inline__ auto typedef".split())
_WORDS = frozenset(
    b"return if else for while do switch case default goto break continue asm __asm__ __asm"
    b" __extension__".split()
)
NO_CALLS = _UNREAD | TYPES | _STORAGE | _WORDS
_LONGEST = 200  # bytes of a callee that are kept; longer arguments are not
_AGGREGATE = frozenset((b"struct", b"union", b"enum"))
_OPERATORS = frozenset((b"&&", b"||", b"?", b":", b",", b";"))
_OPENING = {b"(": b")", b"[": b"]", b"{": b"}"}
_CLOSING = frozenset(_OPENING.values())
_BRACKETS = _CLOSING | _OPENING.keys()

# What reads a statement expression: the span of its braces and the nesting -> steps, offsets and
# lines as those of the expression.
Reader = Callable[[int, int, int], Steps]


@dataclass(slots=True)
class _Primary:
    """What an expression begins with so far, up to where a parenthesis would call it."""

    kind: str  # name, typed (declared here), member, group, called, index
    start: int
    name: bytes = b""
    at: int = 0


@dataclass(slots=True)
class _Frame:
    """An open bracket: what was found in it, and what it is to what stands before it."""

    opening: bytes
    start: int
    outer: _Primary | None
    call: bool = False
    items: list[Step | bytes] = field(default_factory=list)
    first: bytes = b""
    last: bytes = b""
    last_at: int = 0
    member: bool = False


def expression(text: bytes, points: frozenset[bytes], depth: int, read: Reader) -> Steps:
    """The steps of an expression, a declaration or several, lines all 0."""
    return _Expression(text, points, depth, read).steps()


def listed(text: bytes, points: frozenset[bytes] = frozenset()) -> Steps:
    """The direct calls and points in a text in the order they stand in; for what has no order."""
    direct = (m for m in _DIRECT.finditer(text) if m.group(1) not in NO_CALLS)
    found: list[Call | Point] = [_direct(m.group(1), m.start()) for m in direct]
    if points:
        called = {call.at for call in found}
        found += (
            Point(_text(match.group()), match.start(), 0)
            for match in _TOKEN.finditer(text)
            if match.group() in points and match.start() not in called
        )
        found.sort(key=lambda use: use.at)
    return tuple(found)


def _direct(name: bytes, at: int) -> Call:
    word = _text(name)
    return Call(word, word, at, 0, False)


def _text(raw: bytes) -> str:
    return raw.decode("latin-1") if raw.isalnum() else b" ".join(raw.split()).decode("latin-1")


class _Expression:
    """One pass over the tokens with a stack of open brackets: no recursion, whatever the input."""

    def __init__(self, text: bytes, points: frozenset[bytes], depth: int, read: Reader) -> None:
        self._text = text
        self._points = points
        self._depth = depth
        self._read = read
        self._tokens = [(m.group(), m.start()) for m in _TOKEN.finditer(text)]
        self._match = _matches(self._tokens)
        self._frames = [_Frame(b"", 0, None)]
        self._primary: _Primary | None = None
        self._end = len(text)  # of the bracket that closes
        self._dotted = False
        self._declaring = bool(self._tokens) and self._tokens[0][0] in TYPES | _STORAGE

    def steps(self) -> Steps:
        index, count = 0, len(self._tokens)
        while index < count:
            index = self._token(index)
        while len(self._frames) > 1:
            self._close()
        return tuple(joined(self._frames[0].items, self._depth))

    def _token(self, index: int) -> int:
        """Read one token, or a whole bracket; gives the index of the next."""
        token, at = self._tokens[index]
        frame = self._frames[-1]
        if not frame.first:
            frame.first = token
        if token not in _BRACKETS:
            frame.last, frame.last_at = token, at
        if _WORD.match(token):
            return self._word(token, at, index)
        if token in (b"->", b".") and self._primary is not None:
            self._dotted = frame.member = True
            return index + 1
        self._dotted = False
        if token == b"(":
            return self._parenthesis(at, index)
        if token in _BRACKETS:
            return self._bracket(token, at, index)
        if token in _OPERATORS and not (token == b"&&" and self._primary is None):
            self._operator(token)
        if token in (b"=", b";") and len(self._frames) == 1:
            self._declaring = False
        self._primary = None
        return index + 1

    def _operator(self, token: bytes) -> None:
        if len(self._frames) <= DEEPEST + 1:
            self._frames[-1].items.append(token)

    def _bracket(self, token: bytes, at: int, index: int) -> int:
        """A bracket or brace that opens, or anything that closes."""
        if token in _CLOSING:
            if len(self._frames) > 1 and _OPENING[self._frames[-1].opening] == token:
                self._end = at
                self._close()
        elif token == b"{" and _AGGREGATE & {
            word for word, _ in self._tokens[max(index - 2, 0) : index]
        }:
            return self._behind(index)  # the fields of a type
        else:
            self._push(_Frame(token, at, self._primary))
            self._primary = None
        return index + 1

    def _word(self, token: bytes, at: int, index: int) -> int:
        before, dotted = self._primary, self._dotted
        self._dotted = False
        following = self._tokens[index + 1][0] if index + 1 < len(self._tokens) else b""
        if dotted and before is not None:
            self._primary = _Primary("member", before.start, token, at)
        elif token in _UNREAD:
            self._primary = None
            return self._behind(index + 1) if following == b"(" else index + 1
        elif token in _STORAGE or token in _WORDS:
            self._primary = None
        else:
            named = before is not None and before.kind in ("name", "typed")
            # Between parentheses `KERN_INFO pr_fmt(x)` is a call; outside, `type name(x)` is none.
            kind = "typed" if named and len(self._frames) == 1 else "name"
            self._primary = _Primary(kind, at, token, at)
        if token in self._points and following != b"(":
            self._frames[-1].items.append(Point(_text(token), at, 0))
        return index + 1

    def _parenthesis(self, at: int, index: int) -> int:
        """An opening parenthesis: of a statement expression, a call, a declarator or a group."""
        primary, close = self._primary, self._match.get(index)
        inner = self._tokens[index + 1][0] if index + 1 < len(self._tokens) else b""
        if inner == b"{" and close is not None:
            start, end = self._tokens[index + 1][1], self._tokens[close][1]
            depth = self._depth + len(self._frames)
            self._frames[-1].items += self._read(start, end, depth)
            self._primary = _Primary("group", at)
            if primary is not None and primary.kind == "name" and primary.name not in TYPES:
                # A macro that is given a block.
                self._frames[-1].items.append(_direct(primary.name, primary.at))
            return close + 1
        meaning = self._meaning(primary, inner, index, close)
        if meaning == "declares":
            self._primary = None
            return self._behind(index)
        items = self._frames[-1].items
        if meaning == "call" and primary is not None and primary.kind == "called":
            how = items[-1] if items else b""
            if isinstance(how, Call) and _CALLER.fullmatch(how.name):
                items.pop()
        self._push(_Frame(b"(", at, primary, meaning == "call"))
        self._primary = None
        return index + 1

    def _meaning(
        self, primary: _Primary | None, inner: bytes, index: int, close: int | None
    ) -> Literal["call", "group", "declares"]:
        """What a parenthesis does to what stands before it."""
        if primary is None or not primary.name or primary.name in TYPES:
            return "group"
        outside = len(self._frames) == 1
        pointer = outside and inner == b"*" and self._pointer(index, close)
        meaning: Literal["call", "group", "declares"] = "call"
        if primary.kind == "typed":
            # `struct page (*f)(int a)`, or `struct page f(int a)`
            meaning = "group" if pointer else "declares"
        elif outside and self._declaring:
            starred = index > 1 and self._tokens[index - 2][0] == b"*"
            if primary.kind == "group" or (primary.kind == "name" and starred):
                meaning = "declares"  # the parameters of `int (*f)(int a)`; `struct page *f(int a)`
        elif pointer and primary.kind == "name" and primary.at == self._tokens[0][1]:
            meaning = "group"  # `handler_t (*f)(int a)`
        self._declaring = self._declaring or meaning == "group"
        return meaning

    def _pointer(self, index: int, close: int | None) -> bool:
        """Whether a group is `(*name)` with parameters behind it."""
        if close is None or close + 1 >= len(self._tokens):
            return False
        return self._tokens[close + 1][0] == b"(" and close - index in (3, 4, 5, 6)

    def _push(self, frame: _Frame) -> None:
        if len(self._frames) > DEEPEST:
            frame.items = self._frames[-1].items  # listed without operators, and never copied
        self._frames.append(frame)

    def _behind(self, index: int) -> int:
        """Behind the bracket that opens at a token, unread."""
        return self._match.get(index, index) + 1

    def _close(self) -> None:
        frame = self._frames.pop()
        items = self._frames[-1].items
        if frame.items is not items:
            items += joined(frame.items, self._depth + len(self._frames))
        outer = frame.outer
        if frame.opening == b"[":
            self._primary = outer and _Primary("index", outer.start, outer.name, outer.at)
        elif frame.opening == b"{":
            self._primary = None
        elif outer is None or not frame.call:
            self._primary = self._group(frame)
        else:
            self._call(frame, outer, items)

    def _group(self, frame: _Frame) -> _Primary:
        """What a group in parentheses is to a parenthesis behind it: a function, or a cast."""
        last, at = self._last_word(frame)
        pointer = frame.first == b"*" or (frame.first == b"(" and last != b"")
        if not last or not (pointer or frame.member):
            return _Primary("group", frame.start)
        return _Primary("group", frame.start, last, at)

    def _last_word(self, frame: _Frame) -> tuple[bytes, int]:
        if frame.last in NO_CALLS or not _WORD.match(frame.last):
            return b"", 0
        return frame.last, frame.last_at

    def _call(self, frame: _Frame, outer: _Primary, items: list[Step | bytes]) -> None:
        callee = _text(self._text[outer.start : min(frame.start, outer.start + _LONGEST)])
        given = self._text[frame.start + 1 : self._end]
        arguments = b" ".join(given.split()).decode("latin-1") if len(given) <= _LONGEST else ""
        indirect = outer.kind != "name"
        items.append(Call(_text(outer.name), callee, outer.at, 0, indirect, arguments))
        last, at = self._last_word(frame)
        self._primary = _Primary("called", outer.start, last or outer.name, at or outer.at)


def _matches(tokens: list[tuple[bytes, int]]) -> dict[int, int]:
    """Per opening bracket that closes: the index of its closing one."""
    found: dict[int, int] = {}
    opened: list[tuple[bytes, int]] = []
    for index, (token, _) in enumerate(tokens):
        if token in _OPENING:
            opened.append((_OPENING[token], index))
        elif token in _CLOSING and opened and opened[-1][0] == token:
            found[opened.pop()[1]] = index
    return found
