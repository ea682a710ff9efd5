"""The insides of C's compound declarations: fields, enum constants, the entries of tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from minekvm.core.c.brackets import pairs
from minekvm.core.c.declarators import declarator, split
from minekvm.core.c.source import (
    CLOSE,
    HASH,
    OPEN,
    SLASH,
    Directive,
    condition_at,
    conditions,
    events,
    join_lines,
)
from minekvm.core.c.words import GROUP, WORD
from minekvm.core.declarations import Member

_SIGN = re.compile(rb"[;{}(\[]")
_NEWLINE = re.compile(rb"\n")
_BLANK = bytes(10 if byte == 10 else 32 for byte in range(256))
_SQUARE = re.compile(rb"[][]")
_TAGGED = re.compile(
    rb"(?<![\w$])(struct|union|enum)\b(?:\s*+(?:"
    + WORD
    + rb"\s*+"
    + GROUP
    + rb"|__\w++(?=\s*+\w)))*+"
    rb"\s*+(" + WORD + rb")?[\w\s]*+\Z"
)
_CONSTANT = re.compile(rb"\s*+(" + WORD + rb")\s*+(?:(?:__\w++|[A-Z_]++)(?:\s*+" + GROUP
                       + rb")?+\s*+)?+(=|\Z)")  # fmt: skip
_NAMED_ENTRY = re.compile(
    rb"\s*+(?:\.\s*+([\w.\[\]]++)\s*+=|("
    + WORD
    + rb")\s*+:(?!:)|(\[[^\]]*+\](?:\s*+\.\w++)?+)\s*+=?)"
)
_KEY = re.compile(
    rb"[{\s(&]*+(?:\.\w++\s*+=\s*+[{\s&]*+)?+(\"[^\"\n]*+\"|[\w.]++(?:\s*+" + GROUP + rb")?+)"
)
_MADE_FIELD = re.compile(
    rb"\s*+(?:[A-Z_]*?DECLARE\w*+|struct_group\w*+)\s*+\(\s*+(" + WORD + rb")\s*+[,)]"
)
_CALL_ABOVE = re.compile(rb"\s*+" + WORD + rb"\s*+" + GROUP + rb"[ \t]*+\n(?=\s*+[A-Za-z_])")
_SCALARS = (b'"', *(b"%d" % n for n in range(10)))  # how strings and numbers begin
_LONGEST = 400  # characters of what is told of a member


class Text:
    """A file as it stands (`source`) and with nothing but code (`code`), and what is at a place."""

    def __init__(self, source: bytes, hidden: Iterable[tuple[int, int]]) -> None:
        """`hidden` are spans whose code does not count, in file order; each ends a declaration."""
        self.source = source
        self.directives: list[Directive] = []
        self.code, self.spoken = self._masked(source, hidden)
        self.changes = list(conditions(source, self.directives))
        self.closing = pairs(self.code) | _squares(self.code)
        self._newlines = [m.start() for m in _NEWLINE.finditer(source)]

    def _masked(self, source: bytes, hidden: Iterable[tuple[int, int]]) -> tuple[bytes, bytes]:
        """The code alone, and the code with its literals."""
        code, spoken = bytearray(source), bytearray(source)
        for char, start, end in events(source):
            if char in (OPEN, CLOSE):
                continue
            if char == HASH:
                self.directives.append(Directive(start, end, source[start:end]))
            blank = blanked(source[start:end])
            code[start:end] = blank
            if char in (HASH, SLASH):
                spoken[start:end] = blank
        for start, end in hidden:
            code[start:end] = blanked(source[start:end])[:-1] + b";"
        return bytes(code), bytes(spoken)

    def line(self, at: int) -> int:
        """The line of an offset, from 1."""
        return 1 + bisect_left(self._newlines, at)

    def words(self, start: int, end: int) -> str:
        """A stretch of source without comments and directives, white space folded."""
        return folded(join_lines(self.spoken[start:end]))

    def type(self, start: int, name: tuple[int, int], end: int) -> str:
        """The words around a name: what is declared of it."""
        before, behind = self.words(start, name[0]), self.words(name[1], end)
        joint = "" if before.endswith(("*", "(")) and behind[:1] in (")", "[", "(") else " "
        return f"{before}{joint}{behind}".strip()

    def chunks(self, start: int, end: int) -> Iterator[tuple[int, int, list[int]]]:
        """The pieces between semicolons: where each begins and ends, and its outer braces."""
        at = begin = start
        braces: list[int] = []
        while (match := _SIGN.search(self.code, at, end)) is not None:
            sign, place = match.group(), match.start()
            at = place + 1
            if sign in (b";", b"}"):
                yield begin, place, braces
                begin, braces = at, []
            else:
                close = self.closing.get(place, -1)
                if 0 <= close < end:
                    braces += [place] if sign == b"{" else []
                    at = close + 1
        yield begin, end, braces


def _squares(code: bytes) -> dict[int, int]:
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _SQUARE.finditer(code):
        if match.group() == b"[":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


def folded(text: bytes) -> str:
    """Code on one line, spaces only where they part words."""
    return b" ".join(text.split()).decode("latin-1")


def blanked(text: bytes) -> bytes:
    """Spaces of equal length, with the newlines."""
    return text.translate(_BLANK)


def members(text: Text, kind: bytes, brace: int, close: int) -> Iterator[Member]:
    """What stands in the body of a tag: constants of an enum, or fields."""
    if kind == b"enum":
        yield from _constants(text, brace + 1, close)
    else:
        yield from _fields(text, brace + 1, close, "")


def _constants(text: Text, start: int, end: int) -> Iterator[Member]:
    for begin, over in split(text.code, start, end, text.closing):
        match = _CONSTANT.match(text.code, begin, over)
        if match is not None:
            value = text.words(match.end(), over) if match.group(2) else ""
            yield _member(text, match.group(1), "constant", value, match.start(1))


def _fields(text: Text, start: int, end: int, within: str) -> Iterator[Member]:
    """Fields; those of a struct inside have its field's name before theirs, if it has one."""
    for first, over, braces in text.chunks(start, end):
        begin = first
        while (call := _CALL_ABOVE.match(text.code, begin, over)) is not None:
            begin = call.end()
        head = _TAGGED.search(text.code[begin : braces[0]]) if braces else None
        if head is None:
            yield from _plain_fields(text, begin, begin, over, within, "")
            continue
        close = text.closing[braces[0]]
        kind = head.group(1)
        base = text.words(begin, braces[0])
        own = list(_plain_fields(text, begin, close + 1, over, within, base))
        yield from own
        if kind == b"enum" or head.group(2):
            continue  # told of by itself
        inside = own[0].name + "." if own else within
        yield from _fields(text, braces[0] + 1, close, inside)


def _plain_fields(
    text: Text, begin: int, rest: int, over: int, within: str, base: str
) -> Iterator[Member]:
    """The fields that the declarators from `rest` on name."""
    made = _MADE_FIELD.match(text.code, begin, over)
    if made is not None:
        yield _member(text, made.group(1), "field", text.words(begin, over), made.start(1), within)
        return
    bodied = rest > begin
    for number, (start, end) in enumerate(split(text.code, rest, over, text.closing)):
        first = number == 0 and not bodied
        named = declarator(text.code, start, end, text.closing, first=first)
        if named is None or named.bare:
            return
        type_ = text.type(start, (named.at, named.at + len(named.name)), end)
        if first:
            base = text.words(start, named.at).rstrip("*( ")
        else:
            type_ = f"{base} {type_}".strip()
        yield _member(text, named.name, "field", type_, named.at, within)


def nested(text: Text, brace: int, close: int) -> Iterator[tuple[bytes, bytes, int, int]]:
    """The tags and enums defined inside of a body: name ("" without), kind, and their bodies."""
    at = brace + 1
    while (at := text.code.find(b"{", at, close)) >= 0:
        end = text.closing.get(at, -1)
        low = max(text.code.rfind(sign, brace, at) for sign in (b";", b"{", b"}", b","))
        head = _TAGGED.search(text.code[low + 1 : at])
        if head is not None and 0 <= end < close and (head.group(2) or head.group(1) == b"enum"):
            yield head.group(2) or b"", head.group(1), at, end
        at += 1


def entries(text: Text, value: int, end: int) -> Iterator[Member]:
    """The entries of a table: by what they designate, else by what begins them."""
    brace = text.code.find(b"{", value, end) if value >= 0 else -1
    close = text.closing.get(brace, -1)
    if brace < 0 or not 0 <= close <= end or text.code[value + 1 : brace].strip():
        return
    for begin, over in split(text.code, brace + 1, close, text.closing):
        if not text.spoken[begin:over].strip():
            continue
        match = _NAMED_ENTRY.match(text.code, begin, over)
        if match is not None:
            name = match.group(1) or match.group(2) or match.group(3)
            yield _member(
                text,
                name,
                "entry",
                text.words(match.end(), over),
                match.start(match.lastindex or 0),
            )
            continue
        first = begin + len(text.spoken[begin:over]) - len(text.spoken[begin:over].lstrip())
        key = _KEY.match(text.spoken, first, over)
        if key is not None and key.group(1) not in (b"NULL", b"0"):
            if key.group(1) == text.spoken[first:over].strip() and key.group(1)[:1] in _SCALARS:
                continue  # words and numbers one after another lead nowhere
            name = b" ".join(key.group(1).split())
            yield _member(text, name, "entry", text.words(first, over), key.start(1))


def _member(text: Text, name: bytes, kind: str, type_: str, at: int, within: str = "") -> Member:
    return Member(
        within + name.decode("latin-1"),
        kind,  # type: ignore[arg-type]
        type_[:_LONGEST],
        text.line(at),
        condition_at(text.changes, at),
    )
