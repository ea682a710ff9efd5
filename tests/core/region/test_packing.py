"""Regions as plain lists, and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.c.definitions import scan
from minekvm.core.model import FunctionVersion
from minekvm.core.region.packing import markers_of, markers_row, packed, unpacked
from minekvm.core.region.region import Markers, Region, region

LOCK = Markers(frozenset(["lock"]), frozenset(["unlock"]), points=frozenset(["x"]))
STATEMENTS = st.lists(
    st.sampled_from(["lock();", "unlock();", "a(b());", "if (x) return 1;", "while (x) c();"]),
    max_size=6,
)


def seen(statements: list[str]) -> Region:
    (function,) = scan(f"int f(int x)\n{{\n{' '.join(statements)}\n}}\n".encode())
    return region(FunctionVersion("a.c", function), LOCK)


@given(st.lists(STATEMENTS, max_size=4))
def test_what_is_packed_is_unpacked(versions: list[list[str]]) -> None:
    regions = [(), *((seen(each),) for each in versions)]
    assert unpacked(json.loads(json.dumps(packed(regions)))) == regions


def test_versions_that_share_a_region_are_packed_once() -> None:
    one = (seen(["lock();", "a();"]),)
    assert len(packed([one, one, one])["regions"]) == 1


def test_markers() -> None:
    assert markers_of(json.loads(json.dumps(markers_row(LOCK)))) == LOCK


@pytest.mark.parametrize("broken", [{}, {"chains": 1}, {"chains": [], "places": [[1]]}])
def test_what_is_none(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, IndexError, TypeError, ValueError)):
        unpacked(broken)
