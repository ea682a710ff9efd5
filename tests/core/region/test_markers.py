"""Markers of every kind: with arguments, macros of a word, scopes; and what they enclose."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.c.tables import entries
from minekvm.core.model import BlobId, FunctionVersion
from minekvm.core.region.arguments import alike, called, spelled
from minekvm.core.region.callgraph import effective
from minekvm.core.region.region import Markers, placement
from minekvm.core.region.scoped import undoes_itself
from minekvm.core.region.successors import excess, parts
from minekvm.core.region.tree import Outline, Tree


def tree(text: str) -> Tree:
    outline = Outline.of(scan(text.encode()), entries(text.encode()))
    return Tree({"a.c": BlobId("a")}, {BlobId("a"): outline})


def states(
    text: str, enter: str, exit_: str, *, depth: int = 2, scoped: str = ""
) -> dict[str, str]:
    """How the calls that the last function of a text reaches stand to a region."""
    there = tree(text)
    top = FunctionVersion("a.c", scan(text.encode())[-1])
    markers = Markers(
        frozenset([enter]), frozenset([exit_]), scoped=frozenset([scoped] if scoped else [])
    )
    regions = effective(top, markers, there, depth)
    names = dict.fromkeys(call.call for region in regions for call in region.calls)
    return {name: placement(regions, name).state for name in names}


def define(name: str, *lines: str) -> str:
    return f"int {name}(struct box *x)\n{{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


# --- the innermost pair


def test_what_a_callee_does_to_another_lock_changes_nothing_between_two_markers() -> None:
    callee = define("g", "unlock();", "inner();")
    text = callee + define("f", "lock();", "g(x);", "t();", "unlock();", "u();")
    assert states(text, "lock", "unlock") == {
        "g": "inside", "inner": "outside", "t": "inside", "u": "outside",
    }  # fmt: skip


def test_markers_that_do_not_balance_by_themselves_say_nothing() -> None:
    callee = define("release", "unlock();")
    text = callee + define("f", "lock();", "release(x);", "t();", "lock();", "unlock();")
    assert states(text, "lock", "unlock")["t"] == "outside"


def test_another_variant_changes_nothing_for_a_call_between_markers() -> None:
    text = "#ifdef A\nint g(void)\n{\n\tunlock();\n}\n#else\nint g(void)\n{\n}\n#endif\n" + define(
        "f", "lock();", "g();", "t();", "unlock();"
    )
    assert states(text, "lock", "unlock")["t"] == "inside"


# --- arguments


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        ("&x->lock", "&x->lock", True),
        ("&x->lock", "& x -> lock", True),
        ("&x->lock", "&y->lock", False),
        ("&x->lock", "&x->other", False),
        ("&kvm->lock", "&vcpu->kvm->lock", True),
        ("&kvm->lock", "(&kvm->lock)", True),
        ("x", "(struct box *)x, flags", True),
        ("&x->lock, flags", "&x->lock", False),
        ("&big", "&big, flags", True),
        ("", "x", False),
    ],
)
def test_arguments_that_name_one_object(asked: str, given: str, expected: bool) -> None:
    assert alike(asked, given) == expected


def test_locks_are_told_apart_by_their_argument() -> None:
    text = define(
        "f", "lock(&x->one);", "lock(&x->two);", "a();", "unlock(&x->one);", "b();",
        "unlock(&x->two);", "c();",
    )  # fmt: skip
    found = states(text, "lock(&x->one)", "unlock(&x->one)")
    assert [found[name] for name in "abc"] == ["inside", "outside", "outside"]
    found = states(text, "lock(&x->two)", "unlock(&x->two)")
    assert [found[name] for name in "abc"] == ["inside", "inside", "outside"]
    assert called("lock(&x->one)") == "lock"


def test_arguments_are_read_as_written() -> None:
    (outer,) = [c for c in calls(flow(b"f() { g(&x->a,\n\t h(1), (b)); }").steps) if c.name == "g"]
    assert outer.arguments == "&x->a, h(1), (b)"
    found = spelled(calls(flow(b"f(m) { spin(&L); take(m); go(x->l); plain(1); }").steps))
    assert found == ["spin(&L)", "take", "go(x->l)", "plain"]


# --- macros of a word


def test_a_macro_that_is_a_word_is_a_marker() -> None:
    text = define("f", "int a = x;", "INT_OFF;", "a();", "INT_ON;", "b();", "__ret;")
    assert states(text, "INT_OFF", "INT_ON") == {"a": "inside", "b": "outside"}


# --- scopes


def test_a_macro_that_declares_a_clean_up_lasts_as_long_as_its_scope() -> None:
    macros = (
        "#define AUTO(x) g_auto(thing) name = make(x)\n"
        "#define LOCK_GUARD(x) AUTO(x)\n#define PLAIN(x) take(x)\n"
    )
    there = tree(macros)
    assert undoes_itself("LOCK_GUARD", "a.c", there.definitions)
    assert undoes_itself("AUTO", "a.c", there.definitions)
    assert not undoes_itself("PLAIN", "a.c", there.definitions)
    assert not undoes_itself("unknown", "a.c", there.definitions)
    text = define(
        "f", "if (x) {", "\tLOCK_GUARD(x);", "\ta();", "\tif (y)", "\t\treturn b();", "\tc();", "}",
        "d();", "LOCK_GUARD(x) {", "\te();", "}", "g();",
    )  # fmt: skip
    found = states(text, "LOCK_GUARD", "none", scoped="LOCK_GUARD", depth=0)
    assert [found[name] for name in "abcdeg"] == [
        "inside", "inside", "inside", "outside", "inside", "outside",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["__attribute__((cleanup(undo)))", "__cleanup(undo)"])
def test_a_variable_with_a_clean_up_calls_it_on_every_way_out(how: str) -> None:
    text = define(
        "f", "if (x) {", f"\tstruct box *b {how} = take(x);", "\ta();", "\tif (y)",
        "\t\treturn -1;", "\tc();", "}", "d();",
    )  # fmt: skip
    found = states(text, "take", "undo")
    assert found == {"a": "inside", "c": "inside", "d": "outside"}


# --- successors


def test_what_a_definition_undoes_itself_is_no_part_of_its_effect() -> None:
    text = define("state_exit", "trace_begin();", "leave(&x->state);", "trace_end();", "note();")
    (function,) = scan(text.encode())
    assert parts([FunctionVersion("a.c", function)]) == ["leave(&x->state)", "note"]


def test_a_region_with_strays_is_less_balanced() -> None:
    whole, broken = (
        effective(
            FunctionVersion("a.c", scan(text.encode())[-1]),
            Markers(frozenset(["lock"]), frozenset(["unlock"])),
            tree(text),
            0,
        )
        for text in (
            define("f", "lock();", "a();", "unlock();"),
            define("f", "lock();", "unlock();", "unlock();"),
        )
    )
    assert excess(broken, whole) == 1
    assert excess(whole, broken) == 0
