"""Several orders in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.report.merge_orders import woven


def test_what_no_order_settles_goes_by_key() -> None:
    assert woven(["ca", "db"], key=str) == ["c", "a", "d", "b"]
    assert woven(["ba", "cb"], key=str) == ["c", "b", "a"]


def test_orders_that_contradict_one_another_still_give_each_once() -> None:
    assert woven(["ab", "ba"], key=str) == ["a", "b"]
    assert woven(["xab", "bca"], key=str)[0] == "x"


@given(st.permutations(range(8)), st.lists(st.lists(st.integers(0, 7), unique=True), max_size=5))
def test_no_order_is_gone_against(whole: list[int], parts: list[list[int]]) -> None:
    sequences = [[n for n in whole if n in part] for part in parts]
    found = woven(sequences, key=lambda n: -n)
    assert sorted(found) == sorted({n for s in sequences for n in s})
    for sequence in sequences:
        assert [n for n in found if n in sequence] == sequence


@given(st.lists(st.lists(st.integers(0, 6)), max_size=6))
def test_everything_is_there_once(sequences: list[list[int]]) -> None:
    found = woven(sequences, key=lambda n: n)
    assert sorted(found) == sorted({n for s in sequences for n in s})
