"""Words that the renderers share, and the guard between other people's text and the reader."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.kinds import EDITS, MEANING, MEANINGS, ORDER, RANK, WHOLE
from minekvm.core.model import Change, Event, Function, FunctionVersion, Gap, Inspection, Kind, Told

if TYPE_CHECKING:
    from minekvm.core.relate.relations import About

# Told as names by file; anything more telling gets a row for each change.
LISTED: tuple[Kind, ...] = (
    *(m.kind for m in MEANINGS if m.family in ("edit", "header")),
    "added",
    "removed",
)

Quote = Callable[[str], str]  # how a name or a path is written

# --- hostile text

_SUSPECT = re.compile(r"[^\x20-\x7e]")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def safe(text: str) -> str:
    """Text for one line: controls, bidi and zero-width characters become visible escapes.

    Bytes that no encoding explained (lone surrogates) are shown as Latin-1.
    """
    return text if text.isascii() and text.isprintable() else _SUSPECT.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    char = match[0]
    if "\udc80" <= char <= "\udcff":
        char = chr(ord(char) - 0xDC00)
    if unicodedata.category(char) not in _HIDDEN:
        return char
    return char.encode("unicode_escape").decode("ascii")


def single(string: str) -> str:
    """Text of several lines on one."""
    if "\n" not in string:
        return string
    return " ".join(part for line in string.split("\n") if (part := line.strip()))


def safe_line(string: str) -> str:
    """A line of code or of a message: tabs stay, other controls become visible escapes."""
    return "\t".join(map(safe, string.split("\t")))


def one_line(string: str) -> str:
    """Text of several lines on one."""
    return " ".join(string.split())


def shortened(string: str, most: int) -> str:
    """A string of so many characters at most, ended with three dots where it was cut."""
    return string if len(string) <= most else f"{string[: most - 3]}..."


def code_lines(source: bytes) -> list[str]:
    """Source as lines to show: tabs stay, other controls become visible escapes."""
    try:
        text = source.decode()
    except UnicodeDecodeError:
        text = source.decode("latin-1")
    return list(map(safe_line, text.split("\n")))


# --- words


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


def where(version: FunctionVersion) -> str:
    """Path and lines: "mm/slab.c:10-20"."""
    lines = dict.fromkeys((version.function.start_line, version.function.end_line))
    return f"{safe(version.path)}:{'-'.join(map(str, lines))}"


def condition(version: FunctionVersion) -> str:
    """The preprocessor condition around a definition: "#if defined(X)", or ""."""
    return f"#if {safe(version.function.condition)}" if version.function.condition else ""


def variants(told: Told) -> bool:
    """Whether definitions stood side by side under different preprocessor conditions."""
    together = [{v.function.condition for v in told.lineage.definitions}]
    for _, events in groupby(told.lineage.events, key=lambda e: e.commit):
        changes = [e.change for e in events]
        together.append({c.new.function.condition for c in changes if c.new})
        together.append({c.old.function.condition for c in changes if c.old})
    return any(len(conditions) > 1 for conditions in together)


def sides(change: Change, quote: Quote = safe) -> tuple[str, str] | None:
    """Old and new as far as they differ: names, paths or both; None where one is missing."""
    old, new = change.old, change.new
    if old is None or new is None:
        return None
    names, paths = (quote(old.name), quote(new.name)), (quote(old.path), quote(new.path))
    if old.path == new.path:
        return names
    if old.name == new.name:
        return paths
    return f"{names[0]} in {paths[0]}", f"{names[1]} in {paths[1]}"


def _stays(change: Change) -> bool:
    old, new = change.old, change.new
    return old is not None and new is not None and (old.path, old.name) == (new.path, new.name)


def happened(change: Change, arrow: str = "->", quote: Quote = safe) -> tuple[Kind, list[str]]:
    """What happened, for a lineage: a kind's word, and its details as pieces to wrap between."""
    kind = primary(change)
    old, new = change.old, change.new
    if kind == "introduced" and new is not None:
        pieces = [f"in {quote(new.path)}"]
        if old is not None:
            place = "" if old.path == new.path else f" in {quote(old.path)}"
            pieces.append(f"extracted from {quote(old.name)}{place}")
        return kind, pieces + _copies(change, quote)
    if new is None or old is None:
        only = new or old
        pieces = [] if only is None else [f"{'in' if new else 'from'} {quote(only.path)}"]
        return kind, pieces + _copies(change, quote)
    if _stays(change):
        if WHOLE & set(change.kinds):
            return kind, ["(former body renamed or moved)"]
        around = MEANING[kind].around
        if around and change.others:
            return kind, _others(kind, change, quote)
        return kind, [f"({around})"] if around else []
    left, right = sides(change, quote) or ("", "")
    also = edits(change)
    return kind, [left, f"{arrow} {right}" + (f" ({also})" if also else "")]


def _copies(change: Change, quote: Quote) -> list[str]:
    """What a new definition is a copy of, or as which copy one that is gone went on."""
    if not change.others or (change.old is not None and change.new is not None):
        return []
    there = change.new or change.old
    assert there is not None
    names = []
    for other in change.others:
        place = "" if other.path == there.path else f" in {quote(other.path)}"
        names.append(f"{quote(other.name)}{place}")
    return [f"{'a copy of' if change.new else 'went on as'} {', '.join(names)}"]


def _others(kind: Kind, change: Change, quote: Quote) -> list[str]:
    """ "into a, b": the definitions that a body went into, or that came into it."""
    assert change.new is not None
    way = "with" if kind in ("merged", "inlined") else "into"
    pieces = []
    for other in change.others:
        place = "" if other.path == change.new.path else f" in {quote(other.path)}"
        pieces.append(f"{quote(other.name)}{place}")
    return [f"{way} {', '.join(pieces)}"]


def count(number: int, one: str, many: str = "") -> str:
    """ "1 event", "2 events"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


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
    if kinds["introduced"] > 1:
        told_of.append(count(kinds["introduced"], "origin", "origins"))
    return f"{size}, {when}: {', '.join(told_of) or 'no move, no rename'}"


def tally(events: Sequence[Event]) -> str:
    """Changes in one line: "12 function changes: 2 moved, 10 modified"."""
    if not events:
        return "no function changed"
    kinds = Counter(primary(e.change) for e in events)
    parts = ", ".join(f"{kinds[k]} {k}" for k in ORDER if kinds[k])
    return f"{count(len(events), 'function change')}: {parts}"


def described(change: Change, arrow: str = "->", quote: Quote = safe) -> tuple[str, str]:
    """A change for a row: its names, "old -> new" where they differ, and likewise its paths."""
    versions = [v for v in (change.old, change.new) if v is not None]
    names = dict.fromkeys(quote(v.name) for v in versions)
    paths = dict.fromkeys(quote(v.path) for v in versions)
    return f" {arrow} ".join(names), f" {arrow} ".join(paths)


def by_file(
    events: Sequence[Event], arrow: str = "->", quote: Quote = safe
) -> dict[str, list[str]]:
    """The names of changed functions by file; twins with the condition that tells them apart."""
    rows = [(*described(e.change, arrow, quote), e.change.new or e.change.old) for e in events]
    seen = Counter((paths, names) for names, paths, _ in rows)
    found: dict[str, list[str]] = {}
    for names, paths, version in rows:
        under = condition(version) if version and seen[paths, names] > 1 else ""
        found.setdefault(paths, []).append(f"{names} ({under})" if under else names)
    return found


def score(change: Change) -> str:
    """Two digits, rounded down: only a sure thing is 1.00."""
    return f"{int(change.score * 100) / 100:.2f}"


def doubt(change: Change, before: str) -> str:
    """The score, where there is anything to doubt."""
    return f"{before}{score(change)}" if change.score < 1 else ""


def against(found: Inspection) -> list[tuple[str, list[Event]]]:
    """A commit's events by parent, each with a heading; one without where it is no merge."""
    parents = found.commit.parents
    if len(parents) < 2:
        return [("", list(found.events))]
    return [
        (f"against parent {n}, {parent[:12]}", [e for e in found.events if e.parent == parent])
        for n, parent in enumerate(parents, 1)
    ]


def gap_line(gap: Gap) -> str:
    """A gap in one line: what, why and where."""
    places = [p for p in (gap.commit and gap.commit[:12], gap.path) if p]
    place = f" ({', '.join(places)})" if places else ""
    return safe(f"gap: {gap.what}: {gap.why}{place}")


def author(commit: About) -> str:
    """Who wrote it, or a word for nobody."""
    return safe(commit.author.strip()) or "nobody"


# --- diffs


def diff(change: Change) -> Iterator[str]:
    """A unified diff of the function's text; its hunks count the lines of the file."""
    old = code_lines(change.old.function.text) if change.old else []
    new = code_lines(change.new.function.text) if change.new else []
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
