"""Regions in words: what a commit did, told by table or for all alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from render_values import printed, shown

from minekvm.core.model import CommitId
from minekvm.core.phrases import plain
from minekvm.core.region import words
from minekvm.core.region.changes import Difference, MarkerMoved, Passed
from minekvm.core.region.model import Answer, Change, Question, Standing
from minekvm.core.region.region import Inside, Marker, Place, Placed, Region

NOTHING = Difference("", (), (), (), (), (), (), 0, 0)
EMPTY = Region("f", "a.c", "", (), (), (), ())


def inside(call: str, *chain: str, must: bool = True) -> Inside:
    return Inside(call, "a.c", (chain or ("f",))[-1], 3, must, chain or ("f",))


def mark(call: str, function: str, *, opens: bool = True) -> Marker:
    return Marker(call, function, 2, opens, "outside", "a.c")


def change(*differences: Difference, parents: int = 1, tables: tuple[str, ...] = ("",)) -> Change:
    regions = tuple(replace(EMPTY, table=table) for table in tables)
    return Change(CommitId("c"), (CommitId("p"),) * parents, differences, regions)


def told(*differences: Difference, tables: tuple[str, ...] = ("",)) -> list[str]:
    rows = words.done(change(*differences, tables=tables))
    return [f"{table}: {plain(words.sentence(said))}" for table, said in rows]


def test_what_came_and_left() -> None:
    came = (Passed(inside("a"), "new"), Passed(inside("b", must=False), "new"))
    left = (Passed(inside("c"), "markers"),)
    assert told(replace(NOTHING, came=came, left=left)) == [
        ": came in a, b? (newly called); left c (the marker moved over it)"
    ]


def test_what_comes_with_a_call_is_counted() -> None:
    came = (Passed(inside("g"), "new"), Passed(inside("h", "f", "g"), "new"))
    assert told(replace(NOTHING, came=came)) == [": came in g (newly called, with 1 call within)"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (("lock", "f"), ("lock", "g"), "enter moved from f() to g()"),
        (("lock", "f"), ("lock", "f"), "enter moved within f()"),
        (("lock", "f"), ("hold", "f"), "enter now hold() instead of lock()"),
        (None, ("lock", "g"), "enter came in g()"),
        (("lock", "f"), None, "enter left in f()"),
    ],
)
def test_where_a_marker_went(
    old: tuple[str, str] | None, new: tuple[str, str] | None, expected: str
) -> None:
    moved = MarkerMoved(old and mark(*old), new and mark(*new))
    assert told(replace(NOTHING, markers=(moved,))) == [f": {expected}"]


def test_both_ends_that_moved_alike_are_told_at_once() -> None:
    moved = tuple(
        MarkerMoved(mark(call, "f", opens=opens), mark(call, "g", opens=opens))
        for call, opens in (("lock", True), ("unlock", False))
    )
    assert told(replace(NOTHING, markers=moved)) == [": markers moved from f() to g()"]


def test_tables_are_told_apart_unless_alike() -> None:
    came = replace(NOTHING, came=(Passed(inside("a"), "new"),))
    vmx, svm = replace(came, table="vmx"), replace(came, table="svm")
    both = ("vmx", "svm")
    assert told(vmx, svm, tables=both) == [": came in a (newly called)"]
    assert told(vmx, tables=both) == ["vmx: came in a (newly called)"]


def test_the_verdict() -> None:
    one = (Passed(inside("a"), "new"),)
    assert words.verdict(change(NOTHING, parents=0)) == "begins"
    assert words.verdict(change(replace(NOTHING, left=one))) == "ends"


def test_where_the_history_begins_nothing_came_in() -> None:
    root = change(replace(NOTHING, came=(Passed(inside("a"), "new"),)), parents=0)
    (row,) = words.done(root)
    assert plain(words.sentence(row[1], 2)) == "there since the history begins"


def test_calls_of_one_name_on_end_are_counted() -> None:
    calls = [inside("a"), inside("b"), replace(inside("b"), line=9), inside("a")]
    assert [plain(name) for name in words.in_order(calls)] == ["a", "b (2 times)", "a"]


def test_a_long_list_is_counted() -> None:
    came = tuple(Passed(inside(name), "new") for name in "abcd")
    (row,) = words.done(change(replace(NOTHING, came=came)))
    assert plain(words.sentence(row[1], 2)) == "came in a, b, and 2 more (newly called)"


def test_what_stands_where() -> None:
    assert plain(words.subject(Standing("t", "inside", ()))) == "t()"
    place = Standing(Place("f", "before", "g", 2), "outside", ())
    assert plain(words.subject(place)) == "a call in f(), right before g() (number 2)"
    assert words.standing(place, "outside") == "would lie outside"
    start = Standing(Place("f", "before"), "inside", ())
    assert plain(words.subject(start)) == "a call in f(), at its start"


def test_what_lies_deepest_is_folded_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def placed(call: str, *chain: str) -> Placed:
        return Placed(call, call, "a.c", chain[-1], 3, "inside", chain)

    calls = (
        placed("outer", "f"),
        placed("first", "f", "outer"),
        placed("second", "f", "outer", "first"),
        placed("last", "f"),
    )
    question, rev = Question(("lock",), ("unlock",), "f"), CommitId("9" * 40)
    found = Answer(question, rev, (replace(EMPTY, calls=calls),), (), (), (), 1, {}, ())
    short = shown(monkeypatch, lambda: printed("region", found))
    whole = shown(monkeypatch, lambda: printed("region", found, verbose=True))
    names = ("outer", "first", "second", "last")
    assert [name for name in names if name in short] == ["outer", "last"]
    assert [name for name in names if name in whole] == list(names)
