"""What happened to functions, in words."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from minekvm.core.kinds import BEGINS, EDITS, LAYOUT, MEANING, MEANINGS, ORDER, RANK, WHOLE
from minekvm.core.lineage import member_words as members
from minekvm.core.lineage.wraps import wraps
from minekvm.core.model import Change, Event, Function, FunctionVersion, Inspection, Kind, Told
from minekvm.core.phrases import Code, Phrase, count, function, lines, listed

# Told as names by file; anything more telling gets a row for each change.
LISTED: tuple[Kind, ...] = (
    *(m.kind for m in MEANINGS if m.family in ("edit", "header")),
    "added",
    "removed",
)


_NAMED = 2  # calls that are named of what a pair encloses


def primary(change: Change) -> Kind:
    """The most telling of a change's kinds; what keeps path and name was not itself renamed."""
    kinds = [k for k in change.kinds if k not in WHOLE] if _stays(change) else []
    return min(kinds or change.kinds, key=RANK.__getitem__)


def rank(change: Change) -> int:
    """Where a change stands among others: the most telling first."""
    return RANK[primary(change)]


def edits(change: Change) -> str:
    """Which edits came along with something more telling: "modified, signature", or ""."""
    return ", ".join(
        k for k in reversed(ORDER) if k in EDITS and k in change.kinds and not _stays(change)
    )


def noun(function: Function) -> str:
    """What a definition is: "static inline function", "macro"."""
    words = re.findall(r"\w+", function.signature.split("(")[0])
    found = [w for w in ("static", "inline") if w in words or f"__{w}" in words]
    if "__always_inline" in words and "inline" not in found:
        found.append("inline")
    return " ".join([*found, function.kind] if function.kind == "function" else [function.kind])


def where(version: FunctionVersion) -> Phrase:
    """Path and lines: "mm/slab.c:10-20"."""
    function = version.function
    return (Code(f"{version.path}:{lines(function.start_line, function.end_line)}"),)


def condition(version: FunctionVersion) -> Phrase:
    """The preprocessor condition around a definition: "#if defined(X)", or nothing."""
    return (Code(f"#if {version.function.condition}"),) if version.function.condition else ()


def variants(told: Told) -> bool:
    """Whether definitions stood side by side under different preprocessor conditions."""
    together = [{v.function.condition for v in told.lineage.definitions}]
    for _, events in groupby(told.lineage.events, key=lambda e: e.commit):
        changes = [e.change for e in events]
        together.append({c.new.function.condition for c in changes if c.new})
        together.append({c.old.function.condition for c in changes if c.old})
    return any(len(conditions) > 1 for conditions in together)


def sides(change: Change) -> tuple[Phrase, Phrase] | None:
    """Old and new as far as they differ: names, paths or both; None where one is missing."""
    old, new = change.old, change.new
    if old is None or new is None:
        return None
    names, paths = (Code(old.name), Code(new.name)), (Code(old.path), Code(new.path))
    if old.path == new.path:
        return (names[0],), (names[1],)
    if old.name == new.name:
        return (paths[0],), (paths[1],)
    return (names[0], " in ", paths[0]), (names[1], " in ", paths[1])


def _stays(change: Change) -> bool:
    old, new = change.old, change.new
    return old is not None and new is not None and (old.path, old.name) == (new.path, new.name)


def begins(change: Change) -> bool:
    """Whether a definition only stood there when the history began."""
    return change.rule == BEGINS


def kinds(change: Change) -> tuple[str, ...]:
    """A change's kinds as they are shown: "begins" where history does."""
    return ("begins",) if begins(change) else change.kinds


def happened(change: Change) -> tuple[str, Phrase]:
    """What happened, for a lineage: a kind's word, and its details."""
    if begins(change) and change.new is not None:
        return BEGINS, ("in ", Code(change.new.path))
    if change.rule == LAYOUT:
        return primary(change), (f"({LAYOUT})",)
    if members.tells(change):
        return primary(change), members.told(change, primary(change))
    kind, details = _happened(change)
    return kind, listed([*((details,) if details else ()), *wrapping(change)], "; ")


def _happened(change: Change) -> tuple[Kind, Phrase]:
    kind = primary(change)
    old, new = change.old, change.new
    if kind == "introduced" and new is not None:
        place: Phrase = ("in ", Code(new.path))
        if old is not None:
            elsewhere = () if old.path == new.path else (" in ", Code(old.path))
            place = (*place, " extracted from ", Code(old.name), *elsewhere)
        return kind, (*place, *_copies(change))
    if new is None or old is None:
        only = new or old
        there: Phrase = () if only is None else ("in " if new else "from ", Code(only.path))
        return kind, (*there, *_copies(change))
    if _stays(change):
        if WHOLE & set(change.kinds):
            return kind, ("(former body renamed or moved)",)
        around = MEANING[kind].around
        if around and change.others:
            return kind, _others(kind, change)
        return kind, (f"({around})",) if around else ()
    left, right = sides(change) or ((), ())
    also = edits(change)
    return kind, (*left, " -> ", *right, *((f" ({also})",) if also else ()))


def wrapping(change: Change) -> tuple[Phrase, ...]:
    """What pairs of calls a change put around others: "b() between a() and c()"."""
    return tuple(
        (
            *listed((function(name),) for name in wrapped.calls[:_NAMED]),
            *((f" and {more} more",) if (more := len(wrapped.calls) - _NAMED) > 0 else ()),
            " between ",
            function(wrapped.opens),
            " and ",
            function(wrapped.closes),
        )
        for wrapped in wraps(change)
    )


def _copies(change: Change) -> Phrase:
    """What a new definition is a copy of, or as which copy one that is gone went on."""
    there = change.new or change.old
    if not change.others or there is None or (change.old is not None and change.new is not None):
        return ()
    return (" a copy of " if change.new else " went on as ", *_named(change, there.path))


def _others(kind: Kind, change: Change) -> Phrase:
    """ "into a, b": the definitions that a body went into, or that came into it."""
    assert change.new is not None
    way = "with " if kind in ("merged", "inlined") else "into "
    return (way, *_named(change, change.new.path))


def _named(change: Change, path: str) -> Phrase:
    """The other definitions; a file goes without saying where it is the same."""
    named: list[Phrase] = []
    for other in change.others:
        place = () if other.path == path else (" in ", Code(other.path))
        named.append((Code(other.name), *place))
    return listed(named)


def span(told: Told) -> str:
    """A lineage in one line: how many events and commits, when, and what stands out."""
    events = told.lineage.events
    if not events:
        return "no events in range"
    years = sorted(told.commits[e.commit].authored[:4] for e in events)
    when = years[0] if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
    commits = len({e.commit for e in events})
    size = count(len(events), "event")
    if commits != len(events):
        size += f" in {count(commits, 'commit')}"
    kinds = Counter(primary(e.change) for e in events)
    told_of = [
        count(kinds[m.kind], m.one, m.many)
        for m in MEANINGS[1:]
        if kinds[m.kind] and m.kind != "modified"
    ]
    origins = kinds["introduced"] - sum(begins(e.change) for e in events)
    if origins > 1:
        told_of.append(count(origins, "origin", "origins"))
    return f"{size}, {when}: {', '.join(told_of) or 'no move, no rename'}"


def tally(events: Sequence[Event]) -> str:
    """Changes in one line: "12 function changes: 2 moved, 10 modified"."""
    if not events:
        return "no function changed"
    there = sum(begins(e.change) for e in events)
    if there == len(events):
        return f"{count(there, 'function')}, {BEGINS}"
    kinds = Counter(primary(e.change) for e in events if not begins(e.change))
    parts = [f"{kinds[k]} {k}" for k in ORDER if kinds[k]]
    parts += [f"{there} {BEGINS}"] if there else []
    return f"{count(len(events), 'function change')}: {', '.join(parts)}"


def described(change: Change) -> tuple[Phrase, Phrase]:
    """A change for a row: its names, "old -> new" where they differ, and likewise its paths."""
    versions = [v for v in (change.old, change.new) if v is not None]
    names = dict.fromkeys(v.name for v in versions)
    paths = dict.fromkeys(v.path for v in versions)
    return _way(names), _way(paths)


def _way(names: Iterable[str]) -> Phrase:
    return listed([(Code(name),) for name in names], " -> ")


def by_file(events: Sequence[Event]) -> dict[Phrase, list[tuple[Phrase, Event]]]:
    """The names of changed functions by file; twins with the condition that tells them apart."""
    rows = [(*described(e.change), e) for e in events]
    seen = Counter((paths, names) for names, paths, _ in rows)
    found: dict[Phrase, list[tuple[Phrase, Event]]] = {}
    for names, paths, event in rows:
        version = event.change.new or event.change.old
        under = condition(version) if version and seen[paths, names] > 1 else ()
        shown = (*names, " (", *under, ")") if under else names
        found.setdefault(paths, []).append((shown, event))
    return found


def score(change: Change) -> str:
    """Two digits, rounded down: only a sure thing is 1.00."""
    return f"{int(change.score * 100) / 100:.2f}"


def against(found: Inspection) -> list[tuple[str, list[Event], list[Event]]]:
    """A commit's events by parent, each with a heading; one without where it is no merge.

    First those of functions, then those of what else is declared.
    """
    parents = found.commit.parents
    if len(parents) < 2:
        return [("", list(found.events), list(found.declared))]
    return [
        (
            f"against parent {n}, {parent[:12]}",
            [e for e in found.events if e.parent == parent],
            [e for e in found.declared if e.parent == parent],
        )
        for n, parent in enumerate(parents, 1)
    ]


def diff(change: Change) -> Iterator[str]:
    """A unified diff of the function's text; its hunks count the lines of the file."""
    old = _lines(change.old.function.text) if change.old else []
    new = _lines(change.new.function.text) if change.new else []
    if not _stays(change) and primary(change) in ("introduced", "extracted"):
        old = []  # the whole of it is new; its source is another function
    if not _stays(change) and primary(change) == "inlined":
        new = []
    at = change.old.function.start_line if change.old and old else 0
    to = change.new.function.start_line if change.new and new else 0
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(3):
        a1, a2, b1, b2 = group[0][1], group[-1][2], group[0][3], group[-1][4]
        yield f"@@ -{at + a1},{a2 - a1} +{to + b1},{b2 - b1} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i1:i2])
                continue
            yield from (f"-{line}" for line in old[i1:i2])
            yield from (f"+{line}" for line in new[j1:j2])


def _lines(source: bytes) -> list[str]:
    """A definition's lines: Latin-1 where it is no UTF-8, as at the git door."""
    try:
        return source.decode().split("\n")
    except UnicodeDecodeError:
        return source.decode("latin-1").split("\n")
