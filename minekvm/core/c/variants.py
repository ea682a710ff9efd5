"""The text of one definition, made ready for reading its control flow.

Comments, literals and directives are blanked at equal length. Of preprocessor conditionals whose
branches hold whole statements, all branches stay, told apart by marks; where branches cut through
statements (`#ifdef A` / `if (a) {` / `#else` / `if (b) {` / `#endif`), the first is kept and the
calls of the others are remembered beside it. Branches under `#if 0` are dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from minekvm.core.c.source import LITERAL, Directive, conditions, mask

# Bytes that no masked text holds: where a conditional begins, goes on and ends.
IF, ELSE, ENDIF = 1, 2, 3
_CONTROL = bytes.maketrans(bytes(range(9)), b" " * 9)
_LITERAL = re.compile(LITERAL, re.DOTALL)
_NOT_NEWLINE = re.compile(rb"[^\n]")
_MACRO = re.compile(
    rb"\s*+#(?:[ \t]|\\\r?\n)*+define(?:[ \t]|\\\r?\n)++[A-Za-z_$][\w$]*+(?:\([^)]*+\))?+"
)
_BRACKET = re.compile(rb"[(){}]")
_FIRST_WORD = re.compile(rb"\s*+(\w*+)")
_BEFORE = re.compile(rb"(?:[;{}:)\x01-\x03]|\belse|\bdo|\A)\s*+\Z")
_BACK = 2_000  # bytes in which the end of the statement before is looked for
_DEEPEST = 50  # conditionals nested deeper are not looked at


@dataclass(frozen=True, slots=True)
class Plain:
    """Text without anything but code.

    `start` is where the code begins (behind a macro's parameters). `held` gives per mark the
    preprocessor condition behind it, and for an `ENDIF` the one under which none of the branches
    is compiled, if there can be. `left_out` are the offsets and masked texts of branches that cut
    through statements.
    """

    text: bytes
    start: int
    held: dict[int, str]
    left_out: tuple[tuple[int, bytes], ...]


def plain(text: bytes) -> Plain:
    """The text of a function, or of a macro with its `#define`, as code at equal length."""
    macro = _MACRO.match(text)
    if macro is not None:
        return Plain(_macro(text, macro.end()), macro.end(), {}, ())
    masked, directives = mask(text)
    masked = masked.translate(_CONTROL)
    if b"\\" in masked:
        masked = masked.replace(b"\\", b" ")
    if not directives:
        return Plain(masked, 0, {}, ())
    return _Groups(text, masked, directives).read()


def _macro(text: bytes, start: int) -> bytes:
    def blank(match: re.Match[bytes]) -> bytes:
        return _NOT_NEWLINE.sub(b" ", match.group())

    code = _LITERAL.sub(blank, text[start:]).translate(_CONTROL).replace(b"\\", b" ")
    return b" " * start + code


class _Groups:
    """Reads the conditionals of a text from the inside out."""

    def __init__(self, text: bytes, masked: bytes, directives: list[Directive]) -> None:
        self._source = text
        self._code = bytearray(masked)
        self._directives = directives
        self._conditions = dict(conditions(text, directives))
        self._held: dict[int, str] = {}
        self._left_out: list[tuple[int, bytes]] = []

    def read(self) -> Plain:
        stack: list[list[Directive]] = []
        for directive in self._directives:
            branch = directive.branch
            if branch == "if":
                stack.append([directive])
            elif branch and stack:
                stack[-1].append(directive)
                if branch == "endif":
                    self._group(stack.pop(), len(stack))
        self._left_out.sort()
        return Plain(bytes(self._code), 0, self._held, tuple(self._left_out))

    def _group(self, group: list[Directive], depth: int) -> None:
        """One `#if ... #endif` whose inner ones are done."""
        spans = [(a.end, b.start) for a, b in pairwise(group)]
        first = b"".join(group[0].text.split())
        if first == b"#if0":
            self._blank(*spans.pop(0))
            group = group[1:]
            if group[0].branch == "endif" or b"elif" not in group[0].text[:20]:
                return
        elif first == b"#if1":
            for span in spans[1:]:
                self._blank(*span)
            return
        if depth < _DEEPEST and spans and self._whole(group[0].start, spans):
            for directive, mark in zip(group, [IF] + [ELSE] * (len(spans) - 1), strict=False):
                self._code[directive.start] = mark
                self._held[directive.start] = self._conditions.get(directive.end, "")
            self._code[group[-1].start] = ENDIF
            if group[-2].text.split(b"else")[0].strip() != b"#":
                first_held = self._conditions.get(group[0].end, "")
                self._held[group[-1].start] = f"!({first_held})" if first_held else ""
            return
        for start, end in spans[1:]:
            self._left_out.append((start, bytes(self._code[start:end])))
            self._blank(start, end)

    def _blank(self, start: int, end: int) -> None:
        self._code[start:end] = _NOT_NEWLINE.sub(b" ", bytes(self._code[start:end]))

    def _whole(self, start: int, spans: list[tuple[int, int]]) -> bool:
        """Whether each branch holds whole statements and stands where one may begin."""
        low = max(start - _BACK, 0)
        before = bytes(self._code[low:start]).rstrip()
        if before and not _BEFORE.search(before):
            return False
        return all(_is_whole(bytes(self._code[a:b])) for a, b in spans)


def _is_whole(code: bytes) -> bool:
    word = _FIRST_WORD.match(code)
    stripped = code.rstrip()
    if not stripped:
        return True
    if (word and word.group(1) == b"else") or stripped[-1] not in b";}:\x03":
        return False
    depth = 0
    for bracket in _BRACKET.findall(code):
        depth += 1 if bracket in b"({" else -1
        if depth < 0:
            return False
    return depth == 0
