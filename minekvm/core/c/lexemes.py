"""What statements of masked C begin with, end with and are told by."""

from __future__ import annotations

import re

from minekvm.core.c.steps import Again, JumpKind

NAME = rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*+"
IDENTIFIER = re.compile(NAME)
WORD = re.compile(rb"\s*+(" + NAME + rb"|[^\s]|\Z)")
CALL = re.compile(rb"\s*+" + NAME + rb"\s*+\(")
BRACKET = re.compile(rb"[(){}]")
STOP = re.compile(rb"[;({}\x01-\x03]")
COLON = re.compile(rb"[:;?({}\x01-\x03]")
LABEL = re.compile(rb"\s*+:(?!:)")
OPEN = re.compile(rb"\s*+\(")
NEXT = re.compile(rb"\s*+([A-Za-z_$\x80-\xff{(*+-])?+")
WORD_SIGN = re.compile(rb"[A-Za-z_$\x80-\xff{]")
ELSE = re.compile(rb"\s*+else\b(\s*+if\b)?+")
WHILE = re.compile(rb"\s*+while\b")
JUMP = re.compile(rb"(\w++)\s*+(" + NAME + rb")?+")
# Macros that govern the statement behind them even without braces.
EACH = re.compile(rb"(?i:for_?each|_each(?:_|\Z)|(?:\A|_)each_|\Afor_|_for_)")
VALUE = re.compile(rb"(?:[=(,\]\[]|\breturn)\s*+\Z")
SCOPED = re.compile(rb"scoped_\w*guard|scoped_with_\w++")
SEMICOLON = re.compile(rb"\s*+;")
MACRO = re.compile(rb"[A-Z_][A-Z0-9_]*+")  # what by convention is no variable
UNDONE = re.compile(rb"\b(?:(?:__)?cleanup(?:__)?|__free)\s*+\(\s*+(\w++)\s*+\)")
ASM = re.compile(rb"\w++\s*+(?:(?:volatile|__volatile__|goto|inline|__inline__)\b\s*+)*+\(")
STRAY = frozenset((b";", b"}", b"else"))
AGGREGATE = frozenset((b"struct", b"union", b"enum"))
AGAIN: dict[str, Again] = {
    **dict.fromkeys(("1", "true", "TRUE"), "always"),
    **dict.fromkeys(("0", "false", "FALSE"), "never"),
}
KINDS: dict[bytes, JumpKind] = {
    b"return": "return",
    b"goto": "goto",
    b"break": "break",
    b"continue": "continue",
}
