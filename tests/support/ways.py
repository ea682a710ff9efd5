"""Lineages that are written by hand, with the ways between their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minekvm.core.model import CUT, Event, FunctionVersion, Lineage


def wired(lineage: Lineage) -> Lineage:
    """A lineage whose events follow one another by the versions that they left behind.

    The next is the nearest below that left the version, else one of its name; events of one commit
    that left the same are branches.
    """
    events = lineage.events
    starts = tuple(_next(events, version, -1) for version in lineage.definitions)
    below = tuple(
        tuple(dict.fromkeys(m for v in _older(event) for m in _next(events, v, n)))
        for n, event in enumerate(events)
    )
    return replace(lineage, starts=starts, below=below)


def _older(event: Event) -> Sequence[FunctionVersion]:
    """What an event goes on from: the old version, and what was merged into it."""
    change = event.change
    if "introduced" in change.kinds:
        return ()
    came = change.others if {"merged", "inlined"} & set(change.kinds) else ()
    first = change.new if change.old is None else change.old
    return [*([first] if first else []), *came]


def _next(events: Sequence[Event], version: FunctionVersion | None, after: int) -> tuple[int, ...]:
    if version is None:
        return ()
    commit = events[after].commit if after >= 0 else None
    for alike in (_whole, _name):
        for n, event in enumerate(events[after + 1 :], after + 1):
            left = event.change.new or event.change.old
            if left is not None and event.commit != commit and alike(left) == alike(version):
                mates = [m for m, e in enumerate(events) if m >= n and e.commit == event.commit]
                return tuple(m for m in mates if _left(events[m], alike) == alike(version))
    return (CUT,) if after >= 0 else ()


def _left(event: Event, alike: object) -> object:
    left = event.change.new or event.change.old
    return alike(left) if left is not None and callable(alike) else None


def _whole(version: FunctionVersion) -> tuple[object, ...]:
    return (*_name(version), version.function.text, version.function.condition)


def _name(version: FunctionVersion) -> tuple[object, ...]:
    return version.path, version.name
