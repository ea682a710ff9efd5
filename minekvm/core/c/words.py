"""The words of C that tell what stands in a header, and the shapes that its parts have."""

from __future__ import annotations

import re

WORD = rb"[A-Za-z_$][\w$]*+"
_INNER = rb"[^()]"
for _ in range(4):
    _INNER = rb"[^()]++|\((?:" + _INNER + rb")*+\)"
GROUP = rb"\((?:" + _INNER + rb")*+\)"
IDENTIFIER = re.compile(WORD)

PLAIN = re.compile(
    rb"\s*+((?:" + WORD + rb"(?:\s*+\*[\s*]*+|\s++(?!\()))++)"  # words and stars, then a name
    rb"(" + WORD + rb")\s*+(" + GROUP + rb")\s*+\Z"
)

CONTROL = frozenset(
    b"if else for while do switch case default return goto sizeof typedef namespace".split()
)
AGGREGATES = frozenset(b"struct union enum class".split())
STORAGE = frozenset(
    b"static extern inline asmlinkage notrace noinstr noinline const volatile".split()
)
BUILT_IN = frozenset(b"void int char long short unsigned signed float double bool _Bool".split())
TYPES = BUILT_IN | frozenset(
    b"const volatile static extern inline register auto typeof __typeof__ __typeof defined"
    b" alignof _Alignof".split()
)
# Annotations with arguments that stand right before or behind the name and parameters.
ANNOTATIONS = frozenset(
    b"__attribute__ __attribute __declspec asm __asm__ __asm _Alignas alignas noexcept throw"
    b" decltype requires __acquires __releases __must_hold __acquire __release __cond_acquires"
    b" __cond_lock __printf __scanf __printf_like __nonnull __alloc_size __aligned __assume_aligned"
    b" __section __no_sanitize __target __copy __alias __counted_by __diagnose_as __context__"
    b" _printf_ _nonnull_ _cleanup_ _section_ _alignas_ _alloc_".split()
)
OPERATORS = frozenset(b"typeof __typeof__ __typeof defined alignof _Alignof".split())
NAMELESS = ANNOTATIONS | TYPES | AGGREGATES
# Of these, what C leaves free: names, where a type stands right before them.
FREE = frozenset(b"throw class bool alignof noexcept decltype requires".split())


def shouting(name: bytes) -> bool:
    """Whether a name is written in capitals, as macros are."""
    return len(name) > 1 and name.isupper()


def ordinary(word: bytes) -> bool:
    return not (word.startswith(b"__") or shouting(word))


def is_type(word: bytes) -> bool:
    return word not in STORAGE and word not in ANNOTATIONS
