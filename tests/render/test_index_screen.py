"""What indexing did, and what an index has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from relation_values import status
from render_values import printed, shown

from minekvm.core.model import IndexStatus, Mined
from minekvm.render import terminal
from minekvm.render.pages import index


def status_at(found: IndexStatus | None, now: datetime) -> None:
    print(terminal.write(index.page(found, now)), end="")


WHEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)

STATUS = """\
index     /cache/x.db
size      12.3 MB  layout 3
indexed   2024-05-06 07:08+00:00  3 days ago
commits   12,345
mentions  6,789  of other commits
people    54
files     321
versions  987  of files, whose functions are known
"""


@pytest.mark.parametrize("width", [None, 80])
def test_what_an_index_has(monkeypatch: pytest.MonkeyPatch, width: int | None) -> None:
    now = WHEN + timedelta(days=3, hours=23)
    screen = shown(monkeypatch, partial(status_at, status(), now), width)
    assert "".join(line.rstrip() + "\n" for line in screen.splitlines()) == STATUS


def test_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, partial(status_at, None, WHEN))
    assert screen == "no index yet: minekvm index\n"


@pytest.mark.parametrize(
    ("indexed", "row"),
    [
        ("", "indexed   never to the end  go on: minekvm index"),
        ("some\x1b day", "indexed   some\\x1b day"),
        ("2024-05-06T07:08:09", "indexed   2024-05-06 07:08  just now"),
        ("2024-05-06T09:08:09+02:00", "indexed   2024-05-06 09:08+02:00  just now"),
    ],
)
def test_when_it_was_indexed(monkeypatch: pytest.MonkeyPatch, indexed: str, row: str) -> None:
    screen = shown(monkeypatch, partial(status_at, status(indexed=indexed), WHEN), None)
    assert screen.splitlines()[2] == row


@pytest.mark.parametrize(
    ("added", "removed", "done"),
    [
        (0, 0, "nothing new"),
        (1, 0, "added 1 commit"),
        (2000, 0, "added 2,000 commits"),
        (0, 3, "removed 3 commits"),
        (2, 1, "added 2 commits, removed 1 commit"),
    ],
)
def test_what_indexing_did(
    monkeypatch: pytest.MonkeyPatch, added: int, removed: int, done: str
) -> None:
    screen = shown(monkeypatch, partial(printed, "index", Mined(added, removed, status())), None)
    assert screen.splitlines() == [
        f"{done}; now 12,345 commits, 6,789 mentions, 321 files",
        "12.3 MB in /cache/x.db",
    ]


@pytest.mark.parametrize(
    ("number", "shown_as"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (5_270_000_000, "5.3 GB"),
        (10**16, "10000.0 TB"),
    ],
)
def test_sizes(number: int, shown_as: str) -> None:
    assert index.size(number) == shown_as


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=364), "364 days ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(hours=-1), "in the future"),
    ],
)
def test_ages(passed: timedelta, said: str) -> None:
    assert index.age(WHEN, WHEN + passed) == said
