"""What stands in front of a brace: the header of a function, or something else.

Headers are read by shape, since macros may stand for anything in them: words, then `name(...)`,
then at most annotations. Which group in parentheses names the function is the one hard question.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from minekvm.core.c.source import NEWLINE, Directive, mask
from minekvm.core.model import SymbolKind

_WORD = rb"[A-Za-z_$][\w$]*+"
_INNER = rb"[^()]"
for _ in range(4):
    _INNER = rb"[^()]++|\((?:" + _INNER + rb")*+\)"
_GROUP = rb"\((?:" + _INNER + rb")*+\)"

_PLAIN = re.compile(
    rb"\s*+((?:" + _WORD + rb"(?:\s*+\*[\s*]*+|\s++(?!\()))++)"  # words and stars, then a name
    rb"(" + _WORD + rb")\s*+(" + _GROUP + rb")\s*+\Z"
)
_ITEM = re.compile(rb"\s*+(?:(" + _WORD + rb")|(" + _GROUP + rb")|(::|.))", re.DOTALL)
_INNER_NAME = re.compile(rb"\(\s*+(?:\*[\s*]*+(" + _WORD + rb")\s*+(\()|(" + _WORD + rb")\s*+\))")
_IDENTIFIER = re.compile(_WORD)
_SYSCALL = re.compile(rb"(COMPAT_)?SYSCALL(?:32)?_DEFINE\d\Z")
_MACRO_CALL = rb"(" + _WORD + rb")[ \t]*+(" + _GROUP + rb")[ \t]*+"
# Lines that may stand above a header: macro calls, upper-case words; empty lines; what a masked
# comment or directive leaves.
_LINE_ABOVE = re.compile(
    rb"[ \t]*+(?:(?:static[ \t]++)?+" + _MACRO_CALL + rb"(?:" + _MACRO_CALL + rb")*+"
    rb"|(?P<word>[A-Z_][A-Z0-9_]*+)[ \t]*+)\r?\n"
    rb"|(?P<empty>[ \t]?\r?\n)|[ \t]++\r?\n"
)
_AGGREGATE_BODY = re.compile(rb"\{.*\}", re.DOTALL)
_NUMBERS = re.compile(rb"\(\s*+\d[\d\s,]*+\)")
_KNR = re.compile(
    rb"(?<![\w$])" + _WORD + rb"\s*+\(\s*+" + _WORD + rb"(?:\s*+,\s*+" + _WORD + rb")*+\s*+(\))"
    rb"(?:\s*+[A-Za-z_](?:[\w$\s*,\[\]]++|\(\s*+\*[\w\s*\[\]]*+\)\s*+\([^();]*+\))*+;)++\s*+\Z"
)

_NEXT_GROUP = re.compile(rb"\s*+(" + _GROUP + rb")")
_TYPE_SIGNS = (b"*", b"&", b"::", b"[", b"]", b"<", b">", b"~", b":")

_CONTROL = frozenset(
    b"if else for while do switch case default return goto sizeof typedef namespace".split()
)
_AGGREGATES = frozenset(b"struct union enum class".split())
_TYPES = frozenset(
    b"void int char long short unsigned signed float double bool _Bool const volatile static"
    b" extern inline register auto typeof __typeof__ __typeof defined alignof _Alignof".split()
)
_STORAGE = frozenset(b"static extern inline asmlinkage notrace noinstr noinline".split())
# Annotations with arguments that stand right before or behind the name and parameters.
_ANNOTATIONS = frozenset(
    b"__attribute__ __attribute __declspec asm __asm__ __asm _Alignas alignas noexcept throw"
    b" decltype requires __acquires __releases __must_hold __acquire __release __cond_acquires"
    b" __cond_lock __printf __scanf __printf_like __nonnull __alloc_size __aligned __assume_aligned"
    b" __section __no_sanitize __target __copy __alias __counted_by __diagnose_as __context__"
    b" _printf_ _nonnull_ _cleanup_ _section_ _alignas_ _alloc_".split()
)
# Macro calls on a line above a function that belong to it; others lack their semicolon.
_ATTRIBUTE_LIKE = re.compile(
    rb"__|_\w*_\Z|SEC\Z|\w*(?:ATTR|PRINTF|FORMAT|GNUC|DEPRECATED|SECTION|ALIGN|NONNULL|UNUSED)"
)
_FUNCTION: SymbolKind = "function"
_NAMELESS = _ANNOTATIONS | _TYPES | _AGGREGATES


class Header(NamedTuple):
    """A function's header: where it starts, what it defines.

    `firm` headers begin a function wherever they stand, even where braces before them do not
    balance: flush left, with a type or a defining macro, and without directives inside.
    """

    start: int
    name: bytes
    kind: SymbolKind
    firm: bool


class _Call(NamedTuple):
    """A `name(...)` in a header.

    `word` is where the last ordinary word before it stands, `floor` where the header may begin.
    """

    at: int
    name: bytes
    opening: int
    closing: int
    word: int = -1
    floor: int = 0


def read_header(source: bytes, region: int, low: int, brace: int, clean: bool) -> Header | None:
    """The function header that ends at a brace, or None.

    The text between `region` and the brace lies outside of braces. The header begins behind `low`
    if it is `clean`, that is without semicolons, literals and directives, and otherwise behind the
    last semicolon. `low` may lie before `region`: a struct's body then is part of the header.
    """
    directives: list[Directive] = []
    text, firm = source[low:brace], True
    if not clean:
        text, directives = mask(source, low, brace)
        cut = text.rfind(b";") + 1
        # Macro calls before an #undef or #define are no part of a header behind it.
        cut = max([cut, *(d.end - low for d in directives if not d.branch)])
        low, text = low + cut, text[cut:]
    if not text.strip():
        return _knr(source, region, low)
    if b"}" in text:
        text, firm = _AGGREGATE_BODY.sub(_one_word, text), False
    first = low + len(text) - len(text.lstrip())
    directives = [d for d in directives if d.start > first]
    if any(d.branch == "else" for d in directives):
        header = _parse(source, low, _one_branch(text, directives, low), firm=False)
        if header is not None:
            return header
    return _parse(source, low, text, firm=firm and not directives)


def _one_word(match: re.Match[bytes]) -> bytes:
    return b"_".ljust(len(match.group()))


def _one_branch(text: bytes, directives: list[Directive], shift: int) -> bytes:
    """Blank all but one branch where a header has alternatives.

    That is the first branch, or the last where the brace stands in it, too.
    """
    pieces: list[bytes] = []
    done = depth = level = last = 0
    dropping = False
    for directive in directives:
        branch = directive.branch
        start, end = directive.start - shift, directive.end - shift
        if branch == "else" and not dropping:
            dropping, level = True, depth
            pieces.append(text[done:start])
            done = start
        if branch == "else" and depth <= level:
            last = end
        if branch == "endif" and dropping and depth <= level:
            dropping = False
            pieces.append(b" " * (end - done))
            done = end
        depth += (branch == "if") - (branch == "endif")
    if dropping:
        return b" " * last + text[last:]
    return b"".join(pieces) + text[done:]


def _knr(source: bytes, region: int, end: int) -> Header | None:
    """`int f(a) int a; {`: declarations between the parameters and the body."""
    if source.find(b")", region, end) < 0:
        return None
    text, directives = mask(source, region, end)
    match = _KNR.search(text)
    if match is None:
        return None
    low = text.rfind(b";", 0, match.start()) + 1
    inside = any(d.start > region + match.start() for d in directives)
    return _parse(source, region + low, text[low : match.end(1)], firm=not inside, macros=False)


def _parse(
    source: bytes, low: int, text: bytes, *, firm: bool, macros: bool = True
) -> Header | None:
    """Read a header's text, found at `low`, with nothing but code in it."""
    call: _Call | None
    plain = _PLAIN.match(text)
    if plain is not None and plain.group(2) not in _NAMELESS:
        call = _Call(plain.start(2), plain.group(2), plain.start(3), plain.end(3) - 1)
    else:
        call = _chosen(text, _calls(text))
    if call is None:
        return None
    start = _start(text, call)
    words = _IDENTIFIER.findall(text, start, call.at)
    if not _CONTROL.isdisjoint(words) or (words and words[-1] in _AGGREGATES):
        return None
    name, kind = call.name, _FUNCTION
    named = None
    if macros and _shouting(name) and (name[:4] == b"BPF_" or all(map(_storage, words))):
        named = _named_by_macro(name, text[call.opening + 1 : call.closing])
        name, kind = named or (name, kind)
    typed = start < call.at
    flush = _flush(source, low + start) or _flush(source, low + call.at)
    if not flush and not typed:
        return None  # a call or a for_each macro, left over from a body
    return Header(low + start, name, kind, firm and flush and (typed or named is not None))


def _storage(word: bytes) -> bool:
    return word in _STORAGE or word.startswith(b"__")


def _flush(source: bytes, at: int) -> bool:
    return at == 0 or source[at - 1] == NEWLINE


def _calls(text: bytes) -> list[_Call]:
    """Every group in parentheses that could name a function, in order."""
    calls: list[_Call] = []
    before: re.Match[bytes] | None = None  # the item right before, if it is a word
    word, floor, at = -1, 0, 0
    assigned = False  # what an initialiser calls is no header
    while (item := _ITEM.match(text, at)) is not None:
        at = item.end()
        if item.lastindex == 2:
            call = _call(text, item, before)
            if call is not None:
                calls.append(call._replace(word=word, floor=floor))
        elif before is not None and _ordinary(before.group(1)):
            word = before.start(1)
        before = item if item.lastindex == 1 else None
        if item.lastindex == 3:
            sign = item.group(3)
            if sign == b"(":
                return []  # unbalanced, or nested beyond sense
            if sign == b":" and calls:
                break  # a constructor's initialisers follow
            calls.clear()
            if sign not in _TYPE_SIGNS:
                floor = at
                # A stray parenthesis closes a macro call that had semicolons inside.
                assigned = sign in b"=," or (assigned and sign != b")")
        elif item.group(1) in _CONTROL:
            return []
        elif item.group(1) in _AGGREGATES:
            calls.clear()  # they stand before the declaration and lack their semicolons
    return [] if assigned else calls


def _ordinary(word: bytes) -> bool:
    return not (word.startswith(b"__") or _shouting(word))


def _shouting(name: bytes) -> bool:
    return len(name) > 1 and name.isupper()


def _call(text: bytes, group: re.Match[bytes], before: re.Match[bytes] | None) -> _Call | None:
    """The call that a group in parentheses makes with the word before it, or hides inside."""
    opening, closing = group.start(2), group.end(2) - 1
    following = _NEXT_GROUP.match(text, group.end(2))
    inner = _INNER_NAME.match(text, opening, closing + 1) if following else None
    if inner is not None and following is not None:
        if inner.group(1) is not None:  # `void (*name(parameters))(int)`
            parameters = _ITEM.match(text, inner.start(2))
            end = parameters.end() - 1 if parameters else closing
            return _Call(inner.start(1), inner.group(1), inner.start(2), end)
        if before is None or before.group(1) in _NAMELESS:  # `int (name)(parameters)`
            at = inner.start(3)
            return _Call(at, inner.group(3), following.start(1), following.end(1) - 1)
    if before is None or before.group(1) in _NAMELESS or _NUMBERS.match(text, opening):
        return None
    return _Call(before.start(1), before.group(1), opening, closing)


def _chosen(text: bytes, calls: list[_Call]) -> _Call | None:
    """The call that names the function; the others are annotations or lack a semicolon.

    Lower-case names go before upper-case ones. Of several, one that follows another is an
    annotation, unless words stand between them or it begins a line after a call that did.
    """
    best: _Call | None = None
    for call in calls:
        if best is None or (best.word < 0 and text[call.at - 1 : call.at] == b"\n"):
            best = call
        elif _shouting(call.name) != _shouting(best.name):
            best = best if _shouting(call.name) else call
        elif call.word > best.closing or call.name.startswith(b"__") < best.name.startswith(b"__"):
            best = call
    return best


def _start(text: bytes, call: _Call) -> int:
    """Where a header begins: behind macro calls and upper-case words on lines of their own.

    Not behind those that annotate the function: they have no empty line behind them.
    """
    start = at = call.floor
    over = len(text[: call.at].rstrip())  # what stands before the name
    kept = False
    while (line := _LINE_ABOVE.match(text, at, call.at)) is not None:
        at = line.end()
        if line["word"] is not None:
            kept = True
        elif line.group(1) is not None:
            kept = kept or _belongs(line, call, at >= over)
        if line["empty"] is not None or not (kept or line.group().isspace()):
            start, kept = at, False
    return start + len(text[start : call.at]) - len(text[start : call.at].lstrip())


def _belongs(line: re.Match[bytes], call: _Call, last: bool) -> bool:
    """Whether a macro call on a line above a function annotates it or gives its type."""
    if _ATTRIBUTE_LIKE.match(line.group(1)) or _NUMBERS.match(line.group(2)):
        return True
    return last and not _shouting(call.name)


def _named_by_macro(macro: bytes, text: bytes) -> tuple[bytes, SymbolKind] | None:
    """The symbol that `MACRO(name, ...) {` defines, or None where there is none.

    A macro may also wrap a whole header: `UNUSED(static int f(int a)) {`.
    """
    arguments = [argument.strip() for argument in text.split(b",")]
    if not _IDENTIFIER.fullmatch(arguments[0]):
        whole = _PLAIN.match(text)
        return (whole.group(2), "function") if whole is not None else None
    syscall = _SYSCALL.match(macro)
    if syscall is not None:
        return (b"compat_sys_" if syscall.group(1) else b"sys_") + arguments[0], "syscall"
    if len(arguments) == 2 and _IDENTIFIER.fullmatch(arguments[1]) and macro[:4] != b"BPF_":
        return macro + b"(" + b", ".join(arguments) + b")", "function"
    return arguments[0], "function"
