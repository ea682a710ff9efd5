"""What stands in front of a brace: the header of a function, or something else.

Headers are read by shape, since macros may stand for anything in them: words, then `name(...)`,
then at most annotations. Which group in parentheses names the function is the one hard question,
which `naming` answers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from minekvm.core.c.macro_names import Call, symbol
from minekvm.core.c.naming import annotates, naming_call, words_before
from minekvm.core.c.source import NEWLINE, Directive, mask
from minekvm.core.c.words import AGGREGATES, CONTROL, GROUP, WORD, shouting
from minekvm.core.model import SymbolKind

_MACRO_CALL = rb"(" + WORD + rb")[ \t]*+(" + GROUP + rb")[ \t]*+"
# Lines that may stand above a header: macro calls, upper-case words; empty lines; what a masked
# comment or directive leaves.
_LINE_ABOVE = re.compile(
    rb"[ \t]*+(?:(?:static[ \t]++)?+" + _MACRO_CALL + rb"(?:" + _MACRO_CALL + rb")*+"
    rb"|(?P<word>[A-Z_][A-Z0-9_]*+)[ \t]*+)\r?\n"
    rb"|(?P<empty>[ \t]?\r?\n)|[ \t]++\r?\n"
)
_AGGREGATE_BODY = re.compile(rb"\{.*\}", re.DOTALL)
_SPLICE = re.compile(rb"\\(?=\r?\n)")
_KNR = re.compile(
    rb"(?<![\w$])" + WORD + rb"\s*+\(\s*+" + WORD + rb"(?:\s*+,\s*+" + WORD + rb")*+\s*+(\))"
    rb"(?:\s*+[A-Za-z_](?:[\w$\s*,\[\]]++|\(\s*+\*[\w\s*\[\]]*+\)\s*+\([^();]*+\)"
    rb"|\(\s*+" + GROUP + rb"\s*+\))*+;)++\s*+\Z"  # `__attribute__((unused))`
)
_MOST_CUTS = 8  # stretches of text between directives that are tried for a header
# Macro calls on a line above a function that belong to it; others lack their semicolon.
_ATTRIBUTE_LIKE = re.compile(
    rb"__|_\w*_\Z|SEC\Z|\w*(?:ATTR|PRINTF|FORMAT|GNUC|DEPRECATED|SECTION|ALIGN|NONNULL|UNUSED)"
)


_FUNCTION: SymbolKind = "function"
_SHORT, _REMEMBERED = 1_000, 8_192  # bytes of a header that is remembered, and how many are


class Header(NamedTuple):
    """A function's header: where it starts, what it defines.

    `firm` headers begin a function wherever they stand, even where braces before them do not
    balance: flush left, with a type or a defining macro, and without directives inside.
    """

    start: int
    name: bytes
    kind: SymbolKind
    firm: bool


def read_header(source: bytes, region: int, low: int, brace: int, clean: bool) -> Header | None:
    """The function header that ends at a brace, or None.

    The text between `region` and the brace lies outside of braces. The header begins behind `low`
    if it is `clean`, that is without semicolons, literals and directives, and otherwise behind the
    last semicolon. `low` may lie before `region`: a struct's body then is part of the header.
    """
    directives: list[Directive] = []
    text = source[low:brace]
    if not clean:
        text, directives = mask(source, low, brace)
    if b"\\" in text:
        text = _SPLICE.sub(b" ", text)
    carried = b"}" in text
    if carried:
        text = _AGGREGATE_BODY.sub(_one_word, text)
    if clean and text.strip():
        return _in_branches(source, low, text, directives, firm=not carried)
    return _behind_cuts(source, region, low, text, directives, firm=not carried)


def _behind_cuts(
    source: bytes, region: int, low: int, text: bytes, directives: list[Directive], firm: bool
) -> Header | None:
    """The header behind the last semicolon and, if one is there, the last #undef or #define.

    Macro calls before such a directive are no part of a header behind it, unless it stands in the
    middle of one.
    """
    cut = text.rfind(b";") + 1
    plain = (d.end - low for d in reversed(directives) if not d.branch and d.end - low > cut)
    done, tried = len(text), 0
    for at in (*plain, cut):
        if not text[at:done].strip() and at > cut:
            continue  # nothing between two directives
        done, tried = at, tried + 1
        if not text[at:].strip():
            return _knr(source, region, low + at)
        header = _in_branches(source, low + at, text[at:], directives, firm)
        if header is not None or tried == _MOST_CUTS:
            return header
    return None


def _in_branches(
    source: bytes, low: int, text: bytes, directives: list[Directive], firm: bool
) -> Header | None:
    """The header that a text is, which stands at `low` and may have alternatives."""
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
    read = _read if len(text) <= _SHORT else _read.__wrapped__
    found = read(text, macros)
    if found is None:
        return None
    start, at, name, kind, named = found
    typed = start < at
    flush = _flush(source, low + start) or _flush(source, low + at)
    if not flush and not typed:
        return None  # a call or a for_each macro, left over from a body
    return Header(low + start, name, kind, firm and flush and (typed or named))


@lru_cache(maxsize=_REMEMBERED)
def _read(text: bytes, macros: bool) -> tuple[int, int, bytes, SymbolKind, bool] | None:
    """What a header's text says, wherever it stands: where it begins and where the call that names
    it does, its name and kind, and whether a macro gave these. Versions of a file share most."""
    call = naming_call(text)
    if call is None:
        return None
    start = _start(text, call)
    words = words_before(text, start, call.at)
    if not CONTROL.isdisjoint(words) or _is_aggregate(text, start, call, words):
        return None
    named = symbol(text, call, words) if macros else None
    name, kind = named or (call.name, _FUNCTION)
    return start, call.at, name, kind, named is not None


def _is_aggregate(text: bytes, start: int, call: Call, words: list[bytes]) -> bool:
    """Whether what seems a call is the tag of a struct, or what annotates it."""
    if not words or words[-1] not in AGGREGATES:
        return False
    return not (len(words) > 1 and words[-2] in AGGREGATES)  # `struct class *f(void)`


def _flush(source: bytes, at: int) -> bool:
    return at == 0 or source[at - 1] == NEWLINE


def _start(text: bytes, call: Call) -> int:
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


def _belongs(line: re.Match[bytes], call: Call, last: bool) -> bool:
    """Whether a macro call on a line above a function annotates it or gives its type."""
    if _ATTRIBUTE_LIKE.match(line.group(1)) or annotates(line.group(2)):
        return True
    return last and not shouting(call.name)
