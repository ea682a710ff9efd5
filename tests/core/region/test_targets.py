"""Which tables a call goes through: told by the type of the object, and by what is in reach."""

from __future__ import annotations

import pytest

from minekvm.core.c.conditions import excluded
from minekvm.core.c.definitions import scan
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.c.tables import entries
from minekvm.core.model import BlobId, FunctionVersion
from minekvm.core.region.callgraph import effective
from minekvm.core.region.includes import Includes, places, telling
from minekvm.core.region.reach import machine, reaches
from minekvm.core.region.region import Markers, placement
from minekvm.core.region.tree import Outline, Tree

MARKERS = Markers(frozenset(["guest_enter"]), frozenset(["guest_exit"]))
TYPES = """
struct pump_ops { int (*run)(int a); };
struct valve_ops { int (*run)(int a); };
struct pump { struct pump_ops *ops; struct { struct valve_ops *valve; } inner; };
"""
PUMP = "static struct pump_ops wet = { .run = wet_run };\n"
VALVE = "static struct valve_ops dry = { .run = dry_run };\n"


def tree(files: dict[str, str]) -> Tree:
    blobs = {path: BlobId(path) for path in files}
    return Tree(
        blobs,
        {
            BlobId(path): Outline.of(scan(text.encode()), entries(text.encode()))
            for path, text in files.items()
        },
    )


def led(files: dict[str, str], function: str, path: str = "a.c") -> list[str]:
    """Where the last indirect call of a function leads; `?` behind what is not sure."""
    (version,) = scan(function.encode())
    call = [c for c in calls(flow(version.text).steps) if c.indirect][-1]
    found = tree({path: "", **files}).targets(call, FunctionVersion(path, version))
    return [target.name + ("" if target.sure else "?") for target in found]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("int f(struct pump_ops *o)\n{\n\treturn o->run(1);\n}\n", ["wet_run"]),
        ("int f(int a)\n{\n\tconst struct valve_ops *o = get();\n\treturn o->run(1);\n}\n",
         ["dry_run"]),
        ("int f(struct pump *p)\n{\n\treturn p->ops->run(1);\n}\n", ["wet_run"]),
        ("int f(struct pump *p)\n{\n\treturn p->inner.valve->run(1);\n}\n", ["dry_run"]),
        ("int f(void *x)\n{\n\treturn unknown(x)->valve->run(1);\n}\n", ["dry_run"]),
        ("int f(void *x)\n{\n\treturn ((struct pump_ops *)x)->run(1);\n}\n", ["wet_run"]),
        ("int f(void *x)\n{\n\treturn container_of(x, struct pump, n)->ops->run(1);\n}\n",
         ["wet_run"]),
        ("int f(void *x)\n{\n\treturn the_pump(x)->run(1);\n}\n", ["wet_run"]),
        ("int f(int n)\n{\n\treturn pumps[n].run(1);\n}\n", ["wet_run"]),
        ("int f(int n)\n{\n\treturn wet.run(1);\n}\n", ["wet_run"]),
        ("int f(struct other_ops *o)\n{\n\treturn o->run(1);\n}\n", []),
        ("int f(void *o)\n{\n\treturn mystery(o)->run(1);\n}\n", ["wet_run?", "dry_run?"]),
    ],
)  # fmt: skip
def test_the_type_of_the_object_chooses_the_table(function: str, expected: list[str]) -> None:
    files = {
        "types.h": TYPES + "struct pump_ops *the_pump(int a)\n{\n\treturn 0;\n}\n",
        "pump.c": PUMP,
        "valve.c": VALVE,
        "a.c": "static struct pump_ops pumps[4];\n",
    }
    assert led(files, function) == expected


def test_types_by_a_typedefs_name() -> None:
    files = {"t.h": "typedef struct pump_ops { int (*run)(int a); } pump_t;\n", "p.c": PUMP}
    files["v.c"] = VALVE
    function = "int f(pump_t *p)\n{\n\treturn p->run(1);\n}\n"
    assert led(files, function) == ["wet_run"]


def test_what_is_assigned_belongs_to_the_type_of_its_object() -> None:
    files = {
        "types.h": TYPES,
        "set.c": "void wet_run(void)\n{\n}\nvoid dry_run(void)\n{\n}\n"
        "void set(struct pump_ops *o, struct pump *p)\n{\n\to->run = wet_run;\n"
        "\tp->inner.valve->run = dry_run;\n}\n",
    }
    assert led(files, "int f(struct pump *p)\n{\n\treturn p->ops->run(1);\n}\n") == ["wet_run"]
    function = "int f(struct pump *p)\n{\n\treturn p->inner.valve->run(1);\n}\n"
    assert led(files, function) == ["dry_run"]


def test_tables_in_tables() -> None:
    files = {
        "types.h": TYPES + "struct all { struct pump_ops pump; struct valve_ops valve; };\n",
        "all.c": "struct all every = {\n\t.pump = { .run = wet_run },\n"
        "\t.valve = { .run = dry_run },\n};\n"
        "struct box b = { .p = &(const struct pump_ops){ .run = box_run } };\n",
    }
    function = "int f(struct all *x)\n{\n\treturn x->valve.run(1);\n}\n"
    assert led(files, function) == ["dry_run"]
    function = "int f(struct pump *p)\n{\n\treturn p->ops->run(1);\n}\n"
    assert sorted(led(files, function)) == ["box_run", "wet_run"]


def test_only_one_type_within_reach_is_meant() -> None:
    function = "int f(void *o)\n{\n\treturn o->run(1);\n}\n"
    there = {"arch/ppc/v.c": VALVE, "arch/x86/p.c": PUMP}
    assert led(there, function, "arch/x86/kvm/a.c") == ["wet_run"]
    assert led(there, function, "arch/powerpc/a.c") == ["dry_run"]
    assert led(there, function, "virt/a.c") == ["wet_run?", "dry_run?"]
    own = {"drivers/p/p.c": PUMP, "drivers/v/v.c": VALVE}
    assert led(own, function, "drivers/p/a.c") == ["wet_run"]


def test_a_table_that_is_compiled_only_where_the_caller_is_not() -> None:
    files = {"p.c": f"#ifdef A\n{PUMP}#else\n{PUMP.replace('wet_run', 'dull_run')}#endif\n"}
    text = "#ifdef A\nint f(struct pump_ops *o)\n{\n\treturn o->run(1);\n}\n#endif\n"
    (version,) = scan(text.encode())
    (call,) = calls(flow(version.text).steps)
    found = tree(files).targets(call, FunctionVersion("a.c", version))
    assert [target.name for target in found] == ["wet_run"]


OPS = "struct dev_ops { int (*run)(int a); };\n"
DEV = "static struct dev_ops dev = { .run = dev_run };\n"


def test_of_two_types_of_one_name_that_counts_which_the_file_includes() -> None:
    files = {
        "net/a/ops.h": OPS,
        "net/b/ops.h": OPS,
        "net/a/dev.c": '#include "ops.h"\n' + DEV.replace("dev_run", "a_run"),
        "net/b/dev.c": '#include "ops.h"\n' + DEV.replace("dev_run", "b_run"),
        "net/core.c": '#include "a/ops.h"\n',
        "net/a/a.h": '#include "ops.h"\n',
        "net/far.c": "# include <net/a/a.h>\n",
        "net/none.c": "",
    }
    function = "int f(struct dev_ops *o)\n{\n\treturn o->run(1);\n}\n"
    assert led(files, function, "net/core.c") == ["a_run"]
    assert led(files, function, "net/far.c") == ["a_run"]
    assert led(files, function, "net/b/dev.c") == ["b_run"]
    assert sorted(led(files, function, "net/none.c")) == ["a_run", "b_run"]


def test_a_type_that_the_caller_cannot_have_seen_is_not_meant() -> None:
    function = "int f(void *o)\n{\n\treturn mystery(o)->run(1);\n}\n"
    pump, valve = TYPES.strip().splitlines()[:2]
    files = {
        "p/pump.h": f"{pump}\n",
        "v/valve.h": f"{valve}\n",
        "p/p.c": f'#include "pump.h"\n{PUMP}',
        "v/v.c": f'#include "valve.h"\n{VALVE}',
        "a.c": '#include "p/pump.h"\n',
    }
    assert led(files, function) == ["wet_run"]
    assert led({**files, "a.c": ""}, function) == ["wet_run?", "dry_run?"]
    files["include/valve.h"] = files.pop("v/valve.h")  # whence any file may include it
    assert led(files, function) == ["wet_run?", "dry_run?"]


def test_a_machines_own_header() -> None:
    names = {
        "arch/mips/kvm/a.c": ["linux/host.h"],
        "virt/a.c": ["linux/host.h"],
        "include/linux/host.h": ["asm/host.h"],
        "arch/x86/kvm/old.c": ["asm/irq.h"],
    }
    known = [*names, "arch/mips/include/asm/host.h", "arch/x86/include/asm/host.h"]
    includes = Includes(names, [*known, "include/asm-i386/irq.h", "include/asm-mips/irq.h"])
    assert includes.reached("arch/mips/kvm/a.c") == {
        "arch/mips/kvm/a.c", "include/linux/host.h", "arch/mips/include/asm/host.h",
    }  # fmt: skip
    assert len(includes.reached("virt/a.c")) == 4
    assert "include/asm-i386/irq.h" in includes.reached("arch/x86/kvm/old.c")
    found = places(["asm/host.h", "b.h"], "arch/mips/kvm/a.c")
    assert {
        "arch/mips/include/asm/host.h", "include/asm-mips/host.h", "arch/mips/kvm/b.h",
        "include/b.h",
    } <= set(found)  # fmt: skip
    assert telling(["asm/host.h", "linux/list.h"], "include/linux/host.h", "a.c") == ["asm/host.h"]


# --- what it makes of a region

OTHERS = {
    "arch/mips/kvm/mips.c": "static struct mips_ops m = { .run = mips_run };\n"
    "static int mips_run(int a)\n{\n\tguest_enter();\n\ttrace_tip();\n\tguest_exit();\n}\n",
    "arch/x86/kvm/vmx.c": "static struct x86_ops vmx = { .run = vmx_run };\n"
    "static int vmx_run(int a)\n{\n\tguest_enter();\n\tgo();\n\tguest_exit();\n\ttrace_tip();\n}\n",
}


def test_another_machines_table_is_no_branch_of_the_region() -> None:
    top = "int enter(void *o)\n{\n\to->run(1);\n\ttrace_tip();\n}\n"
    there = tree({"arch/x86/kvm/x86.c": top, **OTHERS})
    (version,) = there.definitions("enter", "arch/x86/kvm/x86.c")
    found = effective(version, MARKERS, there, 2)
    assert placement(found, "trace_tip").state == "outside"
    assert [each.table for each in found] == [""]


def test_where_it_is_open_what_table_is_meant_the_region_is_unknown_not_partly() -> None:
    top = "int enter(void *o)\n{\n\tfirst();\n\to->run(1);\n\tlast();\n\tguest_exit();\n}\n"
    there = tree({
        "core.c": top,
        "v/v.c": "struct v_ops v = { .run = v_run };\nint v_run(int a)\n{\n\tguest_enter();\n}\n",
        "w/w.c": "struct w_ops w = { .run = w_run };\nint w_run(int a)\n{\n\tinner();\n}\n",
    })  # fmt: skip
    (version,) = there.definitions("enter", "core.c")
    (found,) = effective(version, MARKERS, there, 2)
    assert [(c.call, c.state) for c in found.calls] == [
        ("first", "outside"), ("run", "outside"), ("last", "unknown"),
    ]  # fmt: skip
    assert found.unread == ("run",)
    assert placement([found], "inner").state == "unknown"


def test_variants_are_not_paired_crosswise() -> None:
    helpers = (
        "#ifdef A\nint begin(void)\n{\n\tguest_enter();\n}\nint end(void)\n{\n\tguest_exit();\n}\n"
        "#else\nint begin(void)\n{\n}\nint end(void)\n{\n\tother();\n}\n#endif\n"
    )
    top = "int enter(void)\n{\n\tbegin();\n\tgo();\n\tend();\n\tlast();\n}\n"
    there = tree({"a.c": helpers + top})
    (version,) = there.definitions("enter", "a.c")
    (found,) = effective(version, MARKERS, there, 2)
    states = {c.call: c.state for c in found.calls}
    assert states == {
        "begin": "outside", "go": "partly", "end": "partly", "other": "outside", "last": "outside",
    }  # fmt: skip
    assert not found.leaks
    assert not found.strays


def test_a_variant_calls_what_is_compiled_with_it() -> None:
    text = (
        "#ifdef A\nint help(void)\n{\n\tguest_enter();\n}\n#else\nint help(void)\n{\n}\n#endif\n"
        "#ifdef A\nint enter(void)\n{\n\thelp();\n\tgo();\n\tguest_exit();\n}\n#endif\n"
    )
    there = tree({"a.c": text})
    (version,) = there.definitions("enter", "a.c")
    (found,) = effective(version, MARKERS, there, 2)
    assert {c.call: c.state for c in found.calls} == {"help": "outside", "go": "inside"}
    assert found.condition == "defined(A)"


# --- paths and conditions


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("arch/x86/kvm/x86.c", "x86"),
        ("arch/i386/kernel/a.c", "x86"),
        ("include/asm-mips/a.h", "mips"),
        ("include/asm-generic/a.h", ""),
        ("arch/arm64/include/asm/a.h", "arm64"),
        ("tools/arch/x86/a.c", "x86"),
        ("virt/kvm/a.c", ""),
        ("arch/Kconfig.c", ""),
        ("a.c", ""),
    ],
)
def test_the_machine_of_a_file(path: str, expected: str) -> None:
    assert machine(path) == expected
    assert reaches(path, "virt/kvm/b.c")
    assert reaches("arch/riscv/a.c", path) == (not expected)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("defined(A)", "!defined(A)", True),
        ("defined(A) && defined(B)", "!defined(B)", True),
        ("defined(A)", "!(defined(A))", True),
        ("defined(A) || defined(B)", "!(defined(A) || defined(B))", True),
        ("defined(A)", "defined(B)", False),
        ("defined(A)", "", False),
        ("defined(A) || defined(B)", "!defined(B)", False),
    ],
)
def test_what_cannot_be_compiled_together(one: str, other: str, expected: bool) -> None:
    assert excluded(one, other) == expected
    assert excluded(other, one) == expected
