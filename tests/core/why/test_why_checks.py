"""Checks, evaluated on literal files and messages: each sort, where it holds and where not."""

from __future__ import annotations

import pytest

from minekvm.core.model import Commit, CommitId
from minekvm.core.why.checks import NOTHING, holds, speaks_of
from minekvm.core.why.model import Check, CheckSort

OLD = b"""
#define TWICE(x) ((x) + (x))
static int f(int a)
{
	lock(a);
	if (a)
		work(TWICE(a)); /* other(a) */
	return a;
}
"""
NEW = OLD.replace(b"static int f(int a)", b"static int f(long a)").replace(
    b"lock(a);\n", b"prepare(a);\n\tlock(a);\n"
)


def check(
    sort: CheckSort,
    name: str,
    function: str = "",
    before: bool | None = None,
    after: bool | None = True,
    other: str = "",
) -> Check:
    return Check(sort, name, "a.c", function, before=before, after=after, other=other)


@pytest.mark.parametrize(
    "right",
    [
        check("defines", "f", before=True),
        check("defines", "TWICE", before=True),
        check("defines", "lock", before=False, after=False),
        check("calls", "prepare", "f", before=False),
        check("calls", "other", "f", before=False, after=False),
        check("uses", "prepare", before=False),
        check("uses", "a", "f", before=True),
        check("follows", "work", "f", before=True, other="lock"),
        check("follows", "lock", "f", before=False, other="prepare"),
        check("follows", "prepare", "f", after=False, other="lock"),
        check("body", "f"),
        check("declaration", "f"),
        check("body", "TWICE", after=False),
    ],
)
def test_what_holds_is_seen_and_its_contrary_does_not_hold(right: Check) -> None:
    assert holds(right, OLD, NEW)
    turned = Check(
        right.sort, right.name, right.path, right.function, other=right.other,
        before=right.before, after=not right.after,
    )  # fmt: skip
    assert not holds(turned, OLD, NEW)


def test_a_file_that_is_not_there_has_nothing() -> None:
    assert holds(check("defines", "f", before=False), NOTHING, NEW)
    assert holds(check("calls", "lock", "f", before=True, after=False), OLD, NOTHING)
    assert not holds(check("uses", "f"), OLD, NOTHING)


def commit(hash_: str, message: str) -> Commit:
    title = message.split("\n", 1)[0]
    who = ("A", "a@example.org", "2020-01-01T00:00:00+00:00", 0)
    return Commit(CommitId(hash_), (), *who, title, message)


TOLD = commit("0123456789abcdef0123456789abcdef01234567", "lib: keep the lock\n")
PORT = commit("f" * 40, "lib: keep it\n\ncommit " + "ab12" * 10 + " upstream.\n")


@pytest.mark.parametrize(
    ("message", "about", "how", "wanted"),
    [
        ('x\n\nFixes: 0123456789ab ("lib: keep the lock")\n', TOLD, "fixes", True),
        ("x\n\nThis reverts commit 0123456789abcdef.\n", TOLD, "reverts", True),
        ('x\n\nSince "lib: keep\nthe lock" it is held.\n', TOLD, "cites", True),
        ("x\n\nFixes: ab12ab12ab12\n", PORT, "fixes", True),
        ("x\n\nSince 0123456789ab it is held.\n", TOLD, "reverts", False),
        ("x\n\nFixes: 1123456789ab\n", TOLD, "fixes", False),
        ("x\n\nThe lock is kept.\n", TOLD, "cites", False),
    ],
)
def test_a_message_speaks_of_a_commit_or_not(
    message: str, about: Commit, how: str, wanted: bool
) -> None:
    assert speaks_of(message, about, about.message, how) is wanted
