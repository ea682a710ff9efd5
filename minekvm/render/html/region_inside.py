"""What lies inside a region, version by version and branch by branch.

A branch is an ops table that the region was followed through. Versions that are told without a
table are shared by all branches: a call among them belongs to those whose own functions lead to it,
else to every branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.region.model import Change
from minekvm.core.region.region import Inside

INSIDE, PARTLY = "inside", "partly"


@dataclass(frozen=True, slots=True)
class Version:
    """A branch as one commit leaves it: states and functions by call, in the order of calls.

    `within` are calls not told by themselves, for a call inside leads to them.
    """

    states: Mapping[str, str]
    functions: Mapping[str, str]
    within: int


def branches(changes: Sequence[Change], kept: Collection[str]) -> dict[str, list[Version]]:
    """The versions of each branch, one for each change; `kept` are told wherever they lie."""
    tables = sorted({r.table for c in changes for r in c.regions if r.table and r.inside})
    own = _own(changes)
    return {
        table: [_version(list(_calls(c, table, own)), kept) for c in changes]
        for table in tables or [""]
    }


def _own(changes: Sequence[Change]) -> dict[str, set[str]]:
    """The functions that lead to calls in one table only, by table."""
    leading: defaultdict[str, set[str]] = defaultdict(set)
    for region in (r for change in changes for r in change.regions if r.table):
        for each in region.inside:
            leading[region.table] |= set(each.chain)
    return {
        table: functions.difference(*(f for t, f in leading.items() if t != table))
        for table, functions in leading.items()
    }


def _calls(change: Change, table: str, own: Mapping[str, set[str]]) -> Iterator[Inside]:
    for region in change.regions:
        for each in region.inside:
            fits = {t for t, functions in own.items() if functions.intersection(each.chain)}
            if region.table == table or (not region.table and (not fits or table in fits)):
                yield each


def _version(entries: Sequence[Inside], kept: Collection[str]) -> Version:
    names = {e.call for e in entries}
    states: dict[str, str] = {}
    functions: dict[str, str] = {}
    within = 0
    for entry in entries:
        if entry.call not in kept and names.intersection(entry.chain[1:]):
            within += 1
            continue
        state = INSIDE if entry.must else PARTLY
        states[entry.call] = INSIDE if INSIDE in (state, states.get(entry.call)) else state
        functions.setdefault(entry.call, entry.function)
    return Version(states, functions, within)
