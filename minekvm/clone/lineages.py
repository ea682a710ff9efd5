"""Lineages kept under the question that they answer, with their commits and their gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from minekvm.clone.cache import Cache
from minekvm.clone.cache_rows import function_of
from minekvm.clone.gaps import Gaps
from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    FunctionVersion,
    Gap,
    Lineage,
    Told,
)

if TYPE_CHECKING:
    from minekvm.core.model import Function

_KIND = "told"


class Lineages:
    """What is asked depends on nothing but the words of the question."""

    def __init__(self, cache: Cache, gaps: Gaps) -> None:
        self._cache = cache
        self._gaps = gaps

    def told(self, asked: Sequence[str], read: Callable[[], Told]) -> Told:
        """The answer to a question, as it is known or else as `read` gives it.

        What could not be read meanwhile is noted each time.
        """
        rows = self._cache.one(_KIND, asked)
        with suppress(KeyError, IndexError, TypeError, ValueError):  # none, a text lost, damage
            return self._restored(rows)
        failures = self._gaps.failures
        with self._gaps.heard() as heard:
            told = read()
        if self._cache.attached:
            noted = dict.fromkeys((_gap_row(gap), missing) for gap, missing in heard)
            own = [_gap_row(g) for g in told.lineage.gaps if g not in self._gaps]
            rows = [list(noted), own, *self._packed(told)]
            certain = failures == self._gaps.failures
            self._cache.keep_one(_KIND, asked, rows, certain=certain)
        return told

    # --- to rows

    def _packed(self, told: Told) -> list[Any]:
        found = told.lineage
        versions: list[tuple[str, list[Any]]] = []
        numbers: dict[int, int] = {}  # a version takes part in several events
        functions: dict[int, list[Any]] = {}

        def row(function: Function) -> list[Any]:
            if id(function) not in functions:
                functions[id(function)] = self._cache.row(function)
            return functions[id(function)]

        def number(version: FunctionVersion | None) -> int | None:
            if version is None:
                return None
            if id(version) not in numbers:
                numbers[id(version)] = len(versions)
                versions.append((version.path, row(version.function)))
            return numbers[id(version)]

        definitions = [number(v) for v in found.definitions]
        events = []
        for event in found.events:
            change = event.change
            sides = number(change.old), number(change.new), [number(v) for v in change.others]
            events.append(
                (event.commit, event.parent, change.kinds, *sides, change.rule, change.score)
            )
        commits = [
            (c.id, c.parents, c.author, c.email, c.authored, c.committed, c.subject, c.message)
            for c in told.commits.values()
        ]
        graph = found.starts, found.below
        return [found.symbol, found.rev, versions, definitions, events, *graph, commits]

    # --- from rows

    def _restored(self, rows: Any) -> Told:
        """What was packed, its gaps noted anew."""
        noted, own, symbol, rev, versions, definitions, events, starts, below, commits = rows
        texts = self._cache.texts(sorted({bytes.fromhex(row[-1]) for _, row in versions}))
        there = [
            FunctionVersion(path, function_of(row, texts[bytes.fromhex(row[-1])]))
            for path, row in versions
        ]
        for gap, missing in noted:
            self._gaps.note(Gap(*gap), missing=missing)
        found = Lineage(
            symbol,
            CommitId(rev),
            tuple(there[at] for at in definitions),
            tuple(_event(row, there) for row in events),
            (*self._gaps, *(Gap(*gap) for gap in own)),
            _numbers(starts),
            _numbers(below),
        )
        return Told(found, {c[0]: Commit(c[0], tuple(c[1]), *c[2:]) for c in commits})


def _gap_row(gap: Gap) -> tuple[str, str, str | None, str | None]:
    return gap.what, gap.why, gap.commit, gap.path


def _event(row: Sequence[Any], versions: Sequence[FunctionVersion]) -> Event:
    commit, parent, kinds, old, new, others, rule, score = row
    before, after = (None if at is None else versions[at] for at in (old, new))
    change = Change(tuple(kinds), before, after, rule, score, tuple(versions[n] for n in others))
    return Event(commit, parent, change)


def _numbers(rows: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, rows))
