"""What two versions of files say happened to declarations and their members."""

from __future__ import annotations

from minekvm.core.c.declarations import declarations
from minekvm.core.c.definitions import scan
from minekvm.core.declared.compare import DeclaredPair, changes
from minekvm.core.model import FunctionVersion


def pair(old: str, new: str, old_path: str = "a.h", new_path: str = "a.h") -> DeclaredPair:
    before, after = old.encode(), new.encode()
    return DeclaredPair(
        old_path,
        new_path,
        declarations(before),
        declarations(after),
        tuple(FunctionVersion(old_path, f) for f in scan(before)),
        tuple(FunctionVersion(new_path, f) for f in scan(after)),
    )


def happened(*pairs: DeclaredPair) -> set[tuple[str, str, str]]:
    return {
        ("+".join(c.kinds), c.old.name if c.old else "", c.new.name if c.new else "")
        for c in changes(pairs)
    }


def edit(old: str, new: str) -> set[tuple[str, str, str]]:
    return happened(pair(old, new))


def test_fields_come_go_and_change_their_types() -> None:
    assert edit("struct s { int a; long b; char c; };", "struct s { int a; u64 b; void *d; };") == {
        ("type-changed", "s.b", "s.b"),
        ("removed", "s.c", ""),
        ("added", "", "s.d"),
    }


def test_a_field_is_renamed_where_type_and_neighbours_stay() -> None:
    old = "struct s { int a; unsigned long vcpu_flags; int b; };"
    assert edit(old, old.replace("vcpu_flags", "flags")) == {("renamed", "s.vcpu_flags", "s.flags")}
    other = "struct s { int a; struct lock *owner; int b; };"
    assert ("renamed", "s.vcpu_flags", "s.owner") not in edit(old, other)


def test_the_fewest_fields_have_moved() -> None:
    assert edit(
        "struct s { int a; int b; int c; int d; };", "struct s { int d; int a; int b; int c; };"
    ) == {("reordered", "s.d", "s.d")}


def test_a_field_goes_to_another_struct() -> None:
    old = "struct s { int a; struct pid *pid; }; struct t { long x; };"
    new = "struct s { int a; }; struct t { long x; struct pid *pid; };"
    assert edit(old, new) == {("moved", "s.pid", "t.pid")}


def test_a_field_goes_into_a_struct_that_is_new() -> None:
    old = "struct s { int a; struct pid *pid; };"
    new = "struct t { struct pid *pid; }; struct s { int a; struct t t; };"
    assert edit(old, new) == {
        ("moved", "s.pid", "t.pid"), ("added", "", "t"), ("added", "", "s.t"),
    }  # fmt: skip


def test_constants_have_values() -> None:
    assert edit("enum e { A, B = 2, D };", "enum e { A, B = 3, C, D };") == {
        ("value-changed", "B", "B"),
        ("added", "", "C"),
    }


def test_a_macro_becomes_a_constant_and_a_function() -> None:
    assert edit("#define LIMIT 5\n", "enum { LIMIT = 5 };") == {("became", "LIMIT", "LIMIT")}
    body = "static inline int limit(void)\n{\n\treturn 5;\n}\n"
    assert edit("#define limit 5\n", body) == {("became", "limit", "limit")}
    assert edit(body, "#define limit 5\n") == {("became", "limit", "limit")}


def test_entries_of_tables_lead_elsewhere() -> None:
    old = "static struct ops o = { .open = f, .read = g, };"
    new = "static struct ops o = { .open = f, .read = h, .stat = s };"
    assert edit(old, new) == {("entry-changed", "o.read", "o.read"), ("added", "", "o.stat")}


def test_tags_move_and_are_renamed_with_what_they_hold() -> None:
    body = "{ int alpha; long beta; char *gamma; };"
    assert happened(
        pair(f"struct s {body}", "int x;"), pair("int y;", f"struct s {body}", "b.h", "b.h")
    ) == {
        ("moved", "s", "s"), ("added", "", "x"), ("removed", "y", ""),
    }  # fmt: skip
    assert edit(f"struct s {body}", f"struct other {body}") == {("renamed", "s", "other")}
    assert edit(f"struct s {body}", f"union s {body}") == {("became", "s", "s")}


def test_comments_and_order_of_declarations_are_no_events() -> None:
    old = "#define A 1 /* one */\nstruct s { int a; };\nint b;"
    new = "int b;\nstruct s { int a; };\n#define A 1 /* uno */\n"
    assert edit(old, new) == {("modified", "A", "A")}


def test_a_files_rename_takes_its_declarations_along() -> None:
    assert happened(pair("struct s { int a; };", "struct s { int a; };", "a.h", "b.h")) == {
        ("file-renamed", "s", "s")
    }
