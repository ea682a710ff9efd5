"""Statements of masked C -> steps.

No parser of C: annotations, macros with bodies, `#ifdef` inside statements make a grammar stumble.
Brackets are matched once, a statement is found from its first word, what an expression calls is
remembered by its text. Never raises; linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from minekvm.core.c import lexemes
from minekvm.core.c.brackets import folded, groups
from minekvm.core.c.expressions import NO_CALLS, listed
from minekvm.core.c.leaves import Leaves
from minekvm.core.c.steps import (
    Again,
    Arm,
    Call,
    Case,
    Decision,
    Either,
    Jump,
    Label,
    Loop,
    Scope,
    Step,
    Steps,
    Switch,
    moved,
)
from minekvm.core.c.variants import ENDIF, Plain

_DEEPEST = 60  # nesting from which calls are listed without their structure (`if (x) {` is two)


class Reader(Leaves):
    """Reads statements from one text; each method that does gives the offset behind them."""

    def __init__(
        self,
        code: Plain,
        points: frozenset[bytes],
        line_at: Callable[[int], int],
        scoped: frozenset[bytes] = frozenset(),
    ) -> None:
        super().__init__(code, points, line_at)
        self._scoped = scoped
        self._held = code.held
        self._groups = groups(code.text) if code.held else {}
        self.degraded = False
        self._readers: dict[bytes, Callable[[int, int, list[Step]], int]] = {
            b"if": self._if,
            b"while": self._while,
            b"for": self._for,
            b"do": self._do,
            b"switch": self._switch,
            b"case": self._case,
            b"default": self._case,
            b"return": self._jump,
            b"goto": self._jump,
            b"break": self._jump,
            b"continue": self._jump,
            b"asm": self._asm,
            b"__asm__": self._asm,
            b"__asm": self._asm,
            b"asm_volatile_goto": self._asm,
            b"asm_goto": self._asm,
            b"guard": self._guard,
        }

    def read(self, start: int) -> Steps:
        """The statements of a definition: those in its braces, or a macro's from an offset on."""
        if start > 0:
            return self._block(start, len(self._text))
        at = 0
        while (match := lexemes.BRACKET.search(self._text, at)) is not None:
            bracket = match.start()
            close = self._close.get(bracket)
            if match.group() == b"{":
                words = self._text[max(bracket - 200, 0) : bracket].split()[-2:]
                if close is None or not lexemes.AGGREGATE & set(words):
                    end = len(self._text) if close is None else close
                    return self._block(bracket + 1, end)
            at = bracket + 1 if close is None else close + 1
        return self._block(0, len(self._text))

    def _block(self, at: int, end: int) -> Steps:
        """The statements between two offsets."""
        found: list[Step] = []
        while at < end:
            at = self._statement(at, end, found)
        return tuple(found)

    def _statement(self, at: int, end: int, found: list[Step]) -> int:
        match = lexemes.WORD.match(self._text, at, end)
        if match is None or match.start(1) >= end:
            return end
        at = match.start(1)
        if self._left_out and self._left_out[-1][0] < at:
            self._add_left_out(at, found)
        if self._depth >= _DEEPEST:
            self.degraded = True
            found += moved(listed(self._text[at:end], self._points), at, self._line_at)
            return end
        self._depth += 1
        try:
            return self._one_of(match.group(1), at, end, found)
        finally:
            self._depth -= 1

    def _one_of(self, word: bytes, at: int, end: int, found: list[Step]) -> int:
        """The statement that begins with a word."""
        reader = self._readers.get(word)
        if word in self._scoped and self._ends_plainly(at + len(word), end):
            reader = self._guard
        if reader is not None:
            return reader(at, end, found)
        if word == b"{":
            close = min(self._close.get(at, end), end)
            found += self._block(at + 1, close)
            return close + 1
        if word in lexemes.STRAY:
            return at + len(word)
        if word[0] <= ENDIF:
            return self._conditional(at, end, found)
        label = lexemes.LABEL.match(self._text, at + len(word), end)
        if label is None or not lexemes.IDENTIFIER.fullmatch(word):
            return self._simple(word, at, end, found)
        found.append(Label(word.decode("latin-1"), at, self._line_at(at)))
        return label.end()

    def _one(self, at: int, end: int) -> tuple[Steps, int]:
        """The statement that an `if` or a loop governs."""
        found: list[Step] = []
        at = self._statement(at, end, found)
        return tuple(found), at

    def _conditional(self, at: int, end: int, found: list[Step]) -> int:
        """`#if` to `#endif` around whole statements."""
        marks = self._groups.get(at)
        if marks is None or marks[-1] >= end:
            return at + 1
        arms = [Arm(self._held.get(a, ""), (), self._block(a + 1, b)) for a, b in pairwise(marks)]
        if marks[-1] in self._held:
            arms.append(Arm(self._held[marks[-1]], (), ()))
        if any(arm.body for arm in arms):
            found.append(Either("#if", tuple(arms)))
        return marks[-1] + 1

    def _if(self, at: int, end: int, found: list[Step]) -> int:
        line, start = self._line_at(at), at
        arms: list[Arm] = []
        otherwise: Steps = ()
        at += 2
        while True:
            condition, test, at = self._test(at, end)
            body, at = self._one(at, end)
            arms.append(Arm(condition, test, body))
            following = lexemes.ELSE.match(self._text, at, end)
            if following is None:
                break
            at = following.end()
            if not following.group(1):
                otherwise, at = self._one(at, end)
                break
        found.append(Decision(start, line, tuple(arms), otherwise))
        return at

    def _while(self, at: int, end: int, found: list[Step]) -> int:
        start = at
        condition, test, at = self._test(at + 5, end)
        body, at = self._one(at, end)
        again = lexemes.AGAIN.get(condition, "maybe")
        found.append(Loop("while", start, self._line_at(start), test, body, (), False, again))
        return at

    def _do(self, at: int, end: int, found: list[Step]) -> int:
        start = at
        body, at = self._one(at + 2, end)
        again: Again = "maybe"
        test: Steps = ()
        following = lexemes.WHILE.match(self._text, at, end)
        if following is not None:
            condition, test, at = self._test(following.end(), end)
            again = lexemes.AGAIN.get(condition, "maybe")
        found.append(Loop("do", start, self._line_at(start), test, body, (), True, again))
        return self._past(at, end)

    def _for(self, at: int, end: int, found: list[Step]) -> int:
        start = at
        opening = lexemes.OPEN.match(self._text, at + 3, end)
        if opening is None:
            return at + 3
        over = self._over(opening.end() - 1, end)
        stop = max(over - 1, opening.end())
        first = self._end(opening.end(), stop)
        second = self._end(min(first + 1, stop), stop)
        self._leaf(opening.end(), first, found)
        test: list[Step] = []
        step: list[Step] = []
        self._leaf(min(first + 1, stop), second, test)
        self._leaf(min(second + 1, stop), stop, step)
        endless = first < second < stop and not self._text[first + 1 : second].strip()
        endless = endless or first + 1 == second < stop
        body, at = self._one(over, end)
        condition = folded(self._text[first + 1 : second])
        again: Again = "always" if endless else lexemes.AGAIN.get(condition, "maybe")
        found.append(
            Loop("for", start, self._line_at(start), tuple(test), body, tuple(step), False, again)
        )
        return at

    def _switch(self, at: int, end: int, found: list[Step]) -> int:
        start = at
        _, test, at = self._test(at + 6, end)
        body, at = self._one(at, end)
        found += test
        found.append(Switch(start, self._line_at(start), body))
        return at

    def _case(self, at: int, end: int, found: list[Step]) -> int:
        """`case A:`, `case A ... B:` and `default:`; the calls of a case stand behind it."""
        default = self._text.startswith(b"default", at)
        start = at
        at += 7 if default else 4
        first, chosen = at, 0
        while (match := lexemes.COLON.search(self._text, at, end)) is not None:
            sign = match.group()
            at = match.end()
            if sign == b":" and chosen == 0:
                found.append(Case(default, start, self._line_at(start)))
                self._leaf(first, match.start(), found)
                return at
            if sign == b"(":
                at = self._over(match.start(), end)
            elif sign in (b"?", b":"):
                chosen += 1 if sign == b"?" else -1
            else:
                break
        return first

    def _jump(self, at: int, end: int, found: list[Step]) -> int:
        start, over = at, self._end(at, end)
        words = lexemes.JUMP.match(self._text, at, over)
        kind = lexemes.KINDS[words.group(1)] if words else "return"
        target = ""
        if kind == "goto" and words:
            target = (words.group(2) or b"*").decode("latin-1")
        if target in ("", "*"):
            self._leaf(at, over, found)
        found.append(Jump(kind, target, start, self._line_at(start)))
        return self._past(over, end)

    def _guard(self, at: int, end: int, found: list[Step]) -> int:
        """`guard(x)(y);`: the rest of the block runs under it."""
        over = self._end(at, end)
        body = self._block(self._past(over, end), end), max(end - 1, 0)
        return self._scope(at, over, body, end, found)

    def _scope(
        self, at: int, over: int, body: tuple[Steps, int], end: int, found: list[Step]
    ) -> int:
        """A guard between two offsets with what runs under it, and where that ends."""
        head: list[Step] = []
        self._leaf(at, over, head)
        guard = head.pop() if head else None
        steps, last = body
        found += head
        if isinstance(guard, Call):
            if not guard.indirect and guard.name.encode("latin-1") not in self._scoped:
                # scoped_guard(x, y), as if it were scoped_guard(x)(y)
                what = folded(
                    self._text[at:over].partition(b"(")[2].partition(b",")[0].rstrip(b") ")
                )
                guard = Call(what, f"{guard.name}({what})", guard.at, guard.line, True)
            found.append(Scope(guard, steps, last, self._line_at(last)))
        else:
            found += steps
        return end

    def _simple(self, word: bytes, at: int, end: int, found: list[Step]) -> int:
        """An expression or declaration; or a macro with a body, or without a semicolon."""
        lone = lexemes.SEMICOLON.match(self._text, at + len(word), end)
        if lone is not None and lexemes.MACRO.fullmatch(word):
            found.append(self._plain_call(word, at))
            return lone.end()
        call = lexemes.CALL.match(self._text, at, end)
        if call is not None and word not in NO_CALLS:
            over = self._over(call.end() - 1, end)
            following = lexemes.NEXT.match(self._text, over, end)
            sign = following.group(1) if following else None
            if sign and (lexemes.WORD_SIGN.match(sign) or lexemes.EACH.search(word)):
                block = sign == b"{"
                return self._macro(word, at, over, end, block, found)
        start, valued = at, word in lexemes.AGGREGATE
        while (match := lexemes.STOP.search(self._text, at, end)) is not None:
            sign, at = match.group(), match.start()
            valued = valued or (sign == b"{" and self._is_value(start, at))
            if sign != b"(" and not (sign == b"{" and valued):
                break
            at = self._over(at, end)
        self._leaf(start, at if match is not None else end, found)
        if match is None:
            return end
        undone = lexemes.UNDONE.search(self._text, start, at)
        if undone is not None and match.group() == b";":
            return self._undone(undone.group(1), start, (at + 1, end), found)
        if match.group() == b"{" and self._text[start:at].rstrip().endswith(b")"):
            over = self._over(at, end)  # a function in a function
            inner = moved(listed(self._text[at:over], self._points), at, self._line_at)
            found.append(Either("nested", (Arm("", (), ()), Arm("", (), inner))))
            return over
        return self._past(at, end) if at > start else at + 1

    def _undone(self, name: bytes, start: int, rest: tuple[int, int], found: list[Step]) -> int:
        """A variable declared with what is called where its scope ends: the rest of the block."""
        call, last = self._plain_call(name, start), max(rest[1] - 1, 0)
        found.append(Scope(call, self._block(*rest), last, self._line_at(last), undone=True))
        return rest[1]

    def _macro(
        self, word: bytes, at: int, over: int, end: int, block: bool, found: list[Step]
    ) -> int:
        """`name(...)` with a block or a word behind it."""
        if lexemes.SCOPED.fullmatch(word) or word in self._scoped:
            body, after = self._one(over, end)
            return self._scope(at, over, (body, max(after - 1, 0)), after, found)
        if not block and not lexemes.EACH.search(word):
            self._leaf(at, over, found)
            return over
        test: list[Step] = []
        self._leaf(at, over, test)
        body, after = self._one(over, end)
        name, line = word.decode("latin-1"), self._line_at(at)
        found.append(Loop(name, at, line, tuple(test), body, (), False, "maybe"))
        return after
