"""Which group in parentheses names the function that a header declares.

Macros may stand for anything in a header: a type (`ElfW(Word) f(int a)`), an annotation
(`int f(int a) REQUIRES(lock)`), the name itself (`int FNAME(walk)(int a)`), or all of it
(`TEST(suite, name)`). What follows what, what is a type and what is written in capitals tell.
"""

from __future__ import annotations

import re

from minekvm.core.c.macro_names import Call, spelt
from minekvm.core.c.words import (
    AGGREGATES,
    CONTROL,
    FREE,
    GROUP,
    IDENTIFIER,
    NAMELESS,
    OPERATORS,
    PLAIN,
    TYPES,
    WORD,
    is_type,
    ordinary,
    shouting,
)

_BRACKETS = rb"\[(?:[^\[\]]++|\[[^\[\]]*+\])*+\]"
_ITEM = re.compile(
    rb"\s*+(?:(" + WORD + rb")|(" + GROUP + rb")|(" + _BRACKETS + rb")|(::|.))", re.DOTALL
)
_INNER_NAME = re.compile(rb"\(\s*+(?:\*[\s*]*+(" + WORD + rb")\s*+(\()|(" + WORD + rb")\s*+\))")
_WHOLE_INSIDE = re.compile(rb"\(\s*+(" + WORD + rb")\s*+(" + GROUP + rb")\s*+\)")
_NEXT_GROUP = re.compile(rb"\s*+(" + GROUP + rb")")
_NEXT_BRACKETS = re.compile(rb"\s*+\[")
_GROUPS = re.compile(GROUP)
_NUMBERS = re.compile(rb"\(\s*+\d[\d\s,]*+\)")
_TYPE_SIGNS = (b"*", b"&", b"::", b"[", b"]", b"<", b">", b"~", b":")


def naming_call(text: bytes) -> Call | None:
    """The call that names the function in a header, whose text is nothing but code."""
    plain = PLAIN.match(text)
    if plain is not None and plain.group(2) not in NAMELESS:
        typed = any(is_type(word) for word in IDENTIFIER.findall(plain.group(1)))
        at, opening, over = plain.start(2), plain.start(3), plain.end(3)
        return _inside(text, Call(at, plain.group(2), opening, over - 1, typed=typed))
    chosen = _chosen(text, _Reader(text).calls())
    return None if chosen is None else _inside(text, chosen)


def words_before(text: bytes, start: int, end: int) -> list[bytes]:
    """The words of a header between two offsets that no parentheses hold."""
    return IDENTIFIER.findall(_GROUPS.sub(b" ", text[start:end]))


def annotates(group: bytes) -> bool:
    """Whether the arguments of a macro call are numbers alone, as an annotation's are."""
    return _NUMBERS.match(group) is not None


class _Reader:
    """Reads a header item by item and keeps every group in parentheses that could name it."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._calls: list[Call] = []
        self._before: re.Match[bytes] | None = None  # the item right before, if it is a word
        self._after_type = False  # whether a word or a star stands right before that
        self._typed = False
        self._word, self._floor = -1, 0
        self._assigned = False  # what an initialiser calls is no header

    def calls(self) -> list[Call]:
        """The calls in order; none where the text is no header."""
        at = 0
        while (item := _ITEM.match(self._text, at)) is not None:
            at = item.end()
            if item.lastindex == 2:
                self._group(item)
                self._take(None)
            elif item.lastindex == 1:
                if item.group(1) in CONTROL:
                    return []
                if item.group(1) in AGGREGATES and not self._free(item):
                    self._calls.clear()  # they stand before it and lack their semicolons
                    self._typed = False
                self._take(item)
            elif item.lastindex == 3:
                self._brackets(item)
            else:
                sign = item.group(4)
                if sign == b"(":
                    return []  # unbalanced, or nested beyond sense
                if sign == b":" and self._calls:
                    break  # a constructor's initialisers follow
                self._sign(sign, at)
        return [] if self._assigned else self._calls

    def _take(self, word: re.Match[bytes] | None) -> None:
        """Make a word, or nothing, what stands right before the next item."""
        before = self._before
        if before is not None:
            if ordinary(before.group(1)):
                self._word = before.start(1)
            self._typed = self._typed or is_type(before.group(1))
        self._after_type = word is not None and before is not None and is_type(before.group(1))
        self._before = word

    def _free(self, word: re.Match[bytes]) -> bool:
        """Whether a word that C++ reserves stands where only a name can."""
        if word.group(1) not in FREE or self._before is None:
            return False
        named = _NEXT_GROUP.match(self._text, word.end())
        return named is not None or self._before.group(1) in AGGREGATES

    def _group(self, group: re.Match[bytes]) -> None:
        call = _call(self._text, group, self._before, self._typed, self._after_type)
        if call is not None:
            self._calls.append(call._replace(word=self._word, floor=self._floor))

    def _brackets(self, item: re.Match[bytes]) -> None:
        if item.group(3).startswith(b"[["):
            return  # attributes may stand anywhere
        if not self._calls or self._text[self._calls[-1].closing + 1 : item.start(3)].strip(b") "):
            self._calls.clear()
        self._take(None)

    def _sign(self, sign: bytes, at: int) -> None:
        self._take(None)
        self._calls.clear()
        if sign in _TYPE_SIGNS:
            self._typed = True
            return
        self._floor, self._typed = at, False
        # A stray parenthesis closes a macro call that had semicolons inside.
        self._assigned = sign in b"=," or (self._assigned and sign != b")")


def _call(
    text: bytes, group: re.Match[bytes], before: re.Match[bytes] | None, typed: bool, after: bool
) -> Call | None:
    """The call that a group in parentheses makes with the word before it, or hides inside.

    `typed` says whether a type stands before that word, `after` whether it does so right before.
    """
    opening, closing = group.start(2), group.end(2) - 1
    following = _NEXT_GROUP.match(text, group.end(2))
    hidden = _hidden(text, group, before, following, typed)
    if hidden is not None:
        return hidden
    if before is None:  # `typeof(a)(name(int a))`
        return _whole_inside(text, opening, closing) if typed else None
    if _NUMBERS.match(text, opening):
        return None
    name = before.group(1)
    if name in NAMELESS and not (after and name in FREE):
        return _whole_inside(text, opening, closing) if name in TYPES - OPERATORS else None
    at, built = before.start(1), b""
    if following is not None and (typed or b"," in group.group(2) or shouting(name)):
        built = spelt(text[at : closing + 1])
        opening, closing = following.start(1), following.end(1) - 1
    return Call(at, name, opening, closing, typed=typed, built=built)


def _hidden(
    text: bytes,
    group: re.Match[bytes],
    before: re.Match[bytes] | None,
    following: re.Match[bytes] | None,
    typed: bool,
) -> Call | None:
    """The name in a group of its own: with a star before it, or alone before its parameters."""
    opening, closing = group.start(2), group.end(2) - 1
    inner = _INNER_NAME.match(text, opening, closing + 1)
    if inner is None:
        return None
    if inner.group(1) is not None:
        # `void (*name(parameters))(int)`, or an array's address: `int (*name(parameters))[32]`
        if following is None and _NEXT_BRACKETS.match(text, group.end(2)) is None:
            return None
        parameters = _ITEM.match(text, inner.start(2))
        end = parameters.end() - 1 if parameters else closing
        return Call(inner.start(1), inner.group(1), inner.start(2), end, typed=True)
    if following is None or not _encloses(text, before, opening, typed):
        return None
    at, start, end = inner.start(3), following.start(1), following.end(1) - 1
    return Call(at, inner.group(3), start, end, typed=True)  # `int (name)(parameters)`


def _encloses(text: bytes, before: re.Match[bytes] | None, opening: int, typed: bool) -> bool:
    """Whether a word before a name in parentheses is its type, and no macro that builds a name."""
    if before is None or before.group(1) in NAMELESS:
        return True
    word = before.group(1)
    if before.start(1) > 0 and _aggregate_before(text, before.start(1)):
        return True
    spaced = before.end(1) < opening
    if typed:
        return spaced and word.startswith(b"__")
    return spaced or not shouting(word)


def _aggregate_before(text: bytes, at: int) -> bool:
    words = text[:at].split()
    return bool(words) and words[-1] in AGGREGATES


def _whole_inside(text: bytes, opening: int, closing: int) -> Call | None:
    """`name(parameters)` as all that a group holds: `typeof(a)(name(int a))`."""
    whole = _WHOLE_INSIDE.fullmatch(text, opening, closing + 1)
    if whole is None:
        return None
    return Call(whole.start(1), whole.group(1), whole.start(2), whole.end(2) - 1, typed=True)


def _inside(text: bytes, call: Call) -> Call:
    """A call, or the header in its parentheses where it is but a type: `size_t (name(int a))`."""
    if call.typed or call.built:
        return call
    whole = _whole_inside(text, call.opening, call.closing)
    return call if whole is None else whole._replace(word=call.word, floor=call.floor)


def _chosen(text: bytes, calls: list[Call]) -> Call | None:
    """The call that names the function; the others are annotations or lack a semicolon.

    Lower-case names go before upper-case ones. Of several, one that follows another is an
    annotation, unless words stand between them, it begins a line after a call that did, or the
    one before stands where the type should.
    """
    best: Call | None = None
    for call in calls:
        if best is None or (best.word < 0 and text[call.at - 1 : call.at] == b"\n"):
            best = call
        elif shouting(call.name) != shouting(best.name):
            best = best if shouting(call.name) else call
        elif (
            call.word > best.closing
            or call.name.startswith(b"__") < best.name.startswith(b"__")
            or not (best.typed or best.built)
        ):
            best = call
    return best
