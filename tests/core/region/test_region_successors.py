"""What may stand for a marker that is not called any more."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan
from minekvm.core.model import FunctionVersion
from minekvm.core.region import successors as heirs
from minekvm.core.region.region import Markers, Region, region
from minekvm.core.region.successors import Lack

GUEST = Markers(frozenset(["guest_enter"]), frozenset(["guest_exit"]))
KIN = {
    "guest_enter": ["guest_timing_enter", "guest_context_enter", "note_switch"],
    "guest_exit": ["guest_context_exit", "guest_timing_exit"],
}


def seen(*statements: str, markers: Markers = GUEST) -> tuple[Region, ...]:
    (function,) = scan(f"int f(int x)\n{{\n{' '.join(statements)}\n}}\n".encode())
    return (region(FunctionVersion("a.c", function), markers),)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (("guest_enter();", "guest_exit();"), Lack(False, False)),
        (("guest_enter();",), Lack(False, True)),
        (("guest_exit();",), Lack(True, False)),
        (("a();",), Lack(True, True)),
    ],
)
def test_which_ends_are_missing(statements: tuple[str, ...], expected: Lack) -> None:
    assert heirs.lack(seen(*statements)) == expected
    assert bool(expected) == (expected != Lack(False, False))


def test_a_function_that_is_not_there_misses_nothing() -> None:
    assert not heirs.lack(())


def test_what_is_never_there_is_not_missed() -> None:
    assert Lack(True, True).beyond(Lack(False, True)) == Lack(True, False)


def added(markers: Markers) -> list[str]:
    return sorted((markers.enter | markers.exit) - (GUEST.enter | GUEST.exit))


def test_both_ends_are_replaced_by_opposites() -> None:
    found = [added(m) for m in heirs.candidates(GUEST, Lack(True, True), KIN)]
    assert sorted(found) == [
        ["guest_context_enter", "guest_context_exit"],
        ["guest_timing_enter", "guest_timing_exit"],
    ]


def test_one_end_is_replaced_by_the_opposite_of_the_others_kin() -> None:
    found = [added(m) for m in heirs.candidates(GUEST, Lack(False, True), KIN)]
    assert sorted(found) == [["guest_context_exit"], ["guest_timing_exit"]]


def test_a_longer_name_stands_for_one_end() -> None:
    kin = {"guest_enter": ["vcpu_guest_enter", "other"], "guest_exit": []}
    found = [added(m) for m in heirs.candidates(GUEST, Lack(True, False), kin)]
    assert found == [["vcpu_guest_enter"]]


def test_what_is_called_in_its_place() -> None:
    before = seen("guest_enter();", "a();", "guest_exit();")
    after = seen("repo_guest_enter();", "a();", "b();", "guest_exit();")
    assert heirs.instead(before, after) == {"guest_enter": ["repo_guest_enter"]}


def test_likeness_is_that_of_the_names_inside() -> None:
    one = seen("guest_enter();", "a();", "b();", "guest_exit();")
    other = seen("guest_enter();", "a();", "c();", "guest_exit();")
    assert heirs.likeness(one, one) == 1
    assert heirs.likeness(one, other) == pytest.approx(1 / 3)
    assert heirs.likeness(one, ()) == 0


def test_parts_are_what_definitions_call() -> None:
    functions = scan(b"int f(int a)\n{\n\tb();\n\tc(b());\n}\n")
    assert heirs.parts(FunctionVersion("a.c", f) for f in functions) == ["b", "c"]
