"""Bytes of C to definitions: functions, function-like macros, tracepoints, syscalls.

A scanner rather than a parser: kernel C without its headers is not parseable (annotations, for_each
macros, `#ifdef` inside statements), while definitions are found by masking comments, strings and
directives and matching braces, which agrees with universal-ctags for nearly all names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from minekvm.core.c.bodies import Body, bodies
from minekvm.core.c.source import (
    Directive,
    condition_at,
    conditions,
    join_lines,
    mask,
    strip_comments,
)
from minekvm.core.model import Function, SymbolKind

_DEFINE = re.compile(rb"#[ \t]*+define(?:[ \t]|\\\r?\n)++([A-Za-z_$][\w$]*+)\([^)]*+\)")
_TRACEPOINT = re.compile(
    rb"^[ \t]*+((?:TRACE_EVENT(?!_FLAGS|_PERF)|DEFINE_EVENT|DECLARE_EVENT_CLASS|DECLARE_TRACE)\w*+)"
    rb"\s*+\(",
    re.MULTILINE,
)
TRACEPOINT_WORDS = (b"TRACE_EVENT", b"DEFINE_EVENT", b"DECLARE_EVENT_CLASS", b"DECLARE_TRACE")
_PARENTHESIS = re.compile(rb"[()]")
_ARGUMENTS = re.compile(rb"\s*+(\w++)\s*+(?:[,)](?:\s*+(\w++)\s*+[,)])?+)")


# Texts of definitions with their signatures: many versions of a file share few of them.
Texts = dict[bytes, tuple[bytes, str]]


class Span(NamedTuple):
    """Where a definition stands; `place` is where its condition is asked for."""

    start: int
    end: int
    signature_end: int
    place: int
    name: bytes
    kind: SymbolKind

    def moved(self, by: int) -> Span:
        """The same definition, `by` bytes further on."""
        start, end, signature_end, place, name, kind = self
        return Span(start + by, end + by, signature_end + by, place + by, name, kind)


def scan(source: bytes, texts: Texts | None = None) -> tuple[Function, ...]:
    """Every definition in a file, in file order. Never raises, whatever the bytes.

    Texts seen before are taken from `texts`, new ones are added.
    """
    directives: list[Directive] = []
    spans = [span for body in bodies(source, 0, directives) if (span := function(body))]
    spans += filter(None, map(macro, directives))
    if any(word in source for word in TRACEPOINT_WORDS):
        spans += _tracepoints(source)
    spans.sort()
    changes = list(conditions(source, directives))
    return tuple(functions(source, spans, changes, {} if texts is None else texts))


def functions(
    source: bytes,
    spans: Iterable[Span],
    changes: list[tuple[int, str]],
    texts: Texts,
    known: tuple[int, int] = (1, 0),
) -> Iterator[Function]:
    """The definitions at some spans, in file order, given the conditions of the file.

    `known` is the number of a line and an offset in it, in front of the first span.
    """
    line, counted = known
    for span in spans:
        line += source.count(b"\n", counted, span.start)
        counted = span.start
        text = source[span.start : span.end]
        text, signature = texts.get(text) or texts.setdefault(
            text, (text, _signature(source, span))
        )
        yield Function(
            name=span.name.decode("latin-1"),
            kind=span.kind,
            start=span.start,
            end=span.end,
            start_line=line,
            end_line=line + text.count(b"\n"),
            signature=signature,
            condition=condition_at(changes, span.place),
            text=text,
        )


def function(body: Body) -> Span | None:
    """The function of a body that has a header."""
    if body.header is None:
        return None
    start, name, kind, _ = body.header
    return Span(start, body.end, body.brace, body.brace, name, kind)


def _signature(source: bytes, span: Span) -> str:
    header = join_lines(strip_comments(source[span.start : span.signature_end]))
    return " ".join(header.decode("utf-8", "replace").split())


def macro(directive: Directive) -> Span | None:
    """The function-like macro that a directive defines, if any."""
    match = _DEFINE.match(directive.text)
    if match is None:
        return None
    start = directive.start
    end = start + len(directive.text.rstrip())
    return Span(start, end, start + match.end(), start, match.group(1), "macro")


def _tracepoints(source: bytes) -> Iterator[Span]:
    text, _ = mask(source)
    closings = _closings(text)
    for match in _TRACEPOINT.finditer(text):
        macro = match.group(1)
        close = closings.get(match.end() - 1)
        names = _ARGUMENTS.match(text, match.end())
        if close is None or names is None:
            continue  # the definition of such a macro, not a use of it
        name = names.group(2 if macro.startswith(b"DEFINE_EVENT") else 1)
        if name is None:
            continue
        prefix = b"event_class_" if macro.startswith(b"DECLARE_EVENT_CLASS") else b"trace_"
        start = match.start(1)
        end = close + 2 if text[close + 1 : close + 2] == b";" else close + 1
        yield Span(start, end, start, start, prefix + name, "tracepoint")


def _closings(text: bytes) -> dict[int, int]:
    """Where each parenthesis closes that does."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for match in _PARENTHESIS.finditer(text):
        if match.group() == b"(":
            opened.append(match.start())
        elif opened:
            closings[opened.pop()] = match.start()
    return closings
