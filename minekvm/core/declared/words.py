"""What a commit did to symbols that are no functions, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from minekvm.core.kinds import BEGINS, ORDER
from minekvm.core.lineage.member_words import types
from minekvm.core.lineage.words import condition, primary
from minekvm.core.model import Change, Event
from minekvm.core.phrases import Code, Phrase, count, listed

_PLURAL = {"entry": "entries"}
_KINDS_NAMED = 6  # sorts of change that a tally names


def tally(events: Sequence[Event]) -> str:
    """Changes in one line: "5 other changes: 3 fields added, 1 macro value-changed"."""
    there = sum(e.change.rule == BEGINS for e in events)
    if there == len(events):
        return f"{count(there, 'other symbol')}, {BEGINS}"
    sorts = Counter(_sort(e.change) for e in events if e.change.rule != BEGINS)
    ranked = sorted(sorts, key=lambda s: (ORDER.index(s[0]), -sorts[s]))
    named = [
        f"{count(sorts[s], s[1], _PLURAL.get(s[1], ''))} {s[0]}" for s in ranked[:_KINDS_NAMED]
    ]
    rest = sum(sorts[s] for s in ranked[_KINDS_NAMED:])
    named += [f"{rest} more"] if rest else []
    return f"{count(len(events), 'other change')}: {', '.join(named)}"


def _sort(change: Change) -> tuple[str, str]:
    version = change.new or change.old
    assert version is not None
    return primary(change), version.function.kind


def place(change: Change) -> Phrase:
    """The file, "old -> new" where it differs."""
    versions = [v for v in (change.old, change.new) if v is not None]
    paths = dict.fromkeys(v.path for v in versions)
    return listed([(Code(path),) for path in paths], " -> ")


def described(change: Change) -> Phrase:
    """A change under the word for its kind: "field a.b: int -> long", "macro A -> macro B"."""
    versions = [v for v in (change.old, change.new) if v is not None]
    names = dict.fromkeys((f"{v.function.kind} ", v.name) for v in versions)
    if len({kind for kind, _ in names}) == 1:
        kind = next(iter(names))[0]
        shown = (kind, *listed([(Code(name),) for _, name in names], " -> "))
    else:
        shown = listed([(kind, Code(name)) for kind, name in names], " -> ")
    told = types(change)
    under = condition(versions[-1]) if "attributes" in change.kinds else ()
    return (*shown, *((": ", *told) if told else ()), *((" ", *under) if under else ()))
