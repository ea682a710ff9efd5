"""What indexing did and what an index has."""

from __future__ import annotations

from datetime import UTC, datetime

from minekvm.core.model import IndexStatus, Mined
from minekvm.core.phrases import Code, Prose, count
from minekvm.render.document import Cell, Document, Item, Section, aside, line, strong

NONE = "no index yet: minekvm index"
_UNITS = ("kB", "MB", "GB", "TB")
_AGES = ((86_400 * 365, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def page(found: Mined | IndexStatus | None, now: datetime | None = None) -> Document:
    """What was added and removed, and what there is now; or what an index has, as of `now`."""
    if isinstance(found, Mined):
        return _mined(found)
    if found is None:
        return Document((), (line(NONE),))
    return Document((), (), (_status(found, now or datetime.now(UTC)),))


def _mined(found: Mined) -> Document:
    there = found.status
    done = [f"added {_many(found.added, 'commit')}"] if found.added else []
    done += [f"removed {_many(found.removed, 'commit')}"] if found.removed else []
    size_now = f"{_many(there.commits, 'commit')}, {_many(there.mentions, 'mention')}"
    first = (strong(", ".join(done) or "nothing new"), f"; now {size_now}")
    more = f", {_many(there.paths, 'file')}"
    return Document((), (line((*first, more)), line((f"{size(there.size)} in ", Code(there.path)))))


def _status(found: IndexStatus, now: datetime) -> Section:
    facts: list[tuple[str, Cell, str]] = [
        ("index", Code(found.path), ""),
        ("size", size(found.size), f"layout {found.version}"),
        ("indexed", *_indexed(found.indexed, now)),
        ("commits", f"{found.commits:,}", ""),
        ("mentions", f"{found.mentions:,}", "of other commits"),
        ("people", f"{found.people:,}", ""),
        ("files", f"{found.paths:,}", ""),
        ("versions", f"{found.blobs:,}", "of files, whose functions are known"),
    ]
    items = [
        Item((fact, aside(more)) if more else (fact,), label=label) for label, fact, more in facts
    ]
    return Section((), tuple(items))


def size(number: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point: "12.3 MB"."""
    if number < 1000:
        return count(number, "byte")
    value, unit = float(number), 0
    while unit < len(_UNITS) and (not unit or round(value, 1) >= 1000):
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit - 1]}"


def age(since: datetime, now: datetime) -> str:
    """ "3 days ago", in the largest unit that fits; "just now" within a minute."""
    seconds = (now - since).total_seconds()
    for length, unit in _AGES:
        if seconds >= length:
            return f"{count(int(seconds // length), unit)} ago"
    return "just now" if seconds > -60 else "in the future"


def _indexed(when: str, now: datetime) -> tuple[Cell, str]:
    """When an index was brought up to date, and how long ago."""
    if not when:
        return "never to the end", "go on: minekvm index"
    try:
        since = datetime.fromisoformat(when)
    except ValueError:
        return Prose(when), ""
    if since.tzinfo is None or now.tzinfo is None:
        since, now = since.replace(tzinfo=None), now.replace(tzinfo=None)
    return since.isoformat(" ", "minutes"), age(since, now)


def _many(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
