"""What indexing did and what an index has, for a reader at a terminal or a pipe."""

from __future__ import annotations

from datetime import datetime

from minekvm.core.model import IndexStatus, Mined
from minekvm.render import text
from minekvm.render.terminal import Page, Piece

NONE = "no index yet: minekvm index"
_UNITS = ("kB", "MB", "GB", "TB")
_LABEL = 10  # columns for a fact's name
_AGES = ((86_400 * 365, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def mined(found: Mined) -> None:
    """Print what was added and removed, what there is now, and where."""
    page, there = Page(), found.status
    done = [f"added {_many(found.added, 'commit')}"] if found.added else []
    done += [f"removed {_many(found.removed, 'commit')}"] if found.removed else []
    page.line(
        (", ".join(done) or "nothing new", "bold"),
        (f"; now {_many(there.commits, 'commit')}, {_many(there.mentions, 'mention')}", ""),
        (f", {_many(there.paths, 'file')}", ""),
    )
    page.line((f"{size(there.size)} in {text.safe(there.path)}", ""))
    page.show()


def status(found: IndexStatus | None, now: datetime) -> None:
    """Print what an index has, how big and how old it is."""
    page = Page()
    if found is None:
        page.line((NONE, ""))
        page.show()
        return
    facts: list[tuple[str, str, str]] = [
        ("index", text.safe(found.path), ""),
        ("size", size(found.size), f"layout {found.version}"),
        ("indexed", *_indexed(found.indexed, now)),
        ("commits", f"{found.commits:,}", ""),
        ("mentions", f"{found.mentions:,}", "of other commits"),
        ("people", f"{found.people:,}", ""),
        ("files", f"{found.paths:,}", ""),
        ("versions", f"{found.blobs:,}", "of files, whose functions are known"),
    ]
    for name, fact, more in facts:
        aside: Piece = (f"  {more}" if more else "", "dim")
        page.line((f"{name:<{_LABEL}}", "bold"), (fact, ""), aside)
    page.show()


def size(number: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point: "12.3 MB"."""
    if number < 1000:
        return text.count(number, "byte")
    value, unit = float(number), 0
    while unit < len(_UNITS) and (not unit or round(value, 1) >= 1000):
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit - 1]}"


def age(since: datetime, now: datetime) -> str:
    """ "3 days ago", in the largest unit that fits; "just now" within a minute."""
    seconds = (now - since).total_seconds()
    for length, unit in _AGES:
        if seconds >= length:
            return f"{text.count(int(seconds // length), unit)} ago"
    return "just now" if seconds > -60 else "in the future"


def _indexed(when: str, now: datetime) -> tuple[str, str]:
    """When an index was brought up to date, and how long ago."""
    if not when:
        return "never to the end", "go on: minekvm index"
    try:
        since = datetime.fromisoformat(when)
    except ValueError:
        return text.safe(when), ""
    if since.tzinfo is None or now.tzinfo is None:
        since, now = since.replace(tzinfo=None), now.replace(tzinfo=None)
    return since.isoformat(" ", "minutes"), age(since, now)


def _many(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
