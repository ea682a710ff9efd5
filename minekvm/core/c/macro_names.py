"""The symbols that macros make: `TEST(suite, name) {`, `int FNAME(walk)(int a) {`, system calls."""

from __future__ import annotations

import re
from typing import NamedTuple

from minekvm.core.c.words import BUILT_IN, IDENTIFIER, PLAIN, STORAGE, TYPES, ordinary, shouting
from minekvm.core.model import SymbolKind

_FUNCTION: SymbolKind = "function"
_SYSCALL = re.compile(rb"(COMPAT_)?SYSCALL(?:32)?_DEFINE\d\Z")
_SYSCALL_NAME = re.compile(rb"\w++")
_ARGUMENT_NAME = re.compile(rb"[\w$]++")
_BLANKS = re.compile(rb"\s++")
_AROUND = re.compile(rb"\s*+([(),])\s*+")


class Call(NamedTuple):
    """A `name(...)` in a header.

    `word` is where the last ordinary word before it stands, `floor` where the header may begin;
    `typed` says that a type stands before it. `built` is the whole symbol where a macro makes it.
    """

    at: int
    name: bytes
    opening: int
    closing: int
    word: int = -1
    floor: int = 0
    typed: bool = False
    built: bytes = b""


def spelt(symbol: bytes) -> bytes:
    """A symbol made by a macro in one spelling: `glue(glue (a,b), C)` is `glue(glue(a, b), C)`."""
    folded = _AROUND.sub(rb"\1", _BLANKS.sub(b" ", symbol.strip()))
    return folded.replace(b",", b", ")


def symbol(text: bytes, call: Call, words: list[bytes]) -> tuple[bytes, SymbolKind] | None:
    """What a macro call with a body defines; None where the call's own name is the symbol.

    `words` stand before the call.
    """
    if call.built:
        return call.built, _FUNCTION
    arguments = text[call.opening + 1 : call.closing]
    if shouting(call.name) and (call.name[:4] == b"BPF_" or all(map(_storage, words))):
        return _named_by_macro(call.name, arguments)
    names = [argument.strip() for argument in arguments.split(b",")]
    if call.typed:  # `static int SHOW(name) {`: a bare name is no parameter
        if shouting(call.name) and _named(words):
            return words[-1], _FUNCTION  # `void name PARAMETERS(a) {`
        bare = shouting(call.name) and all(
            IDENTIFIER.fullmatch(name) and name not in TYPES for name in names
        )
    else:  # `Wrapped(name, 0) {`: nor is a number
        bare = not call.name.islower() and all(map(_ARGUMENT_NAME.fullmatch, names))
        bare = bare and any(name.isdigit() for name in names)
    if not bare:
        return None
    return spelt(text[call.at : call.closing + 1]), _FUNCTION


def _named(words: list[bytes]) -> bool:
    """Whether the last of some words is a name, since a whole type stands right before it."""
    whole = len(words) > 1 and words[-2] in BUILT_IN
    return whole and ordinary(words[-1]) and words[-1] not in TYPES


def _storage(word: bytes) -> bool:
    return word in STORAGE or word.startswith(b"__")


def _named_by_macro(macro: bytes, text: bytes) -> tuple[bytes, SymbolKind] | None:
    """The symbol that `MACRO(name, ...) {` defines, or None where there is none.

    A macro may also wrap a whole header: `UNUSED(static int f(int a)) {`.
    """
    arguments = [argument.strip() for argument in text.split(b",")]
    syscall = _SYSCALL.match(macro)
    if syscall is not None and _SYSCALL_NAME.fullmatch(arguments[0]):
        return (b"compat_sys_" if syscall.group(1) else b"sys_") + arguments[0], "syscall"
    if not IDENTIFIER.fullmatch(arguments[0]):
        whole = PLAIN.match(text)
        return (whole.group(2), _FUNCTION) if whole is not None else None
    if len(arguments) == 2 and IDENTIFIER.fullmatch(arguments[1]) and macro[:4] != b"BPF_":
        return macro + b"(" + b", ".join(arguments) + b")", _FUNCTION
    named = (name for name in arguments if IDENTIFIER.fullmatch(name) and name not in TYPES)
    return next(named, arguments[0]), _FUNCTION  # `WRAPPER(int, f, (int a)) {` names f
