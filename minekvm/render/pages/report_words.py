"""Words for a report that its renderings share: what stands where, counted and named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minekvm.render import text

Row = Mapping[str, Any]
_SIZES = (
    ("lineages", "lineage", "lineages"),
    ("regions", "region", "regions"),
    ("ledger", "ledger of calls", "ledgers of calls"),
    ("answers", "answer", "answers"),
)


def clone(document: Row) -> str:
    """What was read: "linux at 1234567890ab, 168 commits"."""
    told = document["clone"]
    return f"{told['name']} at {told['head'][:12]}, {text.count(told['commits'], 'commit')}"


def size(document: Row) -> str:
    """What is in it: "5 lineages, 45 events in 21 commits"."""
    parts = [
        text.count(len(document[key]), one, many) for key, one, many in _SIZES if document.get(key)
    ]
    events, commits = document["events"], document["commits"]
    parts.append(f"{text.count(len(events), 'event')} in {text.count(len(commits), 'commit')}")
    return ", ".join(parts)


def place(citation: Row) -> str:
    """Where a quote stands: "message:3 of 87fa7f3e98a1", "a.c:3-5 of 87fa7f3e98a1"."""
    at = citation["place"]
    lines = "-".join(map(str, dict.fromkeys(at["lines"])))
    if at["kind"] == "mail":
        return f"mail {at['message_id']}:{lines}"
    where = "message" if at["kind"] == "message" else at["path"]
    return f"{where}:{lines} of {citation['commit'][:12]}"


def subject(document: Row, commit: str) -> str:
    """A commit's subject, or that it is not here."""
    about = document["commits"].get(commit)
    return about["subject"] if about else "not in this clone"


def between(row: Row, quote: text.Quote = text.safe) -> str:
    """A region: "From enter to exit in function"."""
    enter, exit_ = (" or ".join(map(quote, row[end])) for end in ("enter", "exit"))
    return f"From {enter} to {exit_} in {quote(row['function'])}"


def leak(row: Row) -> str:
    """A way out with the region open."""
    way = "return" if row["kind"] == "return" else "end"
    sure = "" if row["must"] else "may be "
    return f"{sure}left open at the {way} in line {row['line']}"


def calls(row: Row) -> str:
    """Who calls a symbol, in numbers."""
    still = sum(site["still"] for site in row["sites"])
    past = len(row["sites"]) - still
    now = text.count(still, "function calls", "functions call") if still else "nobody calls"
    return f"{now} it, {past} of the past" if past else f"{now} it"


def went(site: Row, quote: text.Quote = text.safe) -> str:
    """Where the calls of a site went that have left it."""
    row = site["went"]
    if row is None:
        return "" if site["still"] else "gone"
    place = "" if row["path"] == site["path"] else f" in {quote(row['path'])}"
    if row["how"] == "replaced":
        return f"replaced by {quote(row['by'])}"
    if row["how"] == "to function":
        return f"{'into' if row['by'] else 'to'} {quote(row['function'])}{place}"
    if row["how"] == "went with":
        return f"went with it to {quote(row['function'])}{place}"
    return f"{row['how']} {quote(row['function'])}{place}"


def missing(row: Row) -> str:
    """A part of the story that the clone lacks: "symbol f: nothing defines it"."""
    return f"{row['what']}: {row['why']}"
