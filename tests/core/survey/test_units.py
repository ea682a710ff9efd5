"""Units: nothing is left out and nothing done twice, however far a survey has come."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.survey.model import Unit
from minekvm.core.survey.units import Sizer, cut, left


@given(st.integers(0, 500), st.sets(st.integers(0, 24)), st.floats(0.0001, 5))
def test_every_commit_is_in_one_unit(total: int, parts: set[int], rate: float) -> None:
    done = [Unit(p * 20, 20) for p in parts if p * 20 + 20 <= total]
    begun = done[: len(done) // 2]
    sizer = Sizer(10)
    units = []
    for unit in cut(begun, left(total, done), sizer):
        units.append(unit)
        sizer.measured(unit.count, unit.count * rate)
    places = [p for u in (*done[len(begun) :], *units) for p in range(u.first, u.first + u.count)]
    assert sorted(places) == list(range(total))


def test_units_grow_to_what_fills_the_time() -> None:
    sizer = Sizer(10)
    sizes = []
    for _ in range(12):
        sizes.append(sizer.size())
        sizer.measured(sizes[-1], sizes[-1] * 0.02)
    assert sizes[0] == 48
    assert all(b <= 2 * a for a, b in pairwise(sizes))
    assert sizes[-1] == 500  # ten seconds at two hundredths each


def test_a_name_sorts_as_its_unit_does() -> None:
    units = [Unit(0, 48), Unit(48, 96), Unit(1_000_000, 1)]
    assert [u.name for u in units] == sorted(u.name for u in units)
    assert units[1].name == "00000048-00000143"
