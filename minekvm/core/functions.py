"""Bytes of C to definitions: functions, function-like macros, tracepoints, syscalls.

A scanner rather than a parser: kernel C without its headers is not parseable (annotations, for_each
macros, `#ifdef` inside statements), while definitions are found by masking comments, strings and
directives and matching braces, which agrees with universal-ctags for nearly all names. `scan` finds
everything in a file; `find` finds one name far faster and must agree with `scan`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from minekvm.core.model import Function, SymbolKind
from minekvm.core.source import (
    Directive,
    condition_at,
    conditions,
    mask,
    strip_comments,
)


class Lines:
    """Turns byte offsets into line numbers, counted from 1."""

    def __init__(self, source: bytes) -> None:
        self._starts = [0]
        find = source.find
        at = find(b"\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = find(b"\n", at + 1)

    def number(self, offset: int) -> int:
        return bisect_right(self._starts, offset)


_MAX_HEADER = 20_000  # bytes between two definitions that may still be one header
_CALL_LIKE = re.compile(rb"([A-Za-z_$][\w$]*+)\s*+\(")
_BRACE = re.compile(rb"[{}]")
_DEFINE = re.compile(rb"[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*+)\(")
_CONDITIONAL = re.compile(rb"[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b")
_TRACEPOINT = re.compile(
    rb"^[ \t]*+((?:TRACE_EVENT|DEFINE_EVENT|DECLARE_EVENT_CLASS|DECLARE_TRACE)\w*+)\s*+\(",
    re.MULTILINE,
)
_SYSCALL = re.compile(rb"(COMPAT_)?SYSCALL(?:32)?_DEFINE\d\Z")
_IDENTIFIER = re.compile(rb"[A-Za-z_$][\w$]*+")
_WORD = re.compile(rb"\w+")
_KNR_DECLARATIONS = re.compile(rb"\)\s*+(?:[\w$*\s,\[\]]++;\s*+)++\Z")
_AGGREGATE = re.compile(rb"\s*+(?:typedef\s++|static\s++|const\s++)*+(?:struct|union|enum)\b")

# Words that take parentheses in front of a body but name no function.
_KEYWORDS = frozenset(
    b"if for while switch return sizeof defined typeof __typeof__ __typeof catch else do case"
    b" void int char long short unsigned signed float double bool const volatile static extern"
    b" inline struct union enum goto alignof _Alignof".split()
)
# Annotations with arguments, before or behind the parameter list.
_ANNOTATIONS = frozenset(
    b"__attribute__ __attribute __declspec asm __asm__ __asm _Alignas alignas noexcept throw"
    b" __acquires __releases __must_hold __acquire __release __cond_acquires __printf __scanf"
    b" __alloc_size __aligned __section __malloc __nonnull __no_sanitize __diagnose_as"
    b" __counted_by __copy __alias __weakref __cold __hot __target __flatten __pure_fn"
    b" __bpf_kfunc_args __must_not_hold __context_unsafe __guarded_by G_GNUC_PRINTF _pure_"
    b" _printf_ _nonnull_ _cleanup_ _section_ _alignas_ requires decltype".split()
)


def scan(source: bytes) -> tuple[Function, ...]:
    """Every definition in a file, in file order. Never raises, whatever the bytes."""
    text, directives = mask(source)
    lines = Lines(source)
    changes = list(conditions(source, directives))
    found: list[Function] = []

    def add(name: bytes, kind: SymbolKind, start: int, end: int, signature_end: int) -> None:
        found.append(
            Function(
                name=name.decode("latin-1"),
                kind=kind,
                start=start,
                end=end,
                start_line=lines.number(start),
                end_line=lines.number(max(start, end - 1)),
                signature=_signature(source[start:signature_end]),
                condition=condition_at(changes, start),
                text=source[start:end],
            )
        )

    for start, body, end, name, kind in _bodies(text, directives):
        add(name, kind, start, end, body)
    for start, signature_end, end, name in _macros(directives):
        add(name, "macro", start, end, signature_end)
    for start, end, name in _tracepoints(text):
        add(name, "tracepoint", start, end, start)
    found.sort(key=lambda f: (f.start, f.end))
    return tuple(found)


def find(source: bytes, name: str) -> tuple[Function, ...]:
    """The definitions of one name in a file: what `scan` gives, filtered, but cheaper.

    Most versions of a file in a history do not define the name at all or define it once, plainly:
    those are told apart from bytes alone, and only what could be a definition is scanned for.
    """
    if not any(word in source for word in _needles(name)):
        return ()
    return tuple(f for f in scan(source) if f.name == name)


def _needles(name: str) -> tuple[bytes, ...]:
    """Bytes one of which a file must contain to define the name."""
    plain = name.encode("latin-1", "replace")
    for prefix in (b"trace_", b"event_class_", b"sys_", b"compat_sys_"):
        if plain.startswith(prefix):
            return (plain, plain[len(prefix) :])
    return (plain.split(b"(", 1)[0],)


def _signature(header: bytes) -> str:
    text = strip_comments(header).replace(b"\\\n", b" ")
    return " ".join(text.decode("utf-8", "replace").split())


def _macros(directives: list[Directive]) -> Iterator[tuple[int, int, int, bytes]]:
    for directive in directives:
        match = _DEFINE.match(directive.text)
        if match is None:
            continue
        close = directive.text.find(b")", match.end())
        if close < 0:
            continue
        start = directive.start + (len(directive.text) - len(directive.text.lstrip()))
        yield start, directive.start + close + 1, directive.end, match.group(1)


def _tracepoints(text: bytes) -> Iterator[tuple[int, int, bytes]]:
    for match in _TRACEPOINT.finditer(text):
        close = _closing(text, match.end() - 1, len(text))
        if close < 0:
            continue
        macro = match.group(1)
        arguments = text[match.end() : close].split(b",", 2)
        wanted = 1 if macro.startswith(b"DEFINE_EVENT") else 0
        if len(arguments) <= wanted:
            continue
        name = arguments[wanted].strip()
        if not _IDENTIFIER.fullmatch(name):
            continue  # the definition of such a macro, not a use of it
        prefix = b"event_class_" if macro.startswith(b"DECLARE_EVENT_CLASS") else b"trace_"
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = close + 1
        if text[end : end + 1] == b";":
            end += 1
        yield start, end, prefix + name


def _bodies(
    text: bytes, directives: list[Directive]
) -> Iterator[tuple[int, int, int, bytes, SymbolKind]]:
    """Each top-level `header {...}` that is a function: (start, body, end, name, kind)."""
    marks = _marks(text, directives)
    index, last = 0, 0
    while index < len(marks):
        at, mark = marks[index]
        if mark != b"{":
            if mark == b"}":
                last = at + 1
            index += 1
            continue
        if _transparent(text, last, at):
            last = at + 1
            index += 1
            continue
        closing = _matching(text, marks, index)
        end = marks[closing][0] + 1 if closing < len(marks) else len(text)
        header = _header(text, last, at)
        if header is not None:
            start, name, kind = header
            yield start, at, end, name, kind
        last = end
        index = closing + 1


def _marks(text: bytes, directives: list[Directive]) -> list[tuple[int, bytes]]:
    """Braces and conditional directives in file order."""
    marks = [(m.start(), m.group()) for m in _BRACE.finditer(text)]
    conditionals = []
    for directive in directives:
        match = _CONDITIONAL.match(directive.text)
        if match is not None:
            conditionals.append((directive.start, match.group(1)))
    if not conditionals:
        return marks
    marks += conditionals
    marks.sort()
    return marks


def _matching(text: bytes, marks: list[tuple[int, bytes]], opening: int) -> int:
    """The index of the mark that closes the brace at `opening`, or len(marks).

    Branches of one #if each start from the depth before it. Where the braces never balance (a
    macro hides one), the first closing brace in the first column ends the function.
    """
    depth = 0
    saved: list[int] = []
    column_zero = -1
    for index in range(opening, len(marks)):
        at, mark = marks[index]
        if mark == b"{":
            if depth == 1 and column_zero >= 0 and text[at - 1 : at] == b"\n":
                break  # a body opens in the first column after one seemed to end: unbalanced
            depth += 1
        elif mark == b"}":
            depth -= 1
            if depth <= 0:
                return index
            if column_zero < 0 and text[at - 1 : at] == b"\n" and not saved:
                column_zero = index
        elif mark in (b"if", b"ifdef", b"ifndef"):
            saved.append(depth)
        elif mark == b"endif":
            if saved:
                saved.pop()
        elif saved:
            depth = saved[-1]
    return column_zero if column_zero >= 0 else len(marks)


def _transparent(text: bytes, last: int, at: int) -> bool:
    """Whether the brace opens a linkage or namespace block, whose inside is top level too."""
    words = _WORD.findall(text, max(last, at - 60, text.rfind(b";", last, at) + 1), at)
    return words[-1:] == [b"extern"] or words[:1] == [b"namespace"]


def _closing(text: bytes, opening: int, limit: int) -> int:
    """The offset of the parenthesis that closes the one at `opening`, or -1."""
    depth = 0
    at = opening
    while True:
        close = text.find(b")", at, limit)
        if close < 0:
            return -1
        depth += text.count(b"(", at, close) - 1
        if depth <= 0:
            return close
        at = close + 1


def _header(text: bytes, last: int, brace: int) -> tuple[int, bytes, SymbolKind] | None:
    """Read what stands in front of a top-level brace: (start, name, kind) if a function's."""
    low = max(last, brace - _MAX_HEADER)
    after = text.rfind(b";", low, brace) + 1
    if after > low and not text[after:brace].strip():
        knr = _knr_start(text, low, brace)  # declarations between the parameters and the body
        if knr is None:
            return None
        low, limit = knr
    else:
        low, limit = max(low, after), brace
    header = text[low:limit]
    stripped = header.rstrip()
    if not stripped or stripped.endswith((b"=", b",", b"(")):
        return None
    groups = _groups(text, low, limit)
    if not groups:
        return None
    if _AGGREGATE.match(header) and b"=" in header[: groups[0][0] - low]:
        return None
    chosen = _choose(groups)
    if chosen is None:
        return None
    at, name, opening, close = chosen
    if b"=" in text[low:at]:
        return None
    kind: SymbolKind = "function"
    if not text[low:at].strip() or _alone(text, low, at):
        macro = _named_by_macro(text, name, opening, close)
        if macro is not None:
            name, kind = macro
    start = _start(text, low, at, groups)
    return start, name, kind


def _knr_start(text: bytes, low: int, brace: int) -> tuple[int, int] | None:
    """For `int f(a) int a; {`: where the header may begin and where its parameters end."""
    chunk = text[low:brace]
    match = None
    close = chunk.find(b")")
    while close >= 0 and match is None:
        match = _KNR_DECLARATIONS.match(chunk, close)
        if match is None:
            close = chunk.find(b")", close + 1)
    if match is None:
        return None
    limit = low + match.start() + 1
    return text.rfind(b";", low, limit) + 1 or low, limit


def _groups(text: bytes, low: int, limit: int) -> list[tuple[int, bytes, int, int]]:
    """Top-level `name(...)` groups of a header: (offset, name, opening, closing)."""
    groups = []
    at = low
    while True:
        match = _CALL_LIKE.search(text, at, limit)
        if match is None:
            return groups
        between = text.find(b"(", at, match.start())
        if between >= 0:  # a parenthesis without a name before it: step over it as a whole
            close = _closing(text, between, limit)
            if close < 0:
                return groups
            at = close + 1
            continue
        close = _closing(text, match.end() - 1, limit)
        if close < 0:
            return groups
        if match.group(1) in _KEYWORDS:
            inner = _function_returning_pointer(text, match.end() - 1, close)
            if inner is not None:
                groups.append(inner)
        elif match.group(1) not in _ANNOTATIONS:
            groups.append((match.start(), match.group(1), match.end() - 1, close))
        at = close + 1


def _function_returning_pointer(
    text: bytes, opening: int, close: int
) -> tuple[int, bytes, int, int] | None:
    """`(*name(parameters))` in `void (*name(parameters))(int)`."""
    match = re.compile(rb"\(\s*+\*++\s*+([A-Za-z_]\w*+)\s*+\(").match(text, opening, close)
    if match is None:
        return None
    inner = _closing(text, match.end() - 1, close)
    return None if inner < 0 else (match.start(1), match.group(1), match.end() - 1, inner)


def _choose(groups: list[tuple[int, bytes, int, int]]) -> tuple[int, bytes, int, int] | None:
    """The group that names the function: the last that is no annotation macro."""
    lower = [g for g in groups if not _shouting(g[1])]
    return (lower or groups)[-1]


def _shouting(name: bytes) -> bool:
    return name.upper() == name and len(name) > 1 and any(65 <= c <= 90 for c in name)


def _alone(text: bytes, low: int, at: int) -> bool:
    """Whether only storage words stand before the name, so that it may be a defining macro."""
    words = set(_WORD.findall(text, low, at))
    return words <= {b"static", b"asmlinkage", b"inline", b"notrace", b"noinstr"}


def _named_by_macro(
    text: bytes, macro: bytes, opening: int, close: int
) -> tuple[bytes, SymbolKind] | None:
    """The symbol that `MACRO(name, ...) {` defines, or None where the macro is no macro."""
    arguments = [a.strip() for a in text[opening + 1 : close].split(b",")]
    if not arguments or not _IDENTIFIER.fullmatch(arguments[0]):
        return None
    syscall = _SYSCALL.match(macro)
    if syscall:
        return (b"compat_sys_" if syscall.group(1) else b"sys_") + arguments[0], "syscall"
    if not _shouting(macro):
        return None
    if len(arguments) > 1 and all(_IDENTIFIER.fullmatch(a) for a in arguments):
        return macro + b"(" + b", ".join(arguments) + b")", "function"
    return arguments[0], "function"


def _start(text: bytes, low: int, at: int, groups: list[tuple[int, bytes, int, int]]) -> int:
    """Where the header begins: not at a macro call that lacks its semicolon on lines above."""
    start = low
    for group_at, name, _, close in groups:
        if group_at >= at:
            break
        newline = text.find(b"\n", close)
        first_on_line = not text[text.rfind(b"\n", 0, group_at) + 1 : group_at].strip()
        if first_on_line and 0 <= newline <= at and not text[close + 1 : newline].strip():
            statement = not name.startswith(b"__")
            start = newline + 1 if statement else start
    while start < at and text[start : start + 1].isspace():
        start += 1
    return start


__all__ = ["find", "scan"]
