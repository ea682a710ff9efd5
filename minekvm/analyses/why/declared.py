"""Fields and options that a question names in full: the commits that their lineages tell of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from minekvm.analyses.why.facts import Facts
from minekvm.core.model import CommitId, Kind
from minekvm.core.why.reading import Reading

_NAMED = re.compile(
    r"(?<![\w./-])(?:(?:struct|union|enum)\s+)?([A-Za-z_]\w+(?:\.|->)[A-Za-z_]\w*|CONFIG_\w+)\b(?![./(])",
    re.ASCII,
)
_BORN: frozenset[Kind] = frozenset(("introduced", "added"))
_FITTING: dict[str, frozenset[Kind]] = {
    "added": _BORN,
    "introduced": _BORN,
    "removed": frozenset(("removed",)),
    "renamed": frozenset(("renamed", "renamed+moved")),
    "moved": frozenset(("moved", "renamed+moved", "reordered")),
}


def named_in_full(facts: Facts, reading: Reading) -> Mapping[CommitId, int]:
    """The commits of the lineages of what is named in full: 0 where what happened is asked for,
    1 for the others; none where the question names further code, which it may be about."""
    found: dict[CommitId, int] = {}
    for name in dict.fromkeys(_NAMED.findall(reading.text)):
        if {re.split(r"->|\.", name)[-1]} != set(reading.symbols):
            continue
        for event in facts.declared(name):
            rank = int(not _fits(reading.verb, frozenset(event.change.kinds)))
            found[event.commit] = min(rank, found.get(event.commit, rank))
    return found


def _fits(verb: str, kinds: frozenset[Kind]) -> bool:
    wanted = _FITTING.get(verb)
    return bool(kinds & wanted) if wanted is not None else not kinds & _BORN
