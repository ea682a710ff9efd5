"""Versions of one file, each scanned from what its predecessor has in common with it.

Gives what `definitions.scan` gives. Most commits change a few lines of a file: what stands before
and behind them is taken over, and only what lies between two places at which the scanner is
certainly at the top level, with nothing pending, is scanned again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from minekvm.core.c.bodies import bodies
from minekvm.core.c.definitions import (
    TRACEPOINT_WORDS,
    Span,
    Texts,
    function,
    functions,
    macro,
    scan,
)
from minekvm.core.c.source import Directive, condition_at, conditions
from minekvm.core.ends import common_ends
from minekvm.core.model import Function

_Changes = list[tuple[int, str]]


class Stop(NamedTuple):
    """Behind a body, where the scanner begins afresh; `directives` are those before it."""

    at: int
    directives: int


@dataclass(frozen=True, slots=True)
class Version:
    """A scanned file: what it defines, and what the scan of another version can start from."""

    source: bytes
    functions: tuple[Function, ...]
    spans: tuple[Span, ...] = ()
    directives: tuple[Directive, ...] = ()
    stops: tuple[Stop, ...] = ()


def read(source: bytes, texts: Texts, before: Version | None = None) -> Version:
    """Scan a file, from what another version of it has in common. Never raises.

    Texts seen before are taken from `texts`, new ones are added.
    """
    if any(word in source for word in TRACEPOINT_WORDS):
        return Version(source, scan(source, texts))
    if before is None or not before.stops:
        return _joined(source, texts, _Part(source, 0))
    return _next(before, source, texts)


class _Part:
    """What a scan from one stop on finds, up to a stop at which `until` says that it is enough."""

    def __init__(self, source: bytes, at: int, until: _Rest | None = None) -> None:
        self.spans: list[Span] = []
        self.directives: list[Directive] = []
        self.stops: list[Stop] = []
        self.rest: _Rest | None = None
        sure = True  # braces that do not balance leave the scanner in doubt of what follows
        for body in bodies(source, at, self.directives):
            if (span := function(body)) is not None:
                self.spans.append(span)
            sure = sure and not body.cut
            if sure and not body.joined:
                self.stops.append(Stop(body.end, len(self.directives)))
                if until is not None and until.begins(body.end):
                    self.rest = until
                    break
        self.spans += filter(None, map(macro, self.directives))
        self.spans.sort()


class _Rest:
    """What two versions have in common at their ends: where it may be taken over from."""

    def __init__(self, before: Version, source: bytes, common: int) -> None:
        self._places = {stop.at: n for n, stop in enumerate(before.stops)}
        self._source = source
        self._first = len(source) - common
        self.by = len(source) - len(before.source)
        self.stop = 0

    def begins(self, at: int) -> bool:
        """Whether the other version has a stop at the same place, all of its line in common."""
        stop = self._places.get(at - self.by)
        if stop is None or self._source.rfind(b"\n", 0, at) + 1 < self._first:
            return False
        self.stop = stop
        return True


def _next(before: Version, source: bytes, texts: Texts) -> Version:
    same, behind = common_ends(before.source, source)
    # Of a body's end it depends on what follows, up to the next brace, whether it is one.
    place = bisect_right(before.stops, same, key=lambda stop: stop.at) - 2
    at, known = before.stops[place] if place >= 0 else Stop(0, 0)
    part = _Part(source, at, _Rest(before, source, behind))
    kept = bisect_right(before.spans, at, key=lambda span: span.start) if place >= 0 else 0
    ahead = Version(
        source,
        before.functions[:kept],
        before.spans[:kept],
        before.directives[:known],
        before.stops[: place + 1] if place >= 0 else (),
    )
    return _joined(source, texts, part, ahead, before)


def _joined(
    source: bytes,
    texts: Texts,
    part: _Part,
    ahead: Version | None = None,
    before: Version | None = None,
) -> Version:
    """A version of what stands ahead as it stood, what was scanned, and the rest as it stood."""
    ahead = ahead or Version(source, ())
    known, rest = len(ahead.directives), part.rest
    directives = [*ahead.directives, *part.directives]
    stops = [*ahead.stops, *(Stop(s.at, s.directives + known) for s in part.stops)]
    old: tuple[Function, ...] = ()
    moved: list[Span] = []
    if rest is not None and before is not None:
        stop, by = before.stops[rest.stop], rest.by
        more = len(directives) - stop.directives
        directives += [
            Directive(d.start + by, d.end + by, d.text)
            for d in before.directives[stop.directives :]
        ]
        stops += [Stop(s.at + by, s.directives + more) for s in before.stops[rest.stop + 1 :]]
        first = bisect_right(before.spans, stop.at, key=lambda span: span.start)
        old = before.functions[first:]
        moved = [span.moved(by) for span in before.spans[first:]]
    changes = list(conditions(source, directives))
    last = ahead.functions[-1] if ahead.functions else None
    counted = (last.start_line, last.start) if last is not None else (1, 0)
    fresh = list(functions(source, part.spans, changes, texts, counted))
    lines = _line_of(source, moved[0].start, fresh[-1:] or ahead.functions[-1:]) if moved else 0
    lower = lines - old[0].start_line if old else 0
    behind = [_moved(f, s, changes, lower) for f, s in zip(old, moved, strict=True)]
    return Version(
        source,
        (*ahead.functions, *fresh, *behind),
        (*ahead.spans, *part.spans, *moved),
        tuple(directives),
        tuple(stops),
    )


def _line_of(source: bytes, at: int, last: list[Function] | tuple[Function, ...]) -> int:
    """The line of an offset, counted from a definition before it."""
    line, start = (last[0].start_line, last[0].start) if last else (1, 0)
    return line + source.count(b"\n", start, at)


def _moved(found: Function, span: Span, changes: _Changes, lower: int) -> Function:
    """A definition as it stands in the other version."""
    condition = condition_at(changes, span.place)
    if not lower and span.start == found.start and condition == found.condition:
        return found
    # Written out: of a long file there are many, and `replace` takes three times as long.
    return Function(
        found.name,
        found.kind,
        span.start,
        span.end,
        found.start_line + lower,
        found.end_line + lower,
        found.signature,
        condition,
        found.text,
    )
