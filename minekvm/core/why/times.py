"""The time that a year or a month of a question spans."""

from __future__ import annotations

from datetime import UTC, datetime


def calendar_span(time: str) -> tuple[int, int] | None:
    """The seconds at which a year ("2013") or month ("2013-07") begins and ends, in UTC.

    None where a text is neither.
    """
    year, _, month = time.partition("-")
    if not year.isdigit() or (month and not month.isdigit()) or not 1970 <= int(year) <= 9000:
        return None
    first = int(month or 1)
    last = first if month else 12
    if not 1 <= first <= last <= 12:
        return None
    begin = datetime(int(year), first, 1, tzinfo=UTC)
    end = datetime(int(year) + last // 12, last % 12 + 1, 1, tzinfo=UTC)
    return int(begin.timestamp()), int(end.timestamp())
