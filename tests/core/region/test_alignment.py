"""Which names keep their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.region import alignment
from minekvm.core.region.alignment import stays

NAMES = st.lists(st.sampled_from("abcd"), max_size=12)


def kept(old: str, new: str, heavy: str = "") -> tuple[str, str]:
    """What stays on both sides, as text."""
    one, two = stays(list(old), list(new), lambda name: 3 if name in heavy else 1)
    return "".join(old[i] for i in sorted(one)), "".join(new[i] for i in sorted(two))


def test_what_moves_is_the_least() -> None:
    assert kept("abcd", "bcda") == ("bcd", "bcd")
    assert kept("abc", "abc") == ("abc", "abc")
    assert kept("", "abc") == ("", "")


def test_the_heavier_stays() -> None:
    assert kept("Mab", "abM") == ("ab", "ab")
    assert kept("Mab", "abM", heavy="M") == ("M", "M")
    assert kept("Mabcd", "abcdM", heavy="M") == ("abcd", "abcd")


@given(NAMES, NAMES)
def test_what_stays_is_the_same_on_both_sides(old: list[str], new: list[str]) -> None:
    one, two = stays(old, new)
    assert [old[i] for i in sorted(one)] == [new[i] for i in sorted(two)]


@given(NAMES, NAMES)
def test_no_order_can_keep_more_than_all(old: list[str], new: list[str]) -> None:
    one, _ = stays(old, new)
    assert len(one) <= sum(min(old.count(n), new.count(n)) for n in set(old))
    assert (len(one) == len(old) == len(new)) == (old == new)


def test_orders_too_long_to_be_weighed_keep_equal_names_as_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alignment, "_MOST", 3)
    assert stays("xabc", "ybac") == (frozenset({1, 3}), frozenset({2, 3}))
