"""The calls that a change brings, and the pairs of markers that make a region."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan
from minekvm.core.model import FilePair, FunctionVersion
from minekvm.core.needs.pairs import pairs
from minekvm.core.needs.places import arrived, forbids
from minekvm.core.region.region import Place
from minekvm.core.report.story import Rule


def pair(old: str, new: str) -> FilePair:
    return FilePair("a.c", "a.c", scan(old.encode()), scan(new.encode()))


def body(*lines: str, name: str = "f") -> str:
    return f"void {name}(void)\n{{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def test_a_call_that_comes_has_its_neighbours() -> None:
    (one,) = arrived([pair(body("one();", "two();"), body("one();", "new();", "two();"))])
    assert (one.call, one.line, one.before, one.after) == ("new", 4, "one", "two")
    assert one.places == [Place("f", "after", "one"), Place("f", "before", "two")]


def test_a_neighbour_that_came_along_is_none() -> None:
    found = arrived([pair(body("one();"), body("one();", "new();", "newer();"))])
    assert [(a.call, a.before) for a in found] == [("new", "one"), ("newer", "one")]


def test_a_call_that_goes_elsewhere_is_known_to_have_moved() -> None:
    old = body("go();", "stay();") + body("rest();", name="g")
    new = body("stay();") + body("rest();", "go();", name="g")
    (one,) = arrived([pair(old, new)])
    assert (one.call, one.version.name, one.left) == ("go", "g", ("f",))


def test_what_is_the_same_brings_nothing() -> None:
    assert arrived([pair(body("one();"), body("one();"))]) == []


@pytest.mark.parametrize(
    ("enter", "leave", "is_one"),
    [
        ("spin_lock", "spin_unlock", True),
        ("local_irq_save", "local_irq_restore", True),
        ("rcu_read_lock", "rcu_read_unlock", True),
        ("guest_enter", "guest_exit", True),
        ("noinstr_begin", "noinstr_end", True),
        ("kmap", "kunmap", False),
        ("page_get", "page_put", False),
        ("buf_alloc", "buf_free", False),
    ],
)
def test_which_pairs_are_regions(enter: str, leave: str, is_one: bool) -> None:
    (function,) = scan(body(f"{enter}();", "work();", f"{leave}();").encode())
    found = pairs(FunctionVersion("a.c", function))
    assert found == ([((enter,), (leave,))] if is_one else [])


def test_a_rule_speaks_of_calls_by_pattern() -> None:
    rule = Rule(("a",), ("b",), ("trace_*", "wait"))
    assert forbids(rule, "trace_kick")
    assert forbids(rule, "wait")
    assert not forbids(rule, "wait_for")
