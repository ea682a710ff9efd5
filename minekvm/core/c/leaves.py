"""The pieces that statements are made of: where expressions end, and what they call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from minekvm.core.c import lexemes
from minekvm.core.c.brackets import folded, pairs, sections
from minekvm.core.c.expressions import expression, listed
from minekvm.core.c.steps import Arm, Call, Either, Jump, Step, Steps, moved
from minekvm.core.c.variants import Plain

_SHORT = 2_000  # bytes of an expression worth remembering


@lru_cache(maxsize=65_536)
def _remembered(text: bytes, points: frozenset[bytes]) -> Steps:
    return expression(text, points, 0, _never)


def _never(_start: int, _end: int, _depth: int) -> Steps:
    return ()


def _no_line(_at: int) -> int:
    return 0


class Leaves:
    """Reads expressions from one text; `line_at` tells an offset's line."""

    def __init__(
        self, code: Plain, points: frozenset[bytes], line_at: Callable[[int], int]
    ) -> None:
        self._text = code.text
        self._left_out = list(reversed(code.left_out))
        self._points = points
        self._line_at = line_at
        self._close = pairs(code.text)
        self._depth = 0

    def _block(self, at: int, end: int) -> Steps:
        """The statements between two offsets."""
        raise NotImplementedError

    def _leaf(self, at: int, end: int, found: list[Step]) -> None:
        """An expression or declaration without what ends it."""
        text = self._text[at:end]
        if b"(" in text or self._points:
            if b"{" in text:

                def read(start: int, close: int, depth: int) -> Steps:
                    before, self._depth = self._depth, self._depth + depth
                    steps = self._block(at + start + 1, at + close - 1)
                    self._depth = before
                    return moved(steps, -at, _no_line)

                steps = expression(text, self._points, 1, read)
            elif len(text) <= _SHORT:
                steps = _remembered(text, self._points)
            else:
                steps = expression(text, self._points, 0, _never)
            if steps:
                found += moved(steps, at, self._line_at)
        if self._left_out and self._left_out[-1][0] < end:
            self._add_left_out(end, found)

    def _add_left_out(self, end: int, found: list[Step]) -> None:
        """What branches that cut through statements would call, as what may be called."""
        while self._left_out and self._left_out[-1][0] < end:
            at, text = self._left_out.pop()
            steps = moved(listed(text, self._points), at, self._line_at)
            if steps:
                found.append(Either("#if", (Arm("", (), ()), Arm("", (), steps))))

    def _test(self, at: int, end: int) -> tuple[str, Steps, int]:
        """What stands in parentheses behind `if` and its like: text, steps, where it ends."""
        opening = lexemes.OPEN.match(self._text, at, end)
        start = stop = at
        if opening is None:  # a macro that brings the parentheses: `if likely(x)`
            call = lexemes.CALL.match(self._text, at, end)
            if call is None:
                return "", (), at
            stop = over = self._over(call.end() - 1, end)
        else:
            start, over = opening.end(), self._over(opening.end() - 1, end)
            stop = max(over - 1, start)
        found: list[Step] = []
        self._leaf(start, stop, found)
        return folded(self._text[start:stop]), tuple(found), over

    def _over(self, bracket: int, end: int) -> int:
        """Behind the bracket that closes what opens here; behind this one where none does."""
        return min(self._close.get(bracket, bracket) + 1, end)

    def _end(self, at: int, end: int) -> int:
        """Where an expression ends: at a semicolon, a stray brace or a mark."""
        while (match := lexemes.STOP.search(self._text, at, end)) is not None:
            if match.group() not in (b"(", b"{"):
                return match.start()
            at = self._over(match.start(), end)
        return end

    def _past(self, at: int, end: int) -> int:
        """Behind the semicolon at an offset, if there is one."""
        return at + 1 if self._text[at : min(at + 1, end)] == b";" else at

    def _asm(self, at: int, end: int, found: list[Step]) -> int:
        """Inline assembler: the calls of its operands, and where it may jump."""
        over = self._end(at, end)
        text = self._text[at:over]
        found += moved(listed(text, self._points), at, self._line_at)
        head = lexemes.ASM.match(text)
        if head is not None and b"goto" in head.group():
            close = self._close.get(at + head.end() - 1, over)
            labels = sections(self._text[at + head.end() : close])[4:]
            names = [
                n.decode("latin-1") for part in labels for n in lexemes.IDENTIFIER.findall(part)
            ]
            line = self._line_at(at)
            ways = [Arm("", (), (Jump("goto", name, at, line),)) for name in names]
            if ways:
                found.append(Either("asm", (Arm("", (), ()), *ways)))
        return self._past(over, end)

    def _ends_plainly(self, at: int, end: int) -> bool:
        """Whether a macro stands as a statement: its arguments, if any, and a semicolon."""
        over = at
        if (opening := lexemes.OPEN.match(self._text, at, end)) is not None:
            over = self._over(opening.end() - 1, end)
        return lexemes.SEMICOLON.match(self._text, over, end) is not None

    def _plain_call(self, name: bytes, at: int) -> Call:
        word = name.decode("latin-1")
        return Call(word, word, at, self._line_at(at), False)

    def _is_value(self, start: int, brace: int) -> bool:
        """Whether a brace opens an initialiser."""
        before = self._text[max(start, brace - 200) : brace]
        return lexemes.VALUE.search(before) is not None or self._text.find(b"=", start, brace) >= 0
