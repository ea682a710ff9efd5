"""The names that a change uses and those that a commit gives: functions, macros, types, fields, ...

What is used is read off the lines that a change adds, comments and strings aside. What is given is
told by the form of the lines that a commit adds: a definition, a declaration, an entry of an enum,
a tracepoint, a Kconfig symbol.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from minekvm.core.c.source import mask
from minekvm.core.file_kinds import is_source
from minekvm.core.origins.lines import Hunk
from minekvm.core.origins.sites import identifiers

_WORD = re.compile(rb"[A-Za-z_]\w{2,}")
_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|define)\b(.*)$")
_FORMS = (  # with what each gives; %s is the name
    (rb"^\s*#\s*define\s+%s\b", "macro"),
    (rb"\b(?:struct|union|enum)\s+%s\s*(?:\{|$)", "type"),
    (rb"\btypedef\b.*\b%s\s*(?:;|\))", "type"),
    (rb"^(?:[A-Z][A-Z0-9_]+)\(\s*%s\s*(?:,|\)|$)", "declaration by macro"),
    (rb"^[A-Za-z_][\w \t*]*[ \t*]%s\s*\(", "function"),
    (rb"^%s\s*\(", "function"),
    (rb"^\s+%s\s*(?:=[^=;]*)?,?\s*$", "constant"),
    (rb"^\s*(?!return\b|goto\b|else\b|case\b|break\b|continue\b|typedef\b)"
     rb"(?:const |volatile |unsigned |struct |union |enum )*\w+[ \t*]+"
     rb"(?:\w+\s*,\s*\**)*%s\s*(?:\[[^\]]*\]\s*)*(?::\s*\w+\s*)?[;,]", "field or variable"),
    (rb"\(\s*\*\s*%s\s*\)\s*\(", "operation"),
    (rb"^(?:static |extern |const |volatile |unsigned )+.*\b%s\s*(?:\[[^\]]*\]\s*)*(?:=|;)",
     "variable"),
)  # fmt: skip
_KCONFIG = rb"^\s*(?:menu)?config\s+%s\s*$"


def used(path: str, source: bytes, hunks: Sequence[Hunk]) -> dict[str, int]:
    """The names in the lines that a change adds to a file, each with the first such line.

    `source` is the file as it is with the change.
    """
    if not is_source(path):
        return {}
    plain = mask(source)[0].split(b"\n")
    bare = source.split(b"\n")
    found: dict[str, int] = {}
    for hunk in hunks:
        for line in range(hunk.new_start, hunk.new_start + len(hunk.new)):
            if not 0 < line <= len(plain):
                continue
            text = plain[line - 1]
            directive = _DIRECTIVE.match(bare[line - 1])
            if directive is not None:
                text = directive[1]
            for name in identifiers(text):
                found.setdefault(name, line)
    return found


def words(source: bytes) -> frozenset[bytes]:
    """Every word of a text."""
    return frozenset(_WORD.findall(source))


def spellings(name: str) -> tuple[str, ...]:
    """The words under which a name may be given: what macros make of it aside."""
    prefixes = ("trace_", "CONFIG_", "sys_", "__x64_sys_")
    longer = [p for p in prefixes if name.startswith(p) and len(name) > len(p) + 2]
    found = [name, *(name.removeprefix(prefix) for prefix in longer)]
    if name.startswith("trace_") and name.endswith("_enabled"):
        found.append(name.removeprefix("trace_").removesuffix("_enabled"))
    return tuple(found)


def gives(path: str, lines: Iterable[bytes], name: str) -> str:
    """What a commit gives by a name, by the lines that it adds to a file; "" where nothing."""
    listed = list(lines)
    for word in spellings(name):
        raw = re.escape(word.encode("utf-8", "surrogateescape"))
        having = [line for line in listed if raw in line]
        if "Kconfig" in path and _has(having, _KCONFIG, raw):
            return "Kconfig symbol"
        if not having or not is_source(path):
            continue
        for form, what in _FORMS:
            if word != name and what not in ("declaration by macro", "function"):
                continue
            if _has(having, form, raw):
                return "tracepoint" if word != name and name.startswith("trace_") else what
    return ""


def _has(lines: Sequence[bytes], form: bytes, raw: bytes) -> bool:
    pattern = re.compile(form.replace(b"%s", raw))
    return any(pattern.search(line) for line in lines)


def parameters(signature: str, name: str) -> int | None:
    """How many parameters a definition has by its header; None where that cannot be told."""
    _, found, rest = signature.partition(f"{name}(")
    if not found:
        _, found, rest = signature.partition(f"{name} (")
    if not found or "..." in rest:
        return None
    depth, commas, inside = 1, 0, ""
    for letter in rest:
        depth += (letter == "(") - (letter == ")")
        if not depth:
            break
        commas += letter == "," and depth == 1
        inside += letter
    return 0 if inside.strip() in ("", "void") else commas + 1
