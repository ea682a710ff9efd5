"""Edits that tell nothing of what a line does: braces, comments, white space, renamed identifiers.

A renaming is one identifier that gives way to another throughout an edit: wherever lines that are
otherwise the same have other identifiers, the one always became the other, it stands in no new line
any more, and the other stood in no old one. A variable must be renamed in several lines; what is
called, a member or a constant is often replaced on purpose, so that its definition must be among
the lines, or the commit's subject speak of renaming, or the lines be many.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

_TOKEN = re.compile(
    rb"\"(?:[^\"\\]|\\.)*+\"?+|'(?:[^'\\]|\\.){1,4}+'|[A-Za-z_]\w*+|\d\w*+|->|\+\+|--|&&|\|\||<<=?+|>>=?+|[-+*/%&|^=!<>]=|[^\s\w]"
)
_COMMENT = re.compile(rb"/\*(?:(?!\*/).)*+(?:\*/)?+|//.*+", re.DOTALL)
_BARE = re.compile(rb"[\s{}]++")
_SPEAKS = re.compile(r"\brenam(?:e[sd]?|ing)\b|\bs/\w+/\w+/", re.IGNORECASE)
_FIXED = frozenset(
    b"if else for while do switch case default return break continue goto sizeof static inline"
    b" const struct union enum void int char unsigned signed long short bool true false NULL"
    b" extern volatile typedef define ifdef ifndef endif include elif float double u8 u16 u32 u64"
    b" s8 s16 s32 s64 uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t size_t"
    b" ssize_t undef defined register auto typeof restrict".split()
)
_NO_TYPE = frozenset(b"return else goto case sizeof do if while for switch".split())
_LINES, _MANY = 2, 6  # lines in which a variable, and anything else, must be renamed
_LONGEST = 3_000  # changed lines of an edit that are looked through
_WRAPPED = 12  # lines over which one may be broken
_TAGS = frozenset((b"struct", b"union", b"enum"))
_TAG, _MEMBER = b"#", b">"  # before a name: that of a type's tag, or of a member

Renaming = Mapping[bytes, bytes]
_Hunks = Iterable[tuple[Sequence[bytes], Sequence[bytes]]]


def bare(line: bytes) -> bytes:
    """A line without comments, braces and white space; b"" where nothing else is in it."""
    if b"/" in line:
        line = _COMMENT.sub(b"", line)
    return _BARE.sub(b"", line)


def renamed(line: bytes, names: Renaming) -> bytes:
    """A line without comments, braces and white space, its identifiers renamed."""
    words = _words(line)
    shown = (
        names.get(word, word).lstrip(_TAG + _MEMBER) if _is_name(word) else word for word in words
    )
    return b"".join(
        _BARE.sub(b"", word) if word[:1] in (b'"', b"'") else word
        for word in shown
        if word not in (b"{", b"}")
    )


def wholes(lines: Sequence[bytes]) -> list[tuple[range, bytes]]:
    """Which lines belong together, for their parentheses close in the last of them; as one line."""
    found: list[tuple[range, bytes]] = []
    first, depth = 0, 0
    for at, line in enumerate(lines):
        plain = _COMMENT.sub(b"", line) if b"/" in line else line
        depth += plain.count(b"(") - plain.count(b")")
        if depth <= 0 or at + 1 == len(lines) or at + 1 - first == _WRAPPED:
            found.append((range(first, at + 1), b"\n".join(lines[first : at + 1])))
            first, depth = at + 1, 0
    return found


def renaming(hunks: _Hunks, subject: str = "") -> dict[bytes, bytes]:
    """Old identifier -> new one, of those that an edit renames; `hunks` are old and new lines."""
    sides = [(old, new) for old, new in hunks if old and new]
    if not sides or sum(len(o) + len(n) for o, n in sides) > _LONGEST:
        return {}
    became: dict[bytes, set[bytes]] = defaultdict(set)
    lines: dict[bytes, int] = defaultdict(int)
    plain: dict[bytes, bool] = {}  # whether a name is only ever used as a variable
    defined: set[bytes] = set()
    olds, news = _tokens(o for o, _ in sides), _tokens(n for _, n in sides)
    for old, new in _pairs(sides):
        for name, at in _changes(old, new, became):
            lines[name] += 1
            plain[name] = plain.get(name, True) and _is_plain(old, at)
            if _defines(old, at):
                defined.add(name)
    speaks = _SPEAKS.search(subject) is not None
    for name in list(lines):  # a field counts where it is declared, and where it is a member
        if len(became[name]) == 1 and became[_MEMBER + name] == {
            _MEMBER + next(iter(became[name]))
        }:
            lines[name] = lines[_MEMBER + name] = lines[name] + lines[_MEMBER + name]
            plain[name] = False
            defined |= {name, _MEMBER + name} if name in defined else set()
    found = {
        name: next(iter(others))
        for name, others in became.items()
        if len(others) == 1
        and name not in news
        and next(iter(others)) not in olds
        and (
            speaks
            or (lines[name] >= _LINES and (plain[name] or name in defined))
            or lines[name] >= _MANY
        )
    }
    return {k: v for k, v in found.items() if list(found.values()).count(v) == 1}


def _words(text: bytes) -> list[bytes]:
    """The words and signs of some lines without comments; tags and members are marked as such."""
    if b"/" in text:
        text = b"\n".join(_COMMENT.sub(b"", line) for line in text.split(b"\n"))
    found: list[bytes] = []
    before = b""
    for word in _TOKEN.findall(text):
        mark = b""
        if _is_name(word):
            mark = _TAG if before in _TAGS else _MEMBER if before in (b".", b"->") else b""
        found.append(mark + word)
        before = word
    return found


def _tokens(sides: Iterable[Sequence[bytes]]) -> set[bytes]:
    return {word for lines in sides for line in lines for word in _words(line)}


def _pairs(
    sides: Iterable[tuple[Sequence[bytes], Sequence[bytes]]],
) -> list[tuple[list[bytes], list[bytes]]]:
    """The old and new lines that differ in their identifiers alone, as tokens, in order."""
    found = []
    for old, new in sides:
        waiting: dict[bytes, list[list[bytes]]] = defaultdict(list)
        for _, line in wholes(old):
            tokens = _words(line)
            waiting[_skeleton(tokens)].append(tokens)
        for _, line in wholes(new):
            tokens = _words(line)
            like = waiting.get(_skeleton(tokens))
            if like:
                found.append((like.pop(0), tokens))
    return found


def _skeleton(tokens: Sequence[bytes]) -> bytes:
    """What stays of a line under any renaming; braces aside."""
    return b" ".join(b"x" if _is_name(t) else t for t in tokens if t not in (b"{", b"}"))


def _is_name(token: bytes) -> bool:
    word = token.lstrip(_TAG + _MEMBER)
    return (word[:1].isalpha() or word[:1] == b"_") and word not in _FIXED


def _changes(
    old: list[bytes], new: list[bytes], became: dict[bytes, set[bytes]]
) -> list[tuple[bytes, int]]:
    """Note what the names of a line became; returns those that changed, with their first place."""
    places = [i for i, t in enumerate(old) if _is_name(t)]
    others = [t for t in new if _is_name(t)]
    changed: dict[bytes, int] = {}
    for at, other in zip(places, others, strict=True):
        became[old[at]].add(other)
        if old[at] != other:
            changed.setdefault(old[at], at)
    return list(changed.items())


def _is_plain(tokens: Sequence[bytes], at: int) -> bool:
    """Whether a name is used as a variable here: not called, no member, no constant."""
    called = tokens[at + 1 : at + 2] == [b"("]
    return not (called or tokens[at][:1] in (_TAG, _MEMBER) or tokens[at].isupper())


def _defines(tokens: Sequence[bytes], at: int) -> bool:
    """Whether a name stands behind a type or `#define`, as in a definition, or as an enumerator."""
    if at == 0 and tokens[at].isupper() and tokens[1:2] in ([], [b","], [b"="]):
        return True
    before = at - 1
    while before >= 0 and tokens[before] == b"*":
        before -= 1
    if before < 0:
        return False
    word = tokens[before].lstrip(_TAG)
    return (word[:1].isalpha() or word[:1] == b"_") and word not in _NO_TYPE
