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

_TOKEN = re.compile(rb"[A-Za-z_]\w*+|\d\w*+|->|\+\+|--|&&|\|\||<<=?+|>>=?+|[-+*/%&|^=!<>]=|[^\s\w]")
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

Renaming = Mapping[bytes, bytes]
_Hunks = Iterable[tuple[Sequence[bytes], Sequence[bytes]]]


def bare(line: bytes) -> bytes:
    """A line without comments, braces and white space; b"" where nothing else is in it."""
    if b"/" in line:
        line = _COMMENT.sub(b"", line)
    return _BARE.sub(b"", line)


def renamed(line: bytes, names: Renaming) -> bytes:
    """A line without comments, braces and white space, its identifiers renamed."""
    if b"/" in line:
        line = _COMMENT.sub(b"", line)
    return b"".join(names.get(t, t) for t in _TOKEN.findall(line) if t not in (b"{", b"}"))


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


def _tokens(sides: Iterable[Sequence[bytes]]) -> set[bytes]:
    return {t for lines in sides for line in lines for t in _TOKEN.findall(line)}


def _pairs(
    sides: Iterable[tuple[Sequence[bytes], Sequence[bytes]]],
) -> list[tuple[list[bytes], list[bytes]]]:
    """The old and new lines that differ in their identifiers alone, as tokens, in order."""
    found = []
    for old, new in sides:
        waiting: dict[bytes, list[list[bytes]]] = defaultdict(list)
        for line in old:
            tokens = _TOKEN.findall(line)
            waiting[_skeleton(tokens)].append(tokens)
        for line in new:
            tokens = _TOKEN.findall(line)
            like = waiting.get(_skeleton(tokens))
            if like:
                found.append((like.pop(0), tokens))
    return found


def _skeleton(tokens: Sequence[bytes]) -> bytes:
    """What stays of a line under any renaming; braces aside."""
    return b" ".join(b"x" if _is_name(t) else t for t in tokens if t not in (b"{", b"}"))


def _is_name(token: bytes) -> bool:
    return (token[:1].isalpha() or token[:1] == b"_") and token not in _FIXED


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
    member = at > 0 and (tokens[at - 1] in (b".", b"->"))
    return not (called or member or tokens[at].isupper())


def _defines(tokens: Sequence[bytes], at: int) -> bool:
    """Whether a name stands behind a type or `#define`, as in a definition."""
    before = at - 1
    while before >= 0 and tokens[before] == b"*":
        before -= 1
    if before < 0:
        return False
    word = tokens[before]
    return (word[:1].isalpha() or word[:1] == b"_") and word not in _NO_TYPE
