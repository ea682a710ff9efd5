"""What lies between the markers, in one function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import within
from minekvm.core.model import Function, FunctionVersion
from minekvm.core.region.depths import ENTER, EXIT, KEEP, OPEN, OUTSIDE, after, either, state
from minekvm.core.region.region import Markers, Place, Region, placement, region, together, would_be

LOCK = Markers(frozenset(["lock"]), frozenset(["unlock"]))
SHORT = {"inside": "I", "outside": "-", "partly": "P", "unknown": "?"}


def version(body: str, name: str = "f", path: str = "a.c", line: int = 1) -> FunctionVersion:
    text = f"static int {name}(void)\n{{\n{body}\n}}".encode()
    end = line + text.count(b"\n")
    function = Function(name, "function", 0, len(text), line, end, f"int {name}(void)", "", text)
    return FunctionVersion(path, function)


def regions_of(body: str, markers: Markers = LOCK) -> Region:
    return region(version(body), markers)


def states(body: str, markers: Markers = LOCK) -> str:
    """Each call with its state: I inside, - outside, P partly, ? unknown."""
    return " ".join(f"{c.call}{SHORT[c.state]}" for c in regions_of(body, markers).calls)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a(); lock(); b(); unlock(); c();", "a- bI c-"),
        ("lock(x()); a(); unlock(y());", "x- aI yI"),
        ("lock(); if (a()) { b(); } else c(); unlock(); d();", "aI bI cI d-"),
        ("if (x) lock(); a(); if (y) unlock(); b();", "aP bP"),
        ("if (x) { lock(); a(); } b();", "aI bP"),
        ("lock(); if (a()) { unlock(); return b(); } c(); unlock();", "aI b- cI"),
        ("lock(); while (a()) { b(); if (c()) break; } d(); unlock();", "aI bI cI dI"),
        ("while (a()) { lock(); b(); unlock(); c(); }", "a- bI c-"),
        ("for (;;) { a(); lock(); if (b()) break; unlock(); } c();", "a- bI cI"),
        ("lock(); for (;;) { a(); unlock(); b(); lock(); if (c()) break; } d(); unlock();",
         "aI b- cI dI"),
        ("lock(); for (a(); b(); c()) { d(); if (x) continue; e(); } unlock(); g();",
         "aI bI dI eI cI g-"),
        ("do { a(); lock(); } while (b()); c();", "aP bI cI"),
        ("do { lock(); a(); } while (0); b(); unlock(); c();", "aI bI c-"),
        ("lock(); for_each_cpu(i, m) { a(); unlock(); goto out; } unlock(); out: b();",
         "for_each_cpuI aI b-"),
        ("lock(); switch (a()) { case 1: b(); unlock(); break; case 2: c(); "
         "default: d(); unlock(); } e();", "aI bI cI dI e-"),
        ("switch (a()) { case 1: lock(); case 2: b(); break; default: c(); } d();",
         "a- bP c- dP"),
        ("switch (a()) { case 1: lock(); } b();", "a- bP"),
        ("switch (a()) { b(); case 1: c(); }", "a- b? c-"),
        ("if (a()) goto out; lock(); b(); if (c()) goto unlock; d(); unlock: unlock(); out: e();",
         "a- bI cI dI e-"),
        ("again: a(); lock(); b(); unlock(); if (c()) goto again; d();", "a- bI c- d-"),
        ("again: a(); lock(); if (b()) goto again; c(); unlock();", "aP bI cI"),
        ("lock(); x = a() ? b() : c(); unlock(); x = d() && e();", "aI bI cI d- e-"),
        ("a() && lock(); b();", "a- bP"),
        ("x = a() ? lock() : b(); c();", "a- b- cP"),
        ("return a(); b();", "a- b?"),
        ("lock(); if (a()) panic(b()); c(); unlock();", "aI bI panicI cI"),
        ("lock(); BUG(); a();", "BUGI a?"),
        ("lock(); asm goto(\"\" : : : : out); unlock(); a(); return; out: b(); unlock();", "a- bI"),
        ("x = &&l; lock(); goto *x; a(); l: b();", "a? bI"),
        ("lock(); goto nowhere; a();", "a?"),
        ("break; continue; a();", "a?"),
    ],
)  # fmt: skip
def test_paths(body: str, expected: str) -> None:
    assert states(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("#ifdef A\nlock();\n#else\na();\n#endif\nb();", "a- bP"),
        ("#ifdef A\nlock();\n#endif\na();\n#ifdef A\nunlock();\n#endif\nb();", "aP b-"),
        ("#ifdef A\nlock();\n#endif\na();\n#ifndef A\nb();\n#else\nunlock();\n#endif\nc();",
         "aP b- c-"),
        ("if (x) lock(); a(); if (x) unlock(); b();", "aP b-"),
        ("if (!x) lock(); a(); if (likely(!x)) unlock(); b();", "aP likelyP b-"),
        ("if (!x) lock(); a(); if (x) b(); else unlock(); c();", "aP b- c-"),
        ("if (x) lock(); x = a(); if (x) unlock(); b();", "aP bP"),
        ("if (x) lock(); a(&x); if (x) unlock(); b();", "aP bP"),
        ("if (x->y) lock(); a(); if (x->y) unlock(); b();", "aP bP"),
        ("if (IS_ENABLED(A)) lock(); a(); if (IS_ENABLED(A)) unlock(); b();",
         "IS_ENABLED- aP IS_ENABLEDP b-"),
    ],
)  # fmt: skip
def test_conditions_that_recur(body: str, expected: str) -> None:
    assert states(body) == expected


def test_several_markers() -> None:
    markers = Markers(frozenset(["lock", "lock_irq"]), frozenset(["unlock", "unlock_irq"]))
    assert states("if (x) lock(); else lock_irq(); a(); unlock_irq(); b();", markers) == "aI b-"


def test_a_marker_as_written() -> None:
    markers = Markers(frozenset(["ops->begin"]), frozenset(["ops->end"]))
    text = "other->begin(); a(); ops->begin(); b(); ops->end(); c();"
    assert states(text, markers) == "begin- a- bI c-"


def test_regions_nest_unless_they_do_not() -> None:
    text = "lock(); a(); lock(); b(); unlock(); c(); unlock(); d();"
    once = Markers(LOCK.enter, LOCK.exit, nests=False)
    assert states(text) == "aI bI cI d-"
    assert states(text, once) == "aI bI c- d-"
    assert [m.line for m in regions_of(text.replace(" ", "\n")).reentered] == [5]


def test_deep_nesting_is_not_forgotten_too_soon() -> None:
    assert states("lock(); " * 9 + "unlock(); " * 2 + "a();") == "aI"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("guard(rcu)(); a(); if (x) return b();", "aI bI"),
        ("if (x) { guard(rcu)(); a(); } b();", "aI b-"),
        ("{ guard(rcu)(); if (x) goto out; a(); } b(); out: c();", "aI b- c-"),
        ("for (;;) { guard(rcu)(); if (a()) break; if (b()) continue; } c();", "aI bI c-"),
        ("{ guard(rcu)(); again: a(); if (x) goto again; } b();", "aI b-"),
    ],
)
def test_guards_close_on_every_way_out(body: str, expected: str) -> None:
    found = regions_of(body, Markers(frozenset(["guard(rcu)"]), frozenset()))
    assert " ".join(f"{c.call}{SHORT[c.state]}" for c in found.calls) == expected
    assert not found.leaks
    assert not found.strays


def test_a_scoped_guard() -> None:
    markers = Markers(frozenset(["scoped_guard(mutex)"]), frozenset())
    assert states("scoped_guard(mutex, &x) { a(); if (y) return; } b();", markers) == "aI b-"


def test_points() -> None:
    markers = Markers(LOCK.enter, LOCK.exit, points=frozenset(["mode"]))
    assert states("v->mode = 1; lock(); v->mode = 2; unlock();", markers) == "mode- modeI"


# --- leaks and strays


def leaks(body: str) -> list[tuple[str, int, bool, tuple[int, ...]]]:
    return [(k.kind, k.line, k.must, k.via) for k in regions_of(body).leaks]


def test_leaks() -> None:
    assert leaks("lock();\na();\nunlock();") == []
    assert leaks("lock();\nif (a())\nreturn 1;\nunlock();") == [("return", 5, True, (5,))]
    assert leaks("lock();\na();") == [("end", 5, True, (5,))]
    text = "lock();\nif (a())\ngoto out;\nunlock();\nout:\nreturn 1;"
    assert leaks(text) == [("return", 8, False, (5,))]
    assert leaks("if (x)\nlock();\nreturn 1;") == [("return", 5, False, (4,))]
    assert leaks("lock(); panic();") == []


def test_lines_are_those_of_the_file() -> None:
    found = region(version("lock();\na();\nreturn;", line=100), LOCK)
    assert [c.line for c in found.calls] == [103]
    assert [m.line for m in found.markers] == [102]
    assert [(k.line, k.via) for k in found.leaks] == [(104, (104,))]


def test_strays() -> None:
    assert [(m.line, m.found) for m in regions_of("unlock();\na();").strays] == [(3, "outside")]
    found = regions_of("if (x)\nlock();\na();\nunlock();")
    assert [(m.line, m.found) for m in found.strays] == [(6, "partly")]
    assert not regions_of("lock(); unlock();").strays


def test_what_its_caller_opened_may_be_closed_for_a_while() -> None:
    found = regions_of("a(); unlock(); b(); lock(); if (x) return c(); d();")
    assert [SHORT[c.state] for c in found.calls] == ["I", "-", "I", "I"]
    assert found.visits[0].start == found.visits[0].end == "inside"
    assert not found.leaks
    assert not found.strays


# --- inside, placement, counterfactual


def test_inside() -> None:
    found = regions_of("lock();\na();\nif (x)\nunlock();\nb();\nif (!x)\nunlock();")
    assert [(c.call, c.line, c.must, c.function, c.path) for c in found.inside] == [
        ("a", 4, True, "f", "a.c"),
        ("b", 7, False, "f", "a.c"),
    ]


def test_placement() -> None:
    found = regions_of("trace(); lock(); trace(); a(); unlock(); b();")
    assert placement([found], "trace").state == "partly"
    assert [c.state for c in placement([found], "trace").calls] == ["outside", "inside"]
    assert placement([found], "a").state == "inside"
    assert placement([found], "b").state == "outside"
    assert placement([found], "c").state == "unknown"


def test_would_be() -> None:
    found = [regions_of("a(); lock(); b(); b(lock()); unlock();")]
    assert would_be(found, Place("f", "before", "lock", 1)) == "outside"
    assert would_be(found, Place("f", "after", "lock")) == "inside"
    assert would_be(found, Place("f", "after", "a")) == "outside"
    assert would_be(found, Place("f", "before", "unlock")) == "inside"
    assert would_be(found, Place("f", "before")) == "outside"
    assert would_be(found, Place("f", "after")) == "inside"
    assert would_be(found, Place("f", "before", "c")) == "unknown"
    assert would_be(found, Place("g", "before", "a")) == "unknown"


def test_a_call_put_at_a_place_is_where_it_would_be() -> None:
    text = "a(); if (x) { lock(); b(); unlock(); } c(); lock(); d(); unlock();"
    for name in "abcd":
        for side, new in (("before", f"probe(); {name}();"), ("after", f"{name}(); probe();")):
            real = regions_of(text.replace(f"{name}();", new))
            place = Place("f", "before" if side == "before" else "after", name)
            assert would_be([regions_of(text)], place) == placement([real], "probe").state


def test_states_together() -> None:
    assert together(["inside", "inside"]) == "inside"
    assert together(["inside", "outside"]) == "partly"
    assert together(["inside", "unknown"]) == "unknown"
    assert together([]) == "unknown"


# --- laws


def test_depths() -> None:
    assert after(ENTER, EXIT)[OUTSIDE] == OUTSIDE
    assert state(ENTER[OUTSIDE]) == "inside"
    assert state(either(KEEP, ENTER)[OUTSIDE]) == "partly"
    assert [state(EXIT[mask]) for mask in (OUTSIDE, 2, OPEN)] == ["outside", "outside", "partly"]


STATEMENTS = st.recursive(
    st.sampled_from(["lock();", "unlock();", "a();", "b();", "return;", "goto l;", "l: c();"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: "{ " + " ".join(parts) + " }"),
        inner.map(lambda part: f"if (x()) {part}"),
        st.tuples(inner, inner).map(lambda p: f"if (y()) {p[0]} else {p[1]}"),
        inner.map(lambda part: f"while (z()) {part}"),
        inner.map(lambda part: f"do {part} while (z());"),
        inner.map(lambda part: f"switch (s()) {{ case 1: {part} break; default: a(); }}"),
    ),
    max_leaves=12,
)


@given(STATEMENTS)
def test_without_markers_all_is_outside_or_not_reached(body: str) -> None:
    text = body.replace("unlock();", ";").replace("lock();", ";")
    assert {c.state for c in regions_of(text).calls} <= {"outside", "unknown"}


@given(STATEMENTS)
def test_what_is_wrapped_in_a_region_of_its_own_is_inside(body: str) -> None:
    text = body.replace("unlock();", ";").replace("lock();", ";").replace("return;", ";")
    found = regions_of(f"lock(); {text} unlock(); last();")
    assert {c.state for c in found.calls[:-1]} <= {"inside", "unknown"}
    assert found.calls[-1].state in ("outside", "unknown")
    assert not found.leaks


@given(STATEMENTS)
def test_doing_nothing_more_changes_nothing(body: str) -> None:
    assert states(body) == states(f"; {{ {body} }} ;")


@pytest.mark.parametrize(
    "text",
    [
        "l%d: lock(); if (x) goto l%d; ", "if (v%d) lock(); if (v%d) unlock(); ",
        "#ifdef A%d\nlock();\n#endif\n#ifdef A%d\nunlock();\n#endif\n", "l%d: goto *l%d; ",
        "switch (x) { case %d: lock(); } case %d: ",
        "while (x) { lock(); if (%d) break; } /* %d */",
    ],
)  # fmt: skip
def test_hostile_functions_stay_cheap(text: str) -> None:
    body = "".join(text % (n, n * 7 % 4000) for n in range(4000))
    with within(30):
        regions_of(body)
