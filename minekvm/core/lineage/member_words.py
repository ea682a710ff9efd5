"""What happened to symbols that are no functions, and to their members, in words."""

from __future__ import annotations

from minekvm.core.declarations import MEMBERS
from minekvm.core.kinds import BEGINS
from minekvm.core.model import Change, Kind
from minekvm.core.phrases import Code, Phrase, listed

_OWN: frozenset[Kind] = frozenset(
    ("type-changed", "value-changed", "entry-changed", "reordered", "became")
)
_WHOLE: frozenset[Kind] = frozenset(("added", "removed", "attributes"))
_SHOWN = 60  # characters of a type or value


def tells(change: Change) -> bool:
    """Whether a change is told of here: of a member, or of what is declared of a symbol.

    One that moved or has another name is told of as a function would be.
    """
    if change.rule == BEGINS:
        return False
    first = change.kinds[0]
    return first in _OWN or (first in _WHOLE and _is_member(change))


def told(change: Change, kind: Kind) -> Phrase:
    """The member that something happened to, and what is declared of it: before, and now."""
    old, new = change.old, change.new
    if kind == "became" and old is not None and new is not None:
        return (f"a {new.function.kind}, from a {old.function.kind}",)
    version = new or old
    name = (Code(version.name),) if version is not None and _is_member(change) else ()
    declared = () if kind in ("reordered", "attributes") else types(change)
    joint = (": ",) if name and declared else ()
    return (*name, *joint, *declared)


def types(change: Change) -> Phrase:
    """What is declared of a symbol, "old -> new" where that differs; nothing where nothing is."""
    found = [v.function.signature for v in (change.old, change.new) if v is not None]
    shown = dict.fromkeys(t if len(t) <= _SHOWN else f"{t[:_SHOWN]}..." for t in found)
    return listed([(Code(t),) for t in shown], " -> ") if any(shown) else ()


def _is_member(change: Change) -> bool:
    version = change.new or change.old
    return version is not None and version.function.kind in MEMBERS
