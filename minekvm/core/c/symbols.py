"""What a user may type for a symbol, and which names are like it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from minekvm.core.c import macro_names

_SYSCALL = re.compile(r"(COMPAT_)?SYSCALL(?:32)?_DEFINE\d\s*\(\s*(\w+).*", re.DOTALL)
_EVENT = re.compile(r"TRACE_EVENT\w*\s*\(\s*(\w+).*", re.DOTALL)
_CLASS_EVENT = re.compile(r"DEFINE_EVENT\w*\s*\(\s*\w+\s*,\s*(\w+).*", re.DOTALL)
_ENTRY = re.compile(r"__(?:x64|arm64|ia32|s390x?|riscv|se|do)_((?:compat_)?sys_\w+)")
_LETTERS = re.compile(r"\D")
# What a macro makes: a call whose arguments are words, numbers and further such calls.
_COMPOSED = re.compile(r"([A-Za-z_$][\w$]*)\s*\(([\w$\s,()]*)\)", re.DOTALL)
_PARAMETERS = re.compile(r"[\w$]\s+[\w$]|\(\s*(?:void\s*)?\)")


def candidates(symbol: str) -> list[str]:
    """The names to look a symbol up by, likeliest first.

    `foo()` is foo; `SYSCALL_DEFINE3(open, ...)` and `__x64_sys_open` are sys_open;
    `TRACE_EVENT(x)` is trace_x; a bare word may also name a syscall or a tracepoint. What a macro
    makes, `FNAME(walk)`, is that, or else what a macro of that name takes for the name: walk.
    """
    symbol = symbol.strip()
    syscall = _SYSCALL.fullmatch(symbol)
    if syscall:
        return [("compat_sys_" if syscall.group(1) else "sys_") + syscall.group(2)]
    event = _EVENT.fullmatch(symbol) or _CLASS_EVENT.fullmatch(symbol)
    if event:
        return [f"trace_{event.group(1)}"]
    entry = _ENTRY.fullmatch(symbol)
    if entry:
        return [symbol, entry.group(1)]
    name = symbol.split("(", 1)[0].strip()
    plain = [name, f"trace_{name}", f"sys_{name}"]
    made = _COMPOSED.fullmatch(symbol)
    if made is None or _PARAMETERS.search(symbol):
        return plain
    whole, argument = spelt(symbol), made.group(2).strip()
    if not name.isupper():
        return [whole, *plain]
    return [whole, argument] if argument.isidentifier() else [whole]


def spelt(symbol: str) -> str:
    """A symbol made by a macro as the scanner spells it: `TEST (a,b)` is `TEST(a, b)`."""
    return macro_names.spelt(symbol.encode("latin-1", "replace")).decode("latin-1")


def patterns(name: str) -> list[str]:
    """POSIX expressions for whole words, one of which every file that defines a name matches."""
    word = re.escape(name.split("(", 1)[0])
    found = [word]
    prefixes = ("trace_", "event_class_")
    found += [re.escape(name.removeprefix(p)) for p in prefixes if name.startswith(p)]
    if name.startswith("sys_"):
        found.append(rf"SYSCALL(32)?_DEFINE[0-9] *\({re.escape(name.removeprefix('sys_'))}")
    if name.startswith("compat_sys_"):
        call = re.escape(name.removeprefix("compat_sys_"))
        found.append(rf"COMPAT_SYSCALL(32)?_DEFINE[0-9] *\({call}")
    return found


def expressions(names: Iterable[str]) -> list[str]:
    """The `patterns` of many names, without those that a plain word among them covers.

    A syscall's name stands as a word inside SYSCALL_DEFINE. git's time grows with the number of
    patterns, and most with those that are no plain words.
    """
    found = dict.fromkeys(p for name in names for p in patterns(name))
    return [p for p in found if "(" not in p or p.rpartition("(")[2] not in found]


def alike(symbol: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names that a misspelt symbol may have meant, best first."""
    from rapidfuzz import process  # only for those who mistype
    from rapidfuzz.distance import DamerauLevenshtein

    found = process.extract(
        symbol,
        sorted(set(names) - {symbol}),
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=most,
        score_cutoff=0.7,
    )
    return [name for name, _, _ in found]


def misspelt(symbol: str, names: Iterable[str]) -> list[str]:
    """The names that a symbol is a slip of the fingers away from, nearest first.

    Two letters at most, and not at an end or in a number: `__foo`, `foo_locked` and `foo2` are
    names of their own beside `foo`.
    """
    from rapidfuzz.distance import DamerauLevenshtein

    found = []
    for name in set(names) - {symbol}:
        if name in symbol or symbol in name or _LETTERS.sub("", name) != _LETTERS.sub("", symbol):
            continue
        distance = DamerauLevenshtein.distance(symbol, name, score_cutoff=2)
        if distance <= 2 and len(symbol) >= 6:
            found.append((distance, name))
    return [name for _, name in sorted(found)]
