"""What lies inside a region, version by version and branch by branch.

A branch is an ops table that the region was followed through. Versions that are told without a
table are shared by all branches: a call among them belongs to those whose own functions lead to it,
else to every branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.render.html.fields import Row, rows, word, words

INSIDE, PARTLY = "inside", "partly"


@dataclass(frozen=True, slots=True)
class Version:
    """A branch as one commit leaves it: states and functions by call, in the order of calls.

    `within` are calls not told by themselves, for a call inside leads to them.
    """

    states: Mapping[str, str]
    functions: Mapping[str, str]
    within: int


def branches(changes: Sequence[Row], kept: Collection[str]) -> dict[str, list[Version]]:
    """The versions of each branch, one for each change; `kept` are told wherever they lie."""
    tables = sorted({t for c in changes for e in rows(c.get("inside")) if (t := _table(e))})
    own = _own(changes)
    return {
        table: [_version(list(_calls(c, table, own)), kept) for c in changes]
        for table in tables or [""]
    }


def _table(entry: Row) -> str:
    return word(entry.get("table"))


def _own(changes: Sequence[Row]) -> dict[str, set[str]]:
    """The functions that lead to calls in one table only, by table."""
    leading: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        for entry in rows(change.get("inside")):
            if _table(entry):
                leading[_table(entry)] |= set(words(entry.get("chain")))
    return {
        table: functions.difference(*(f for t, f in leading.items() if t != table))
        for table, functions in leading.items()
    }


def _calls(change: Row, table: str, own: Mapping[str, set[str]]) -> Iterator[Row]:
    for entry in rows(change.get("inside")):
        if _table(entry):
            belongs = _table(entry) == table
        else:
            chain = set(words(entry.get("chain")))
            fits = [t for t, functions in own.items() if functions & chain]
            belongs = not fits or table in fits
        if belongs:
            yield entry


def _version(entries: Sequence[Row], kept: Collection[str]) -> Version:
    names = {word(e.get("call")) for e in entries}
    states: dict[str, str] = {}
    functions: dict[str, str] = {}
    within = 0
    for entry in entries:
        call = word(entry.get("call"))
        if call not in kept and names.intersection(words(entry.get("chain"))[1:]):
            within += 1
            continue
        state = INSIDE if entry.get("must") else PARTLY
        states[call] = INSIDE if INSIDE in (state, states.get(call)) else state
        functions.setdefault(call, word(entry.get("function")))
    return Version(states, functions, within)
