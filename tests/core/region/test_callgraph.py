"""Regions across functions, and where calls through tables lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import within
from minekvm.core.c.definitions import scan
from minekvm.core.c.flow import flow
from minekvm.core.c.objects import ends
from minekvm.core.c.steps import Call, calls
from minekvm.core.c.tables import Op, entries, ops
from minekvm.core.model import FunctionVersion
from minekvm.core.region.callgraph import effective
from minekvm.core.region.region import Markers, Place, Region, placement, would_be
from minekvm.core.region.targets import Tables, Target

ENTER = Markers(frozenset(["guest_enter"]), frozenset(["guest_exit"]))


@dataclass
class Tree:
    """All files of a version; a name means what its file defines, or else what any does."""

    files: dict[str, str]

    def __post_init__(self) -> None:
        self.all = [
            FunctionVersion(path, function)
            for path, text in self.files.items()
            for function in scan(text.encode())
        ]
        found = {path: entries(text.encode()) for path, text in self.files.items()}
        self.tables = Tables(
            (replace(op, path=path) for path, each in found.items() for op in each.ops),
            ((path, declared) for path, each in found.items() for declared in each.objects),
        )

    def definitions(self, name: str, path: str) -> Sequence[FunctionVersion]:
        found = [v for v in self.all if v.name == name]
        return [v for v in found if v.path == path] or found

    def targets(self, call: Call, caller: FunctionVersion) -> Sequence[Target]:
        return self.tables.targets(call, caller)

    def ends(self, name: str, path: str) -> bool:
        declared = [ends(v.function.signature) for v in self.definitions(name, path)]
        return (bool(declared) and all(declared)) or self.tables.ends(name, path)

    def seen(self, top: str, depth: int, markers: Markers = ENTER) -> tuple[Region, ...]:
        (version,) = self.definitions(top, "")
        return effective(version, markers, self, depth)


def define(name: str, *statements: str) -> str:
    return f"static void {name}(struct vcpu *vcpu)\n{{\n\t{' '.join(statements)}\n}}\n"


def told(regions: Sequence[Region]) -> list[str]:
    """Per table the calls with their states and where they stand."""
    return [
        " ".join([f"{r.table}:", *(f"{'/'.join(c.chain[1:])}.{c.call}={c.state}" for c in r.calls)])
        for r in regions
    ]


# --- functions that never return


@pytest.mark.parametrize(
    "declared",
    [
        "void __noreturn stop(int code)\n{\n\tfor (;;)\n\t\thalt();\n}\n",
        "static _Noreturn void stop(int code)\n{\n\thalt();\n}\n",
        "void stop(int code) __attribute__((format(printf, 1, 2), noreturn)) __cold;\n",
        "[[noreturn]] void stop(int code);\n",
        "G_GNUC_NORETURN\nvoid stop(int code);\n",
        "extern void\nstop(int code) OVS_NO_RETURN;\n",
    ],
)
def test_what_is_declared_never_to_return_ends_its_path(declared: str) -> None:
    text = define("f", "guest_enter();", "if (a()) stop(1);", "guest_exit();", "b();")
    left = define("g", "guest_enter();", "if (a()) { guest_exit(); stop(1); }", "b();")
    tree = Tree({"a.c": text + left, "a.h": declared})
    assert told(tree.seen("f", 3))[0].replace(" stop.halt=inside", "") == (
        ": .a=inside .stop=inside .b=outside"
    )
    assert not any(region.leaks for region in tree.seen("f", 3))
    assert told(tree.seen("g", 3))[0].endswith(".b=inside")


@pytest.mark.parametrize(
    "declared",
    [
        "void stop(int code);\nvoid other(void) __noreturn;\n",
        "void stop(int code)\n{\n\tsave();\n}\n/* noreturn */\n",
        "#define noreturn_safe 1\nvoid stop(int code);\n",
    ],
)
def test_what_is_not_comes_back(declared: str) -> None:
    text = define("g", "guest_enter();", "if (a()) { guest_exit(); stop(1); }", "b();")
    assert ".b=partly" in told(Tree({"a.c": text, "a.h": declared}).seen("g", 3))[0]


# --- summaries


@pytest.mark.parametrize(
    ("helper", "expected"),
    [
        ("guest_enter();", "inside"),
        ("a();", "outside"),
        ("if (x) guest_enter();", "partly"),
        ("guest_enter(); guest_exit();", "outside"),
        ("if (x) return; guest_enter();", "partly"),
        ("do { guest_enter(); } while (0);", "inside"),
    ],
)
def test_what_a_callee_does_counts(helper: str, expected: str) -> None:
    tree = Tree({"a.c": define("begin", helper) + define("f", "begin(); last();")})
    assert placement(tree.seen("f", 1), "last").state == expected
    assert placement(tree.seen("f", 0), "last").state == "outside"


def test_a_region_opened_and_closed_by_callees() -> None:
    tree = Tree({
        "a.c": define("begin", "guest_enter();")
        + define("end", "guest_exit();")
        + define("f", "a(); begin(); b(); end(); c();")
    })  # fmt: skip
    (found,) = tree.seen("f", 1)
    assert [(c.call, c.state) for c in found.calls] == [
        ("a", "outside"), ("begin", "outside"), ("b", "inside"), ("end", "inside"),
        ("c", "outside"),
    ]  # fmt: skip
    assert [(m.call, m.function, m.found) for m in found.markers] == [
        ("guest_enter", "begin", "outside"),
        ("guest_exit", "end", "inside"),
    ]
    assert not found.leaks
    assert not found.strays


def test_what_is_called_inside_is_inside_with_the_chain_that_leads_there() -> None:
    tree = Tree({
        "a.c": define("g", "b();") + define("f", "guest_enter(); g(); guest_exit(); g();"),
        "b.c": define("b", "c();"),
    })  # fmt: skip
    (found,) = tree.seen("f", 2)
    assert [(c.call, c.path, c.function, c.must, c.chain) for c in found.inside] == [
        ("g", "a.c", "f", True, ("f",)),
        ("b", "a.c", "g", True, ("f", "g")),
        ("c", "b.c", "b", True, ("f", "g", "b")),
    ]
    assert placement([found], "c").state == "partly"
    assert [c.call for c in tree.seen("f", 1)[0].inside] == ["g", "b"]


def test_macros_and_inlines_are_looked_through() -> None:
    tree = Tree({
        "a.h": "#define BEGIN(x) do { \\\n\tguest_enter(); \\\n} while (0)\n",
        "a.c": define("f", "BEGIN(1); a(); guest_exit();"),
    })  # fmt: skip
    assert placement(tree.seen("f", 1), "a").state == "inside"


def test_variants_of_a_definition_are_alternatives() -> None:
    tree = Tree({
        "a.h": f"#ifdef A\n{define('begin', 'guest_enter();')}#else\n{define('begin')}#endif\n",
        "a.c": define("f", "begin(); a();"),
    })  # fmt: skip
    assert placement(tree.seen("f", 1), "a").state == "partly"


def test_functions_that_call_one_another() -> None:
    tree = Tree({
        "a.c": define("g", "if (x) h(); guest_enter();")
        + define("h", "g(); guest_exit();")
        + define("f", "g(); a(); f(); h();")
    })  # fmt: skip
    for depth in range(6):
        assert len(tree.seen("f", depth)[0].calls) > 0
    assert placement(tree.seen("f", 1), "a").state == "inside"


# --- tables

VENDORS = """
static struct x86_ops vmx_ops = { .name = "vmx", .run = vmx_run, .exit = vmx_exit, };
struct x86_ops svm_ops __initdata = {
	.run = svm_run,
	.exit = svm_exit,
};
"""


def vendors(vmx: str, svm: str, top: str) -> Tree:
    return Tree({
        "x86.c": define("enter", top),
        "vmx.c": define("vmx_run", vmx) + define("vmx_exit", "v();"),
        "svm.c": define("svm_run", svm) + define("svm_exit", "s();"),
        "ops.c": VENDORS,
    })  # fmt: skip


def test_several_targets_are_branches() -> None:
    tree = vendors("a();", "b();", "guest_enter(); ops->run(vcpu); guest_exit(); ops->exit();")
    assert told(tree.seen("enter", 1)) == [
        ": .run=inside vmx_run.a=inside svm_run.b=inside .exit=outside vmx_exit.v=outside"
        " svm_exit.s=outside"
    ]


def test_tables_that_matter_are_followed_apart() -> None:
    tree = vendors("guest_enter(); a(); guest_exit();", "b();", "ops->run(vcpu); c(); ops->exit();")
    assert told(tree.seen("enter", 1)) == [
        "vmx_ops: .run=outside vmx_run.a=inside .c=outside .exit=outside vmx_exit.v=outside",
        "svm_ops: .run=outside svm_run.b=outside .c=outside .exit=outside svm_exit.s=outside",
    ]


def test_a_table_without_the_operation_leads_nowhere() -> None:
    tree = vendors("guest_enter(); a(); guest_exit();", "b();", "ops->run(); ops->flush();")
    tree.files["ops.c"] = VENDORS.replace(".exit = vmx_exit", ".flush = vmx_exit")
    tree.__post_init__()
    assert told(tree.seen("enter", 1)) == [
        "vmx_ops: .run=outside vmx_run.a=inside .flush=outside vmx_exit.v=outside",
        "svm_ops: .run=outside svm_run.b=outside .flush=outside",
    ]


def test_one_vendors_enter_does_not_meet_the_others_exit() -> None:
    tree = vendors("guest_enter();", "b();", "ops->run(); c(); ops->exit(); d();")
    tree.files["vmx.c"] = define("vmx_run", "guest_enter();") + define("vmx_exit", "guest_exit();")
    tree.__post_init__()
    found = tree.seen("enter", 1)
    assert [r.table for r in found] == ["vmx_ops", "svm_ops"]
    assert [placement([r], "c").state for r in found] == ["inside", "outside"]
    assert [placement([r], "d").state for r in found] == ["outside", "outside"]
    assert placement(found, "c").state == "partly"


@pytest.mark.parametrize(
    "call",
    ["kvm_x86_ops->run(v)", "kvm_x86_ops.run(v)", "static_call(kvm_x86_run)(v)",
     "static_call_cond(kvm_x86_run)(v)", "kvm_x86_call(run)(v)"],
)  # fmt: skip
def test_the_ways_to_call_through_a_table(call: str) -> None:
    (found,) = calls(flow(f"f() {{ {call}; }}".encode()).steps)
    tables = Tables([
        Op("vmx_x86_ops", "kvm_x86_ops", "run", "vmx_vcpu_run", 1),
        Op("svm_x86_ops", "kvm_x86_ops", "run", "svm_vcpu_run", 1),
        Op("other", "other_ops", "run", "other_run", 1),
        Op("vmx_x86_ops", "kvm_x86_ops", "exit", "vmx_exit", 1),
    ])  # fmt: skip
    names = {t.name for t in tables.targets(found)}
    assert names == {"vmx_vcpu_run", "svm_vcpu_run"}


def test_calls_that_lead_nowhere_known() -> None:
    tables = Tables(
        [Op("t", "s", "run", "r", 1), Op("", "", "key", "k", 1), Op("a", "", "[]", "h", 1)]
    )
    text = b"f() { run(); (*run)(); x->stop(); key(); static_call(key)(); a[1](); b[1](); }"
    found = [[t.name for t in tables.targets(c)] for c in calls(flow(text).steps)]
    assert found == [[], [], [], [], ["k"], ["h"], []]


# --- what cannot be read


def test_where_the_markers_balance_unread_calls_do_not_matter() -> None:
    tree = Tree({"a.c": define("f", "x->run(); guest_enter(); y->run(); guest_exit();")})
    (found,) = tree.seen("f", 2)
    assert [c.state for c in found.calls] == ["outside", "inside"]
    assert found.unread == ()


def test_an_exit_without_enter_makes_what_an_unread_call_may_have_opened_unknown() -> None:
    tree = Tree({"a.c": define("f", "a(); x->run(); b(); memset(); guest_exit(); c();")})
    (found,) = tree.seen("f", 2)
    assert [(c.call, c.state) for c in found.calls] == [
        ("a", "outside"), ("run", "outside"), ("b", "unknown"), ("memset", "unknown"),
        ("c", "outside"),
    ]  # fmt: skip
    assert found.unread == ("run",)
    assert would_be([found], Place("f", "before", "memset")) == "unknown"
    assert would_be([found], Place("f", "before", "run")) == "outside"


def test_a_leak_makes_what_a_namesake_of_a_marker_may_have_closed_unknown() -> None:
    tree = Tree({"a.c": define("f", "guest_enter(); a(); vmx_guest_exit(); b();")})
    (found,) = tree.seen("f", 1)
    assert [c.state for c in found.calls] == ["inside", "inside", "unknown"]
    assert found.unread == ("vmx_guest_exit",)


def test_without_a_suspect_a_leak_stays_one() -> None:
    tree = Tree({"a.c": define("f", "guest_enter(); a(); memset(); b();")})
    (found,) = tree.seen("f", 1)
    assert [c.state for c in found.calls] == ["inside"] * 3
    assert [k.kind for k in found.leaks] == ["end"]


# --- the counterfactual across functions


def test_would_be_in_a_callee() -> None:
    before = vendors("a();", "b();", "guest_enter(); ops->run(); guest_exit(); c();")
    after = vendors(
        "guest_enter(); a(); guest_exit();", "guest_enter(); b(); guest_exit();", "ops->run(); c();"
    )
    place = Place("vmx_run", "before")
    assert would_be(before.seen("enter", 1), place) == "inside"
    assert would_be(after.seen("enter", 1), place) == "outside"
    assert would_be(after.seen("enter", 1), Place("svm_run", "after", "b")) == "inside"
    assert would_be(after.seen("enter", 0), place) == "unknown"


# --- tables read off a file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("struct s t = { .run = go };", ["t s run go"]),
        ("static const struct s t __ro_after_init = {\n\t.run = &go,\n\t.n = 1, .m = NULL };",
         ["t s run go"]),
        ("struct s t = { .sub = { .run = go }, .x = FLAG, .y = go2 };",
         ["t s run go", "t s y go2"]),
        ("struct s t = { run: go, stop: halt };", ["t s run go", "t s stop halt"]),
        ("static int (*const t[])(int) = { [A] = go, [B + 1] = halt };", []),
        ("static handler t[2] = { [A] = go, [B + 1] = halt };",
         ["t handler [] go", "t handler [] halt"]),
        ("/* struct s t = { .run = go }; */", []),
        ("void go(void) { }\nvoid f(void) { t->run = go; t.n = x; }", ["t  run go"]),
        ("DEFINE_STATIC_CALL(key, go); static_call_update(key, halt);",
         ["  key go", "  key halt"]),
        ("struct s a = { .x = f1 }; struct s b = { .x = f2 };", ["a s x f1", "b s x f2"]),
        ("int x = 1; enum e { A, B };", []),
    ],
)  # fmt: skip
def test_ops(text: str, expected: list[str]) -> None:
    found = ops(text.encode())
    assert [f"{op.table} {op.struct} {op.field} {op.target}" for op in found] == expected


def test_the_line_of_an_entry() -> None:
    assert [op.line for op in ops(b"\nstruct s t = {\n\t.a = b,\n\t.c =\n\t\td,\n};")] == [3, 5]


@given(st.binary(max_size=200))
def test_any_bytes_have_ops(text: bytes) -> None:
    assert all(op.target for op in ops(b"struct s t = {" + text))


@pytest.mark.parametrize(
    "text", ["struct a b = {", ".x = y,", "[a] = b,", "a->b = c;", "a: b,", "a *"]
)
def test_hostile_tables_stay_cheap(text: str) -> None:
    with within(20):
        ops(b"struct s t = {" + text.encode() * 20_000)


def test_many_callees_stay_cheap() -> None:
    names = [f"f{n}" for n in range(60)]
    tree = Tree({
        "a.c": "".join(define(name, *(f"{other}();" for other in names)) for name in names)
        + define("top", "guest_enter();", *(f"{name}();" for name in names), "guest_exit();")
    })  # fmt: skip
    with within(60):
        (found,) = tree.seen("top", 6)
    assert {c.state for c in found.calls} == {"inside"}
