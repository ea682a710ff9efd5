"""C's declarations beside functions: tags with their members, typedefs, macros, variables, tables.

The functions of a file are cut out first, as `definitions` finds them; what is left is split at
its semicolons, and each piece read by shape.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from minekvm.core.c import compounds
from minekvm.core.c.compounds import Text
from minekvm.core.c.declarators import declarator, split
from minekvm.core.c.definitions import scan
from minekvm.core.c.source import condition_at, join_lines, strip_comments
from minekvm.core.c.words import GROUP, WORD
from minekvm.core.declarations import Declaration, DeclaredKind, Member
from minekvm.core.model import Function

_MACRO = re.compile(rb"#[ \t]*+define(?:[ \t]|\\\r?\n)++([A-Za-z_$][\w$]*+)(?!\()")
_AGGREGATE = re.compile(
    rb"(?<![\w$])(struct|union|enum)\b((?:\s*+(?:"
    + WORD
    + rb"\s*+"
    + GROUP
    + rb"|__\w++(?=\s*+\w)))*+)"
    rb"\s*+(" + WORD + rb")?(?:\s*+(?:__\w++|[A-Z_]++)(?:\s*+" + GROUP + rb")?+)*+\s*+\Z"
)
_TYPED_ENUM = re.compile(rb"\s*+:\s*+[\w\s]++\Z")
_LINKAGE = re.compile(rb"(?:\A|[;}\s])extern\s*+\Z")
_TYPEDEF = re.compile(rb"\s*+(?:__extension__\s++)?+typedef\b")
_FORWARD = re.compile(rb"\s*+extern\b")
_MADE = re.compile(
    rb"\s*+(?:static\s++)?+(?:(DEFINE_PER_CPU\w*+)\s*+\([^(),]*+(?:\([^()]*+\))?+,"
    rb"|(?:DEFINE_(?:RAW_)?(?:MUTEX|SPINLOCK|RWLOCK|SEMAPHORE|IDA|IDR|XARRAY\w*+|RATELIMIT_STATE"
    rb"|HASHTABLE|STATIC_KEY_(?:TRUE|FALSE)|SRCU|STATIC_SRCU|TIMER|WAIT|KFIFO)"
    rb"|(?:H?LIST_HEAD|DECLARE_(?:RWSEM|WAIT_QUEUE_HEAD|WORK|DELAYED_WORK|TASKLET|COMPLETION"
    rb"|HASHTABLE|BITMAP|KFIFO)))\s*+\()\s*+(\w++)\s*+[,)]"
)
_PARAMETER = re.compile(
    rb"(?<![\w$])(?:(?:module|core)_param\w*+|early_param)\s*+\(\s*+(\"?)(\w*+)"
)
_COMPATIBLE = re.compile(rb"\.compatible\s*+=\s*+\"([^\"\n]++)\"")
_CALL = re.compile(rb"\s*+" + WORD + rb"\s*+" + GROUP + rb"\s*+(?=[A-Za-z_])")
_KINDS: dict[bytes, DeclaredKind] = {b"struct": "struct", b"union": "union", b"enum": "enum"}
_TAG = re.compile(r"\b(?:struct|union|enum) (\w+)")
_PLAIN = frozenset(b"const volatile static extern unsigned signed struct union enum".split())


def declarations(
    source: bytes, functions: Sequence[Function] | None = None
) -> tuple[Declaration, ...]:
    """What a file declares beside `functions` (which are looked for if not given), in file order.

    Never raises, whatever the bytes.
    """
    found = _Reader(source, scan(source) if functions is None else functions)
    return tuple(sorted(found.read(), key=lambda d: (d.start_line, d.end_line)))


class _Reader:
    """One file being read."""

    def __init__(self, source: bytes, functions: Sequence[Function]) -> None:
        spans = [(f.start, f.end) for f in functions if f.kind != "macro"]
        self._text = Text(source, spans)
        self._source = source
        self._found: list[Declaration] = []

    def read(self) -> list[Declaration]:
        for directive in self._text.directives:
            match = _MACRO.match(directive.text)
            if match is not None:
                value = compounds.folded(strip_comments(join_lines(directive.text[match.end() :])))
                self._add(match.group(1), "macro", directive.start, directive.end, value)
        self._level(0, len(self._source))
        return self._found

    def _level(self, start: int, end: int) -> None:
        """What a stretch of the top level declares."""
        text = self._text
        for begin, over, braces in text.chunks(start, end):
            if len(braces) == 1 and _LINKAGE.search(text.code[begin : braces[0]]):
                self._level(braces[0] + 1, text.closing[braces[0]])
                continue
            self._chunk(begin, over, braces)

    def _chunk(self, begin: int, over: int, braces: list[int]) -> None:
        code = self._text.code
        begin += len(code[begin:over]) - len(code[begin:over].lstrip())
        if begin >= over:
            return
        while (call := _CALL.match(code, begin, over)) is not None:
            begin = call.end()  # a macro call without its semicolon
        rest = begin
        inside: tuple[Member, ...] = ()
        for brace in braces:
            head = _aggregate(code[begin:brace])
            if head is None:
                break
            rest = self._text.closing[brace] + 1
            self._aggregate(begin, brace, head, over)
            if not head[1] and head[0] != b"enum":
                inside = tuple(compounds.members(self._text, head[0], brace, rest - 1))
            break
        if not self._special(begin, over):
            self._objects(begin, rest, over, inside)

    def _aggregate(self, begin: int, brace: int, head: tuple[bytes, bytes], over: int) -> None:
        kind, tag = head
        close = self._text.closing[brace]
        members = compounds.members(self._text, kind, brace, close)
        found = tuple(members)
        if tag or (kind == b"enum" and found):  # what has no tag is told of what it is the type of
            whole = min(over + 1, len(self._source))
            self._add(tag, _KINDS[kind], begin, whole, "", found)
        for inner, inner_kind, start, end in compounds.nested(self._text, brace, close):
            inside = compounds.members(self._text, inner_kind, start, end)
            at = self._text.code.rfind(inner_kind, 0, start)
            self._add(inner, _KINDS[inner_kind], at, end + 1, "", tuple(inside))

    def _special(self, begin: int, over: int) -> bool:
        """Whether a piece is a macro that declares something."""
        code = self._text.code
        made = _MADE.match(code, begin, over)
        if made is not None:
            self._add(made.group(2), "variable", begin, over + 1, self._text.words(begin, over))
            return True
        parameter = _PARAMETER.match(self._source, begin, over)
        if parameter is not None and parameter.group(2):
            told = self._text.words(begin, over)
            self._add(parameter.group(2), "parameter", begin, over + 1, told)
            return True
        return False

    def _objects(self, begin: int, rest: int, over: int, inside: tuple[Member, ...]) -> None:
        """The variables or typedefs of a piece; what stands before `rest` is their type's body."""
        code, closing = self._text.code, self._text.closing
        kind: DeclaredKind = "typedef" if _TYPEDEF.match(code, begin) else "variable"
        bodied = rest > begin
        base = ""
        for number, (start, end) in enumerate(split(code, rest, over, closing)):
            first = number == 0 and not bodied
            named = declarator(code, start, end, closing, first=first)
            if named is None or named.bare or (named.function and kind != "typedef"):
                return
            if kind == "variable" and named.value < 0 and _FORWARD.match(code, begin):
                continue
            stop = named.end if named.value < 0 else named.value
            type_ = self._text.type(start, (named.at, named.at + len(named.name)), stop)
            if number == 0:
                type_ = f"{self._head(begin)} {type_}".strip() if bodied else type_
                base = self._text.words(start, named.at).rstrip("*( ")
                base = self._head(begin) if bodied else base
            else:
                type_ = f"{base} {type_}".strip()
            entries = (*inside, *compounds.entries(self._text, named.value, named.end))
            inside = ()
            whole = (begin if number == 0 else start), min(end + 1, len(self._source))
            of = _of(base)
            self._add(named.name, kind, *whole, type_.removeprefix("typedef "), entries, of)
            if of == "of_device_id":
                self._compatibles(*whole)

    def _compatibles(self, start: int, end: int) -> None:
        for match in _COMPATIBLE.finditer(self._source, start, end):
            close = self._source.find(b"}", match.end(), end)
            told = self._text.words(match.end(), close if close > 0 else end).strip(" ,")
            self._add(match.group(1), "compatible", match.start(), match.end(), told)

    def _head(self, begin: int) -> str:
        """The words before the body of a struct, as a type."""
        brace = self._text.code.find(b"{", begin)
        return self._text.words(begin, brace)

    def _add(
        self,
        name: bytes,
        kind: DeclaredKind,
        start: int,
        end: int,
        type_: str,
        members: tuple[Member, ...] = (),
        of: str = "",
    ) -> None:
        text = self._text
        line = text.line(start)
        self._found.append(
            Declaration(
                name.decode("latin-1"),
                kind,
                line,
                text.line(max(end - 1, start)),
                self._source[start:end],
                type_,
                members,
                of,
                condition_at(text.changes, start),
            )
        )


def _aggregate(head: bytes) -> tuple[bytes, bytes] | None:
    """The kind and the tag ("" without) of what a brace opens, or None if it is no such body."""
    typed = _TYPED_ENUM.search(head)
    found = _AGGREGATE.search(head[: typed.start()] if typed and b"enum" in head else head)
    return None if found is None else (found.group(1), found.group(3) or b"")


def _of(type_: str) -> str:
    """The name of a type: a tag, or else a typedef."""
    tagged = _TAG.search(type_)
    if tagged is not None:
        return tagged.group(1)
    words = [w for w in re.findall(r"\w+", type_) if w.encode() not in _PLAIN]
    return words[0] if words else ""
